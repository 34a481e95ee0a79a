import type { Log } from '../ports/log.ts';
import type { TaskStore } from '../ports/tasks.ts';
import type { SettleTask } from './settle-task.ts';

/** A change that nobody settled for so long was made by a process that died right after it. */
const LEFT_MS = 10_000;
const AT_ONCE = 100;

/** Settles task changes whose process died before it could; safe to run in every process, again and again. */
export function createSettleLeftOver(tasks: TaskStore, settleTask: SettleTask, log: Log) {
  return async (teamId: string, forMs = LEFT_MS): Promise<void> => {
    const left = await tasks.listUnsettled(teamId, forMs, AT_ONCE);
    for (const task of left) await settleTask(task);
    if (left.length > 0) log.warn({ team: teamId, tasks: left.length }, 'left_over_settled');
  };
}
