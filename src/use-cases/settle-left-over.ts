import type { Log } from '../ports/log.ts';
import type { TaskStore } from '../ports/tasks.ts';
import type { SettleTask } from './settle-task.ts';

const AT_ONCE = 100;

/**
 * Settles task changes whose process died before it could; safe to run in every process, again and again. A change
 * that nobody has settled for as long as a job's lease (`forMs`) was made by a process that died right after it.
 */
export function createSettleLeftOver(tasks: TaskStore, settleTask: SettleTask, log: Log) {
  return async (teamId: string, forMs: number): Promise<void> => {
    const left = await tasks.listUnsettled(teamId, forMs, AT_ONCE);
    for (const task of left) {
      // One that cannot be settled does not keep the others waiting.
      await settleTask(task).catch((error: unknown) =>
        log.error({ team: teamId, task: task.id, err: String(error) }, 'left_over_not_settled'),
      );
    }
    if (left.length > 0) log.warn({ team: teamId, tasks: left.length }, 'left_over_settled');
  };
}
