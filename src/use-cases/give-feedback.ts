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
 * once, wherever they arrive. Counting a message twice, after a crash, makes the planner look once more and loses
 * nothing.
 */
export function createGiveFeedback(deps: ChangeTaskDeps): GiveFeedback {
  return async ({ taskId }, { teamId, channelId, ts, editedTs = null }, by) => {
    if (taskId === null) return;
    const known = editedTs === null ? await deps.messages.find(teamId, channelId, ts) : null;
    if (known !== null && known.arrival !== null) return;
    const lastFeedback = `${ts}:${editedTs ?? ''}`;
    const task = await changeTask(deps, { teamId, id: taskId }, (now) =>
      now.lastFeedback === lastFeedback
        ? null
        : {
            change: { feedback: now.feedback + 1, lastFeedback, ...backToPlanning(now) },
            event: { by, what: 'feedback', version: null },
          },
    );
    await deps.messages.arrived(teamId, channelId, ts, task.feedback);
  };
}

function backToPlanning(task: Task): Partial<Task> {
  return isOver(task) ? {} : { status: 'planning', lease: null };
}
