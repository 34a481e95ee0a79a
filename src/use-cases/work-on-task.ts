import { type Actor, isSame } from '../domain/actor.ts';
import { DomainError } from '../domain/errors.ts';
import type { Ref } from '../domain/scope.ts';
import { checkMove, STATUS_WORDS, type Task } from '../domain/task.ts';
import { type ChangeTaskDeps, changeTask, findTask } from './change-task.ts';
import { activeProject } from './set-up-project.ts';
import { watchLease } from './settle-task.ts';

/** A bot that takes a task, as one of several workers under its key or as the only one (empty). */
export interface Worker {
  by: Actor;
  worker: string;
}

export const LEASE_SECONDS = { shortest: 10, usual: 900, longest: 86_400 } as const;

/** Working on a task: taking it, finishing it (product.md 10). */
export function createWorkOnTask(deps: ChangeTaskDeps) {
  async function take(
    ref: Ref,
    { by, worker }: Worker,
    leaseMs: number | null,
    check: (task: Task) => void,
  ): Promise<Task> {
    for (;;) {
      const task = await findTask(deps, ref);
      await deps.settleTask(task);
      await activeProject(deps.projects, { teamId: ref.teamId, id: task.projectId });
      // Bound to what was read: the claim is refused when the task has moved on since.
      check(task);
      const taken = await deps.tasks.claim(task, by, worker, leaseMs);
      if (taken !== null) {
        await deps.settleTask(taken);
        // A lease that was prolonged, or shortened, is no new change of the task.
        const until = taken.lease?.until?.getTime() ?? null;
        if (until !== null && leaseMs !== null) await watchLease(deps.jobs, taken, until - leaseMs);
        return { ...taken, unsettled: false };
      }
      if ((await findTask(deps, ref)).revision === task.revision) throw heldBy(task);
    }
  }

  return {
    /** A person, or a bot that names no end, begins. */
    start(ref: Ref, by: Actor, check: (task: Task) => void): Promise<Task> {
      return take(ref, { by, worker: '' }, by.kind === 'person' ? null : LEASE_SECONDS.usual * 1_000, check);
    },

    /**
     * Takes a ready task, or one whose holder's lease has ended, for `leaseSeconds`. The holder's claim again prolongs.
     * @throws DomainError `task_not_found`, `claimed_by_another`, `invalid_transition`, `project_archived`
     */
    claim(ref: Ref, worker: Worker, leaseSeconds: number): Promise<Task> {
      return take(ref, worker, leaseSeconds * 1_000, checkMayBegin);
    },

    /**
     * The holder has done it. The same call again changes nothing.
     * @throws DomainError `task_not_found`, `claimed_by_another`, `not_claimed`, `invalid_transition`
     */
    complete(ref: Ref, { by, worker }: Worker): Promise<Task> {
      return changeTask(deps, ref, (task) => {
        if (task.status === 'done' && task.doneBy !== null && isSame(task.doneBy, by)) {
          if (task.doneWorker === worker) return null;
        }
        if (task.status === 'ready') {
          throw new DomainError(
            'not_claimed',
            `Nobody holds “${task.title}”: claim it first, or again if your lease has ended.`,
          );
        }
        checkMove(task, 'done');
        if (task.lease !== null && !holds(task, { by, worker })) throw heldBy(task);
        return {
          change: { status: 'done', lease: null, doneBy: by, doneWorker: worker },
          event: { by, what: 'moved', version: task.plan?.version ?? null },
        };
      });
    },

    /** @throws DomainError `claimed_by_another` when someone else works on it */
    checkMayReport(task: Task, by: Actor): void {
      if (task.status !== 'in_progress' || task.lease === null) return;
      if (!isSame(task.lease.holder, by)) throw heldBy(task);
    },
  };
}

/** Whether work that has begun is to be had, the claim itself decides. */
export function checkMayBegin(task: Task): void {
  if (task.status !== 'in_progress') checkMove(task, 'in_progress');
}

export type WorkOnTask = ReturnType<typeof createWorkOnTask>;

const holds = ({ lease }: Task, { by, worker }: Worker): boolean =>
  lease !== null && isSame(lease.holder, by) && lease.worker === worker;

function heldBy({ title, status, lease }: Task): DomainError {
  const name = lease === null || lease.holder.name === '' ? 'a person' : lease.holder.name;
  return new DomainError(
    'claimed_by_another',
    `“${title}” is ${STATUS_WORDS[status]}: ${name} works on it already. Take another one.`,
  );
}
