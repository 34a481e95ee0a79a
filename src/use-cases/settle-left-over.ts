import type { DispatchStore } from '../ports/dispatches.ts';
import type { Log } from '../ports/log.ts';
import type { TaskProposalStore } from '../ports/task-proposals.ts';
import type { TaskStore } from '../ports/tasks.ts';
import type { SettleDispatch } from './settle-dispatch.ts';
import type { SettleProposal } from './settle-proposal.ts';
import type { SettleTask } from './settle-task.ts';

export interface SettleLeftOverDeps {
  tasks: TaskStore;
  dispatches: DispatchStore;
  taskProposals: TaskProposalStore;
  settleTask: SettleTask;
  settleDispatch: SettleDispatch;
  settleProposal: SettleProposal;
  log: Log;
}

const AT_ONCE = 100;

/**
 * Settles changes of tasks, dispatches and proposed tasks whose process died before it could; safe to run in every process, again and
 * again. A change that nobody has settled for as long as a job's lease (`forMs`) was made by a process that died right
 * after it.
 */
export function createSettleLeftOver({
  tasks,
  dispatches,
  taskProposals,
  settleTask,
  settleDispatch,
  settleProposal,
  log,
}: SettleLeftOverDeps) {
  async function each<T extends { id: string }>(
    teamId: string,
    left: T[],
    settle: (one: T) => Promise<void>,
  ): Promise<void> {
    for (const one of left) {
      // One that cannot be settled does not keep the others waiting.
      await settle(one).catch((error: unknown) =>
        log.error({ team: teamId, id: one.id, err: String(error) }, 'left_over_not_settled'),
      );
    }
    if (left.length > 0) log.warn({ team: teamId, count: left.length }, 'left_over_settled');
  }

  return async (teamId: string, forMs: number): Promise<void> => {
    await each(teamId, await tasks.listUnsettled(teamId, forMs, AT_ONCE), settleTask);
    await each(teamId, await dispatches.listUnsettled(teamId, forMs, AT_ONCE), settleDispatch);
    await each(teamId, await taskProposals.listUnsettled(teamId, forMs, AT_ONCE), settleProposal);
  };
}
