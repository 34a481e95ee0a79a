import type { HomeContent, HomePage, HomeProject, HomeTask } from '../domain/home.ts';
import type { Project } from '../domain/project.ts';
import { type Task, type TaskStatus, tally } from '../domain/task.ts';
import { FIRST_PAGES, type HomeState, type HomeStore } from '../ports/homes.ts';
import type { JobHandler, JobQueue } from '../ports/jobs.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import { HomeMovedOn, type Slack, SlackGone } from '../ports/slack.ts';
import type { TaskCount, TaskStore } from '../ports/tasks.ts';
import { publishHome } from './refresh-homes.ts';
import type { TaskConversationDeps } from './task-conversations.ts';
import { taskUrls } from './task-urls.ts';

export interface HomeDeps extends TaskConversationDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
  tasks: TaskStore;
  homes: HomeStore;
  slack: Slack;
  jobs: JobQueue;
  now: () => number;
}

/** Entries of one page of each list: together they stay below the 100 blocks of a Home. */
const PAGE = { ready: 10, planning: 10, projects: 5 } as const;
type List = keyof typeof PAGE;

const EVERYTHING: HomeState = { projectId: null, pages: FIRST_PAGES };

/** A person's Home: what they opened, what they chose in it, and its publication (product.md 9). */
export function createShowHome(deps: HomeDeps) {
  return {
    /** @param cause what makes it one publication, such as the id of the event. */
    async opened(teamId: string, userId: string, cause: string): Promise<void> {
      const home = await deps.homes.find(teamId, userId);
      await deps.homes.choose(teamId, userId, home?.state ?? EVERYTHING);
      await publishHome(deps.jobs, teamId, userId, `opened:${cause}`);
    },

    /** Narrows the lists to one project, or to all again (null). */
    async filter(teamId: string, userId: string, projectId: string | null, cause: string): Promise<void> {
      await deps.homes.choose(teamId, userId, { projectId, pages: FIRST_PAGES });
      await publishHome(deps.jobs, teamId, userId, `chosen:${cause}`);
    },

    /** A person came into a channel or left it: what they may see in an open Home is another. */
    async membershipChanged(teamId: string, userId: string, cause: string): Promise<void> {
      if ((await deps.homes.find(teamId, userId)) === null) return;
      await publishHome(deps.jobs, teamId, userId, `membership:${cause}`);
    },

    /** Shows what changed by the person's own doing, without waiting for everybody's redraw. */
    redraw(teamId: string, userId: string, cause: string): Promise<void> {
      return publishHome(deps.jobs, teamId, userId, `done:${cause}`);
    },

    async turn(teamId: string, userId: string, list: string, page: number, cause: string): Promise<void> {
      if (!isList(list) || !Number.isInteger(page) || page < 0) return;
      const { projectId, pages } = (await deps.homes.find(teamId, userId))?.state ?? EVERYTHING;
      await deps.homes.choose(teamId, userId, { projectId, pages: { ...pages, [list]: page } });
      await publishHome(deps.jobs, teamId, userId, `chosen:${cause}`);
    },
  };
}

export type ShowHome = ReturnType<typeof createShowHome>;

const isList = (name: string): name is List => Object.hasOwn(PAGE, name);

/** Gathers and publishes one person's Home. Their jobs run one at a time, so the last one shows the newest. */
export function createPublishHome(deps: HomeDeps): JobHandler<'publish-home'> {
  return {
    async run({ userId, since }, { teamId, fence }) {
      const home = await deps.homes.find(teamId, userId);
      if (since > 0 && (home?.gathered ?? 0) > since) return;
      const content = await gatherHome(deps, teamId, userId, home?.state ?? EVERYTHING);
      const show = (hash: string | null) => deps.slack.publishHome(teamId, userId, content, hash);
      try {
        const hash = await show(home?.hash ?? null).catch((error: unknown) => {
          // Slack shows another view than the one we know of, such as one whose reply was lost.
          if (error instanceof HomeMovedOn) return show(null);
          throw error;
        });
        await deps.homes.published(teamId, userId, hash, fence);
      } catch (error) {
        if (!(error instanceof SlackGone)) throw error;
      }
    },
  };
}

/** What one person may see now: the projects whose channels they are in at this moment, and nothing of others. */
export async function gatherHome(
  deps: HomeDeps,
  teamId: string,
  userId: string,
  state: HomeState,
): Promise<HomeContent> {
  const channels = await deps.slack.channelsOf(teamId, userId);
  const projects = (await deps.projects.listByChannels(teamId, channels)).filter(
    (project) => project.state === 'active',
  );
  const chosen = projects.filter((project) => project.id === state.projectId);
  const shown = chosen.length > 0 ? chosen : projects;
  const ids = shown.map((project) => project.id);
  const counts = ids.length === 0 ? [] : await deps.tasks.countByStatus(teamId, ids);
  const view: View = { deps, teamId, shown, ids, counts, pages: state.pages };
  const [ready, planning, listed] = await Promise.all([
    tasksPage(view, 'ready'),
    tasksPage(view, 'planning'),
    projectsPage(view),
  ]);
  return {
    ready,
    planning,
    projects: listed,
    filter: chosen[0]?.id ?? null,
    choices: projects.map(({ id, name }) => ({ id, name })),
    at: new Date(deps.now()),
  };
}

interface View {
  deps: HomeDeps;
  teamId: string;
  shown: Project[];
  ids: string[];
  counts: Pick<TaskCount, 'status' | 'count'>[];
  pages: HomeState['pages'];
}

function page<T>(items: T[], list: List, wanted: number, total: number): HomePage<T> {
  const pages = Math.max(1, Math.ceil(total / PAGE[list]));
  return { items, page: Math.min(wanted, pages - 1), pages, total };
}

async function tasksPage(view: View, list: 'ready' | 'planning'): Promise<HomePage<HomeTask>> {
  const { deps, teamId, ids, counts, pages } = view;
  const total = totalOf(counts, list);
  const empty = page<HomeTask>([], list, pages[list], total);
  if (total === 0) return empty;
  const query = { teamId, projectIds: ids, status: list, limit: PAGE[list], skip: empty.page * PAGE[list] };
  const tasks = await deps.tasks.list(query);
  return { ...empty, items: await describe(view, tasks) };
}

const totalOf = (counts: View['counts'], status: TaskStatus): number =>
  counts.find((one) => one.status === status)?.count ?? 0;

async function describe({ deps, teamId, shown }: View, tasks: Task[]): Promise<HomeTask[]> {
  const milestoneIds = [...new Set(tasks.flatMap(({ milestoneId }) => milestoneId ?? []))];
  const [urls, milestones] = await Promise.all([
    taskUrls(deps, tasks),
    deps.milestones.findMany(teamId, milestoneIds),
  ]);
  return urls.map(({ task, url }) => ({
    task,
    url,
    project: shown.find((one) => one.id === task.projectId)?.name ?? '',
    milestone: milestones.find((one) => one.id === task.milestoneId)?.title ?? null,
  }));
}

async function projectsPage({ deps, teamId, shown, pages }: View): Promise<HomePage<HomeProject>> {
  const empty = page<HomeProject>([], 'projects', pages.projects, shown.length);
  const listed = shown.slice(empty.page * PAGE.projects, (empty.page + 1) * PAGE.projects);
  if (listed.length === 0) return empty;
  const ids = listed.map((project) => project.id);
  const counts = await deps.tasks.count(teamId, ids);
  const urlOf = (channelId: string, ts: string | null) =>
    ts === null ? null : deps.slack.link(teamId, channelId, ts);
  const items = listed.map(async (project) => {
    const own = counts.filter((one) => one.projectId === project.id);
    const milestones = await deps.milestones.listByProject(teamId, project.id);
    return {
      project,
      tasks: tally(own),
      url: await urlOf(project.channelId, project.cardTs),
      milestones: await Promise.all(
        milestones
          .filter((one) => one.state !== 'archived')
          .map(async (milestone) => ({
            milestone,
            tasks: tally(own.filter((one) => one.milestoneId === milestone.id)),
            url: await urlOf(milestone.channelId, milestone.threadTs),
          })),
      ),
    };
  });
  return { ...empty, items: await Promise.all(items) };
}
