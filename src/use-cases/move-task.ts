import type { Actor } from '../domain/actor.ts';
import { DomainError } from '../domain/errors.ts';
import type { Ref } from '../domain/scope.ts';
import { checkMove, STATUS_WORDS, type Task, type TaskStatus, wordsOf } from '../domain/task.ts';
import { checkPlace } from './attach-by-hand.ts';
import { type ChangeTaskDeps, changeTask, checkMayWork, findTask } from './change-task.ts';
import { checkMayBegin, type WorkOnTask } from './work-on-task.ts';

export interface Move {
  ref: Ref;
  to: TaskStatus;
  by: Actor;
  /** The plan version that whoever moves it has seen (0: none yet); null does not bind the move to one. */
  seen: number | null;
  /** Where it is meant from, when that is not everywhere: the button of an old plan takes nobody's work away. */
  from?: TaskStatus[];
}

export interface MoveTaskDeps extends ChangeTaskDeps {
  workOnTask: WorkOnTask;
}

/** What can be changed of a task by hand. */
export interface TaskEdit {
  title?: string;
  description?: string;
  milestoneId?: string | null;
}

export function createMoveTask(deps: MoveTaskDeps) {
  async function reachable(ref: Ref, by: Actor): Promise<Task> {
    const task = await findTask(deps, ref);
    await checkMayWork(deps, { teamId: ref.teamId, id: task.projectId }, by);
    return task;
  }

  return {
    /**
     * Moves a task along its table of moves.
     * @throws DomainError `task_not_found`, `invalid_transition`, `stale_plan` when the plan has moved on from the
     *   version seen, `claimed_by_another` when a bot ends what another one works on
     */
    async move({ ref, to, by, seen, from }: Move): Promise<Task> {
      await reachable(ref, by);
      const check = (task: Task): void => {
        if (task.status === 'in_progress' && from?.includes(task.status) === false) throw begun(task);
        if (to === 'in_progress') checkMayBegin(task);
        else checkMove(task, to);
        if (seen !== null) checkSeen(task, seen);
      };
      if (to === 'in_progress') return deps.workOnTask.start(ref, by, check);
      return changeTask(deps, ref, (task) => {
        check(task);
        if (by.kind === 'bot') checkHolder(task, by);
        return {
          change: { status: to, lease: null, doneBy: to === 'done' ? by : null, doneWorker: '' },
          event: { by, what: 'moved', version: task.plan?.version ?? null },
        };
      });
    },

    /** Changes what a task says of itself. @throws DomainError `title_missing`, `milestone_not_in_project` */
    async edit(ref: Ref, by: Actor, { title, description, milestoneId }: TaskEdit): Promise<Task> {
      const before = await reachable(ref, by);
      const { projectId } = before;
      if (milestoneId !== undefined)
        await checkPlace(deps.milestones, ref.teamId, { projectId, milestoneId });
      const saysMore = title !== undefined || description !== undefined;
      const task = await changeTask(deps, ref, (now) => ({
        change: {
          ...(saysMore ? wordsOf(title ?? now.title, description ?? now.description) : {}),
          ...(milestoneId === undefined ? {} : { milestoneId }),
        },
        event: { by, what: 'edited', version: null },
      }));
      if (milestoneId !== undefined && before.milestoneId !== null)
        await deps.refreshCards(ref.teamId, projectId, before.milestoneId);
      return task;
    },

    /**
     * Ticks items of the checklist by their position, unticks the others of those shown.
     * @throws DomainError `stale_plan` when the checklist is not the one that was seen
     */
    async tick(ref: Ref, by: Actor, seen: number, shown: number[], ticked: number[]): Promise<Task> {
      await reachable(ref, by);
      return changeTask(deps, ref, (task) => {
        checkSeen(task, seen);
        const checklist = task.checklist.map((item, at) =>
          shown.includes(at) ? { ...item, done: ticked.includes(at) } : item,
        );
        const same = checklist.every((item, at) => item.done === task.checklist[at]?.done);
        return same ? null : { change: { checklist }, event: { by, what: 'ticked', version: null } };
      });
    },
  };
}

export type MoveTask = ReturnType<typeof createMoveTask>;

function checkSeen({ title, plan }: Task, seen: number): void {
  const version = plan?.version ?? 0;
  if (version === seen) return;
  throw new DomainError(
    'stale_plan',
    `The plan of “${title}” has moved on to version ${version} since you looked (you saw ${seen === 0 ? 'none' : `version ${seen}`}). Look at it first; nothing was changed.`,
  );
}

function begun({ title, status }: Task): DomainError {
  return new DomainError('invalid_transition', `“${title}” is ${STATUS_WORDS[status]} already.`);
}

function checkHolder({ title, lease, status }: Task, by: Actor): void {
  if (status !== 'in_progress' || lease === null) return;
  if (lease.holder.kind === by.kind && lease.holder.id === by.id) return;
  throw new DomainError(
    'claimed_by_another',
    `“${title}” is being worked on by someone else. Leave it to them.`,
  );
}
