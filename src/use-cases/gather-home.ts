import type {
  HomeCoaching,
  HomeContent,
  HomePage,
  HomeProject,
  HomeProposal,
  HomeTask,
} from '../domain/home.ts';
import type { Project } from '../domain/project.ts';
import type { Specialist } from '../domain/specialist.ts';
import { type Task, type TaskStatus, tally } from '../domain/task.ts';
import type { UserFact } from '../domain/user-fact.ts';
import type { DispatchStore } from '../ports/dispatches.ts';
import type { HomeState, HomeStore } from '../ports/homes.ts';
import type { JobQueue } from '../ports/jobs.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import type { Slack } from '../ports/slack.ts';
import type { TaskCount, TaskStore } from '../ports/tasks.ts';
import type { UserFactStore } from '../ports/user-facts.ts';
import { nameOf } from './show-dispatch.ts';
import type { TaskConversationDeps } from './task-conversations.ts';
import { taskUrls } from './task-urls.ts';

export interface HomeDeps extends TaskConversationDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
  tasks: TaskStore;
  dispatches: DispatchStore;
  userFacts: UserFactStore;
  specialists: Specialist[];
  homes: HomeStore;
  slack: Slack;
  jobs: JobQueue;
  now: () => number;
}

/** Entries of one page of each list: together they stay below the 100 blocks of a Home. */
export const PAGE = { ready: 8, planning: 8, projects: 5, waiting: 6, facts: 8 } as const;
export type List = keyof typeof PAGE;

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
  const [ready, planning, listed, waiting, coaching, facts] = await Promise.all([
    tasksPage(view, 'ready'),
    tasksPage(view, 'planning'),
    projectsPage(view),
    waitingPage(view, userId),
    coachingOf(deps, teamId, userId),
    factsPage(view, userId),
  ]);
  return {
    ready,
    planning,
    projects: listed,
    waiting,
    coaching,
    facts,
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

/** Proposals of the projects shown, and of the person's own conversation. */
async function waitingPage(
  { deps, teamId, shown, ids, pages }: View,
  userId: string,
): Promise<HomePage<HomeProposal>> {
  const query = { teamId, projectIds: ids, userId };
  const waiting = await deps.dispatches.countWaiting(query);
  // Guests and people of other organisations decide nothing.
  const total = waiting > 0 && (await mayDecide(deps, teamId, userId)) ? waiting : 0;
  const empty = page<HomeProposal>([], 'waiting', pages.waiting, total);
  if (total === 0) return empty;
  const skip = empty.page * PAGE.waiting;
  const dispatches = await deps.dispatches.listWaiting({ ...query, skip, limit: PAGE.waiting });
  const items = dispatches.map(async (dispatch) => ({
    dispatch,
    specialist: nameOf(deps.specialists, dispatch.specialist),
    project: shown.find((one) => one.id === dispatch.projectId)?.name ?? null,
    url: dispatch.cardTs === null ? null : await deps.slack.link(teamId, dispatch.channelId, dispatch.cardTs),
  }));
  return { ...empty, items: await Promise.all(items) };
}

async function mayDecide({ slack }: HomeDeps, teamId: string, userId: string): Promise<boolean> {
  const { guest, outsider } = await slack.person(teamId, userId);
  return !guest && !outsider;
}

async function coachingOf(deps: HomeDeps, teamId: string, userId: string): Promise<HomeCoaching> {
  const [conversation, url] = await Promise.all([
    deps.conversations.findCoaching(teamId, userId),
    deps.slack.directLink(teamId),
  ]);
  return {
    mode: conversation?.mode ?? 'coaching',
    resets: conversation?.resets ?? 0,
    begun: conversation !== null,
    url,
  };
}

async function factsPage({ deps, teamId, pages }: View, userId: string): Promise<HomePage<UserFact>> {
  const total = await deps.userFacts.count(teamId, userId);
  const empty = page<UserFact>([], 'facts', pages.facts, total);
  if (total === 0) return empty;
  const skip = empty.page * PAGE.facts;
  return { ...empty, items: await deps.userFacts.list(teamId, userId, { skip, limit: PAGE.facts }) };
}
