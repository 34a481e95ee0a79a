import type { Actor } from '../domain/actor.ts';
import type { Conversation, Message } from '../domain/conversation.ts';
import { isOver, type Task } from '../domain/task.ts';
import { type ChangeTaskDeps, changeTask } from './change-task.ts';

export type GiveFeedback = (conversation: Conversation, message: FeedbackMessage, by: Actor) => Promise<void>;
type FeedbackMessage = Pick<Message, 'teamId' | 'channelId' | 'ts'>;

/**
 * Counts a stored message of a planning conversation as feedback: a task that is not in planning moves there, so that
 * the planner takes it up; one that is over is asked about first (product.md 8.4). Counting a message twice, after a
 * crash, makes the planner look once more and loses nothing.
 */
export function createGiveFeedback(deps: ChangeTaskDeps): GiveFeedback {
  return async ({ teamId, taskId }, message, by) => {
    if (taskId === null) return;
    const task = await changeTask(deps, { teamId, id: taskId }, (now) => ({
      change: { feedback: now.feedback + 1, ...backToPlanning(now) },
      event: { by, what: 'feedback', version: null },
    }));
    await deps.messages.arrived(message.teamId, message.channelId, message.ts, task.feedback);
  };
}

function backToPlanning(task: Task): Partial<Task> {
  return isOver(task) ? {} : { status: 'planning', lease: null };
}
