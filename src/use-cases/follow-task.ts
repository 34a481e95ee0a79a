import { isOver, type Task, type TaskEvent } from '../domain/task.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { JobContext, JobHandler, JobQueue } from '../ports/jobs.ts';
import { type Outgoing, SlackGone, type Spot } from '../ports/slack.ts';
import type { PlanStore, TaskStore } from '../ports/tasks.ts';
import { deliverOnce } from './deliver-once.ts';
import { beginningOf } from './excerpt.ts';
import { type OpenThreadDeps, showTaskCard } from './open-thread.ts';
import { planUrls } from './plan-urls.ts';
import { watchLease } from './settle-task.ts';
import { slackTsOf } from './slack-time.ts';
import { conversationKey } from './task-conversations.ts';

export interface FollowTaskDeps extends OpenThreadDeps {
  tasks: TaskStore;
  plans: PlanStore;
  attachments: AttachmentStore;
}

/** Characters of a plan that its message shows; the rest is behind "View plan". */
const EXCERPT = 1_500;

/**
 * Slack follows one change of a task: its cards show what holds now, a new plan is told of in the planning thread,
 * the task thread opens when it is ready. Everything is posted once however often this runs.
 */
export function createFollowTask(deps: FollowTaskDeps): JobHandler<'follow-task'> {
  return {
    async run({ taskId, revision }, job) {
      const ref = { teamId: job.teamId, id: taskId };
      const task = await deps.tasks.findById(ref);
      if (task === null) return;
      const project = await deps.projects.findById({ teamId: job.teamId, id: task.projectId });
      if (project === null) return;
      // A channel that is closed takes no cards; when it comes back they are drawn.
      if (project.state === 'archived') return deps.tasks.setShown(ref, false);
      const [event] = await deps.tasks.listEvents(ref, revision - 1, 1);
      if (event === undefined || event.revision !== revision) return;
      if (!(await unlessGone(follow(deps, task, event, job)))) await deps.tasks.setShown(ref, false);
    },
  };
}

/** A channel that is gone takes no cards, and a card that someone deleted stays deleted. */
async function unlessGone(showing: Promise<unknown>): Promise<boolean> {
  try {
    await showing;
    return true;
  } catch (error) {
    if (error instanceof SlackGone) return false;
    throw error;
  }
}

async function follow(deps: FollowTaskDeps, task: Task, event: TaskEvent, job: JobContext): Promise<void> {
  const { fence } = job;
  const isNewest = event.revision === task.revision;
  const isFirst = event.what === 'created';
  const isAsking = event.what === 'feedback' && isOver({ status: event.to }) && isOver(task);
  // An older change has nothing to draw that the newest one will not draw right after it.
  if (!isNewest && !isFirst && event.what !== 'planned' && !isAsking) return;
  if (isNewest && (await hasTaskCard(deps, task))) await unlessGone(showTaskCard(deps, task, 'task', fence));
  const planning = await showTaskCard(deps, task, 'planning', fence);
  const spot: Spot = { teamId: task.teamId, channelId: task.channelId, threadTs: planning.threadTs };
  const since = slackTsOf(task.createdAt);
  if (isFirst) await sayWhere(deps, task, planning.threadTs, fence);
  const version = event.what === 'planned' ? event.version : null;
  // With the newest change the current plan as well: it may have come while the channel was closed.
  for (const one of new Set([version, isNewest ? (task.plan?.version ?? null) : null])) {
    if (one === null) continue;
    const message = await planMessage(deps, task, one);
    if (message === null) continue;
    await deliverOnce(deps, { key: `plan:${task.id}:${one}`, spot, message, since, fence });
  }
  if (isAsking) {
    const key = `reopen:${task.id}:${task.statusSince.getTime()}`;
    await deliverOnce(deps, { key, spot, message: { kind: 'reopen-question', task }, since, fence });
  }
}

/** From the moment it is ready a task has a card of its own, which follows it wherever it goes from there. */
async function hasTaskCard(deps: FollowTaskDeps, { teamId, id, status }: Task): Promise<boolean> {
  if (status === 'ready' || status === 'in_progress' || status === 'done') return true;
  const [talk] = await deps.conversations.findByKeys(teamId, [conversationKey('task', id)]);
  return talk !== undefined && talk.threadTs !== null;
}

/** In the thread where it was asked for, people are told where planning goes on. */
async function sayWhere(deps: FollowTaskDeps, task: Task, cardTs: string, fence: number): Promise<void> {
  const { teamId, channelId, id, title, askedIn, createdAt } = task;
  if (askedIn === null) return;
  const url = await deps.slack.link(teamId, channelId, cardTs);
  await deliverOnce(deps, {
    key: `planning-started:${id}`,
    spot: { teamId, channelId, threadTs: askedIn },
    message: { kind: 'planning-started', title, url },
    since: slackTsOf(createdAt),
    fence,
  });
}

async function planMessage(deps: FollowTaskDeps, task: Task, version: number): Promise<Outgoing | null> {
  const plan = await deps.plans.find({ teamId: task.teamId, id: task.id }, version);
  if (plan === null) return null;
  const whole = plan.text.length <= EXCERPT;
  const beginning = beginningOf(plan.text, EXCERPT);
  const urls = await planUrls(deps.attachments, task);
  const excerpt = deps.slack.split(beginning, urls, null)[0] ?? '';
  return { kind: 'plan', task, version, by: plan.by, excerpt, whole };
}

/** A lease that ended gives the task back; one that was prolonged is looked at again when it ends. */
export function createEndLease(
  deps: Pick<FollowTaskDeps, 'tasks'> & {
    settleTask: (task: Task) => Promise<void>;
    jobs: JobQueue;
  },
): JobHandler<'end-lease'> {
  return {
    async run({ taskId }, { teamId, fence }) {
      const ended = await deps.tasks.endLease({ teamId, id: taskId });
      if (ended !== null) return deps.settleTask(ended);
      const task = await deps.tasks.findById({ teamId, id: taskId });
      if (task?.status === 'in_progress' && task.lease?.until != null) {
        // A fence is the moment of its claim, on the server's clock.
        await watchLease(deps.jobs, task, fence, `:${fence}`);
      }
    },
  };
}
