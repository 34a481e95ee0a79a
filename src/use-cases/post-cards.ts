import type { Milestone, Project } from '../domain/project.ts';
import { tally } from '../domain/task.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { ContextEntryStore } from '../ports/context-entries.ts';
import type { ConversationStore } from '../ports/conversations.ts';
import type { JobContext, JobHandler, JobQueue } from '../ports/jobs.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import { type Outgoing, SlackGone, type Spot } from '../ports/slack.ts';
import type { TaskStore } from '../ports/tasks.ts';
import { type DeliverOnceDeps, deliverOnce } from './deliver-once.ts';
import type { RefreshHomes } from './refresh-homes.ts';
import { askPlanner, showTask } from './settle-task.ts';
import { slackTsOf } from './slack-time.ts';

export interface CardDeps extends DeliverOnceDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
  attachments: AttachmentStore;
  contextEntries: ContextEntryStore;
  conversations: ConversationStore;
  tasks: TaskStore;
  refreshHomes: RefreshHomes;
  jobs: JobQueue;
  plannerIsBuiltIn: boolean;
}

/** Posts the project card and then, in order, the card of every milestone that has none; binds the threads. */
export function createPostCards(deps: CardDeps): JobHandler<'post-cards'> {
  return {
    async run({ projectId }, job) {
      const { teamId } = job;
      const project = await deps.projects.findById({ teamId, id: projectId });
      if (project === null || project.state === 'archived') return;
      const milestones = await deps.milestones.listByProject(teamId, projectId);
      if (project.cardTs === null) await unlessGone(postProjectCard(deps, project, milestones, job));
      for (const milestone of milestones) {
        if (milestone.cardTs === null) await unlessGone(postMilestoneCard(deps, milestone, job));
      }
      if (project.cardTs !== null) await unlessGone(redrawProjectCard(deps, project, milestones));
      await deps.refreshHomes(teamId, projectId);
      await showTasks(deps, project, job);
    },
  };
}

const TASKS_AT_ONCE = 100;

/** What was to be shown of tasks, or to be planned, while the channel was away. */
async function showTasks(deps: CardDeps, { teamId, id }: Project, { fence }: JobContext): Promise<void> {
  for (;;) {
    const left = await deps.tasks.listUnshown(teamId, id, TASKS_AT_ONCE);
    for (const task of left) {
      await showTask(deps.jobs, task, `:back:${fence}`);
      const isToPlan = deps.plannerIsBuiltIn && task.status === 'planning';
      if (isToPlan) await askPlanner(deps.jobs, task, `:back:${fence}`);
      await deps.tasks.setShown(task, true);
    }
    if (left.length < TASKS_AT_ONCE) return;
  }
}

async function postProjectCard(
  deps: CardDeps,
  project: Project,
  milestones: Milestone[],
  { fence }: JobContext,
): Promise<void> {
  const { teamId, id: projectId, channelId } = project;
  const spot: Spot = { teamId, channelId, threadTs: null };
  const message = await projectCard(deps, project, milestones);
  const since = slackTsOf(project.createdAt);
  const { ts } = await deliverOnce(deps, { key: `project-card:${projectId}`, spot, message, since, fence });
  await deps.conversations.findOrCreate({
    teamId,
    channelId,
    threadTs: ts,
    type: 'project',
    projectId,
    milestoneId: null,
    title: project.name,
  });
  await deps.projects.change({ teamId, id: projectId }, { cardTs: ts });
}

/** The card opens the milestone's thread, or answers in it when an existing thread was adopted. */
async function postMilestoneCard(deps: CardDeps, milestone: Milestone, { fence }: JobContext): Promise<void> {
  const { teamId, id, channelId, projectId, threadTs } = milestone;
  const spot: Spot = { teamId, channelId, threadTs };
  const message = await milestoneCard(deps, milestone);
  const since = slackTsOf(milestone.createdAt);
  const { ts } = await deliverOnce(deps, { key: `milestone-card:${id}`, spot, message, since, fence });
  const root = threadTs ?? ts;
  const conversation = await deps.conversations.findOrCreate({
    teamId,
    channelId,
    threadTs: root,
    type: 'project',
    projectId,
    milestoneId: id,
    title: milestone.title,
  });
  if (conversation.milestoneId !== id) {
    await deps.conversations.change(
      { teamId, id: conversation.id },
      { milestoneId: id, title: milestone.title },
    );
  }
  await deps.milestones.change({ teamId, id }, { threadTs: root, cardTs: ts });
}

/** Redraws one card with what holds now. */
export function createRefreshCard(deps: CardDeps): JobHandler<'refresh-card'> {
  return {
    async run({ projectId, milestoneId }, { teamId }) {
      const [project, milestones] = await Promise.all([
        deps.projects.findById({ teamId, id: projectId }),
        deps.milestones.listByProject(teamId, projectId),
      ]);
      if (project === null || project.state === 'archived') return;
      if (milestoneId === null) {
        await deps.refreshHomes(teamId, projectId);
        return unlessGone(redrawProjectCard(deps, project, milestones));
      }
      const milestone = milestones.find((one) => one.id === milestoneId);
      if (milestone === undefined || milestone.cardTs === null) return;
      const spot: Spot = { teamId, channelId: project.channelId, threadTs: milestone.threadTs };
      const card = await milestoneCard(deps, milestone);
      await unlessGone(deps.slack.update(spot, milestone.cardTs, card, `milestone-card:${milestoneId}`));
    },
  };
}

/** A channel that was archived or left in this moment takes no cards; when it comes back they are drawn anew. */
async function unlessGone(drawing: Promise<void>): Promise<void> {
  try {
    await drawing;
  } catch (error) {
    if (!(error instanceof SlackGone)) throw error;
  }
}

async function redrawProjectCard(deps: CardDeps, project: Project, milestones: Milestone[]): Promise<void> {
  if (project.cardTs === null) return;
  const spot: Spot = { teamId: project.teamId, channelId: project.channelId, threadTs: null };
  const message = await projectCard(deps, project, milestones);
  await deps.slack.update(spot, project.cardTs, message, `project-card:${project.id}`);
}

async function projectCard(
  { attachments }: CardDeps,
  project: Project,
  milestones: Milestone[],
): Promise<Outgoing> {
  const count = await attachments.countByPlace(project.teamId, { projectId: project.id, milestoneId: null });
  return { kind: 'project-card', project, milestones, attachments: count };
}

/** What a card shows of its memory; the rest is behind a button. */
const REMEMBERED_ON_CARD = 5;

async function milestoneCard(
  { attachments, contextEntries, conversations, tasks }: CardDeps,
  milestone: Milestone,
): Promise<Outgoing> {
  const { teamId, projectId, channelId, threadTs } = milestone;
  const [count, conversation, counts] = await Promise.all([
    attachments.countByPlace(teamId, { projectId, milestoneId: milestone.id }),
    threadTs === null ? null : conversations.findByThread(teamId, channelId, threadTs),
    tasks.count(teamId, [projectId]),
  ]);
  const remembered = conversation === null ? null : { teamId, id: conversation.id };
  const [entries, total] =
    remembered === null
      ? [[], 0]
      : await Promise.all([
          contextEntries.list(remembered, { limit: REMEMBERED_ON_CARD }),
          contextEntries.count(remembered),
        ]);
  return {
    kind: 'milestone-card',
    milestone,
    attachments: count,
    memory: { entries, total },
    mode: conversation?.mode ?? 'auto',
    tasks: tally(counts.filter((one) => one.milestoneId === milestone.id)),
  };
}
