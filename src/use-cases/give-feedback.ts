import type { Actor } from '../domain/actor.ts';
import type { Conversation, Message } from '../domain/conversation.ts';
import { isOver, type Task } from '../domain/task.ts';
import { type ChangeTaskDeps, changeTask } from './change-task.ts';

export type GiveFeedback = (conversation: Conversation, message: FeedbackMessage, by: Actor) => Promise<void>;
type FeedbackMessage = Pick<Message, 'teamId' | 'channelId' | 'ts'> & {
  /** Of an edited message: it is feedback once more. */
  editedTs?: string | null;
};

/**
 * Counts a stored message of a planning conversation as feedback: a task that is not in planning moves there, so that
 * the planner takes it up; one that is over is asked about first (product.md 8.4). Both events of a mention count
 * once. Counting a message twice, after a crash, makes the planner look once more and loses nothing.
 */
export function createGiveFeedback(deps: ChangeTaskDeps): GiveFeedback {
  const underWay = new Map<string, Promise<void>>();

  async function count(taskId: string, message: FeedbackMessage, by: Actor): Promise<void> {
    const { teamId, channelId, ts } = message;
    const isEdit = (message.editedTs ?? null) !== null;
    if (!isEdit && ((await deps.messages.find(teamId, channelId, ts))?.arrival ?? null) !== null) return;
    const task = await changeTask(deps, { teamId, id: taskId }, (now) => ({
      change: { feedback: now.feedback + 1, ...backToPlanning(now) },
      event: { by, what: 'feedback', version: null },
    }));
    await deps.messages.arrived(teamId, channelId, ts, task.feedback);
  }

  return async ({ taskId }, message, by) => {
    if (taskId === null) return;
    const key = `${message.teamId}:${message.channelId}:${message.ts}`;
    const before = underWay.get(key) ?? Promise.resolve();
    const counting = before.catch(() => {}).then(() => count(taskId, message, by));
    underWay.set(key, counting);
    try {
      await counting;
    } finally {
      if (underWay.get(key) === counting) underWay.delete(key);
    }
  };
}

function backToPlanning(task: Task): Partial<Task> {
  return isOver(task) ? {} : { status: 'planning', lease: null };
}
