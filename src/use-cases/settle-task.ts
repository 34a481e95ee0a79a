import { signature } from '../domain/actor.ts';
import { checklistText } from '../domain/planning-text.ts';
import type { Ref } from '../domain/scope.ts';
import type { Task } from '../domain/task.ts';
import type { MessageStore } from '../ports/conversations.ts';
import type { JobQueue } from '../ports/jobs.ts';
import type { PlanStore, TaskStore } from '../ports/tasks.ts';
import type { RefreshCards } from './refresh-cards.ts';
import type { RefreshHomes } from './refresh-homes.ts';
import { conversationKey, conversationOfTask, type TaskConversationDeps } from './task-conversations.ts';

export interface SettleTaskDeps extends TaskConversationDeps {
  tasks: TaskStore;
  plans: PlanStore;
  messages: MessageStore;
  jobs: JobQueue;
  refreshCards: RefreshCards;
  refreshHomes: RefreshHomes;
  /** False with `PLANNER=external`: planning is left to bots. */
  plannerIsBuiltIn: boolean;
}

export type SettleTask = (task: Task) => Promise<void>;

/**
 * Writes down what follows from a task's last change: its history, the plan in the planning conversation, the jobs
 * that show it in Slack. It happens before the next change can be made and before anybody is answered, and each step
 * may be repeated; a process that dies in between leaves the task unsettled, and another one settles it.
 */
export function createSettleTask(deps: SettleTaskDeps): SettleTask {
  return async (task) => {
    if (!task.unsettled) return;
    const { teamId, id, projectId, milestoneId, lastChange } = task;
    const ref = { teamId, id };
    await deps.tasks.addEvent(ref, lastChange);
    if (lastChange.what === 'planned') await keepPlan(deps, task);
    if (lastChange.what === 'edited') await moveConversations(deps, task);
    await showTask(deps.jobs, task);
    if (deps.plannerIsBuiltIn && task.status === 'planning') await askPlanner(deps.jobs, task);
    // By the clock of the server that gave the lease: from the moment of the claim to its end.
    await watchLease(deps.jobs, task, lastChange.at.getTime());
    if (milestoneId !== null) await deps.refreshCards(teamId, projectId, milestoneId);
    await deps.refreshHomes(teamId, projectId);
    await deps.tasks.settled(task);
  };
}

/** What a task shows in Slack comes in the order of its changes. */
export const taskLane = (taskId: string): string => `task:${taskId}`;
export const orderOf = (revision: number): string => String(revision).padStart(9, '0');

/** What was said about a task goes where the task goes. */
async function moveConversations({ conversations }: SettleTaskDeps, task: Task): Promise<void> {
  const { teamId, id: taskId, milestoneId, title } = task;
  const both = await conversations.findByKeys(teamId, [
    conversationKey('planning', taskId),
    conversationKey('task', taskId),
  ]);
  for (const { id, channelId, threadTs, milestoneId: before } of both) {
    await conversations.change({ teamId, id }, { milestoneId, title });
    // It may hold what answers knew in the old place.
    const moved = before !== milestoneId && threadTs !== null;
    if (moved) await conversations.dropSummary(teamId, channelId, threadTs, '0');
  }
}

/** The offered plan becomes a version, and a message of the planning conversation (never of the main one). */
async function keepPlan(deps: SettleTaskDeps, task: Task): Promise<void> {
  const { teamId, id, channelId, milestoneId, plan, completion, checklist, feedback, lastChange } = task;
  const ref = { teamId, id };
  const version = lastChange.version;
  const stamp = plan !== null && plan.version === version ? plan : null;
  const offered = completion === null ? null : await deps.plans.offeredText(ref, completion);
  // A checklist alone makes a version as well: people agree to both. Its text is that of the version before.
  const text = offered ?? (stamp === null ? null : await textOf(deps, ref, stamp.version - 1));
  if (completion !== null) {
    const made = stamp === null ? null : { stamp, text: offered === null ? text : null };
    await deps.plans.apply(ref, completion, made, checklist);
  }
  const conversation = await conversationOfTask(deps, task, 'planning');
  await deps.messages.append({
    teamId,
    conversationId: conversation.id,
    channelId,
    role: 'assistant',
    type: 'text',
    userId: signature(lastChange.by),
    content: text ?? checklistText(checklist),
    clientMsgId: `plan:${id}:${lastChange.revision}`,
    madeFor: milestoneId,
    arrival: feedback,
    metadata: null,
  });
}

async function textOf({ plans }: SettleTaskDeps, ref: Ref, version: number): Promise<string | null> {
  return (await plans.find(ref, version))?.text ?? null;
}

/**
 * Has Slack show what a task has become.
 * @param again makes it another piece of work than the one for this change.
 */
export function showTask(jobs: JobQueue, { teamId, id, revision }: Task, again = ''): Promise<void> {
  return jobs.enqueue({
    teamId,
    kind: 'follow-task',
    key: `${id}:${revision}${again}`,
    lane: taskLane(id),
    order: orderOf(revision),
    payload: { taskId: id, revision },
  });
}

/**
 * One piece of work for each state of the feedback.
 * @param again makes it another one.
 */
export function askPlanner(
  jobs: JobQueue,
  { teamId, id, feedback, statusSince }: Task,
  again = '',
): Promise<void> {
  return jobs.enqueue({
    teamId,
    kind: 'plan-task',
    key: `${id}:${feedback}:${statusSince.getTime()}${again}`,
    lane: `plan:${id}`,
    order: orderOf(feedback),
    payload: { taskId: id },
  });
}

/** A lease has ended only after its last millisecond. */
const LEASE_MARGIN_MS = 50;

/**
 * Looks at a lease again when it ends.
 * @param now on the clock of the server that gave it, in milliseconds since 1970
 * @param again makes it another piece of work than the one for this end.
 */
export async function watchLease(jobs: JobQueue, task: Task, now: number, again = ''): Promise<void> {
  const until = task.lease?.until ?? null;
  if (until === null) return;
  const { teamId, id } = task;
  await jobs.enqueue({
    teamId,
    kind: 'end-lease',
    key: `${id}:${until.getTime()}${again}`,
    // A lane for each end: a later end would keep an earlier one waiting.
    lane: `lease:${id}:${until.getTime()}${again}`,
    order: String(until.getTime()),
    delayMs: Math.max(0, until.getTime() - now) + LEASE_MARGIN_MS,
    payload: { taskId: id },
  });
}
