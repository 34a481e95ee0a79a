import type { Actor } from '../domain/actor.ts';
import { DomainError } from '../domain/errors.ts';
import type { Ref } from '../domain/scope.ts';
import type { Task } from '../domain/task.ts';
import type { ProjectStore } from '../ports/projects.ts';
import type { Slack } from '../ports/slack.ts';
import type { NewTaskEvent, TaskChange } from '../ports/tasks.ts';
import { activeProject, checkMayManage } from './set-up-project.ts';
import type { SettleTask, SettleTaskDeps } from './settle-task.ts';

export interface ChangeTaskDeps extends SettleTaskDeps {
  projects: ProjectStore;
  slack: Slack;
  settleTask: SettleTask;
}

export interface Wanted {
  change: TaskChange;
  event: NewTaskEvent;
}

/** @throws DomainError `task_not_found`, also for a task of another workspace */
export async function findTask({ tasks }: Pick<ChangeTaskDeps, 'tasks'>, ref: Ref): Promise<Task> {
  const task = await tasks.findById(ref);
  if (task !== null) return task;
  throw new DomainError('task_not_found', 'There is no such task. List the tasks to see which there are.');
}

/**
 * Reads a task, lets `decide` say what to change, and writes that unless the task has moved on meanwhile; then it is
 * read and decided anew. Null changes nothing.
 */
export async function changeTask(
  deps: ChangeTaskDeps,
  ref: Ref,
  decide: (task: Task) => Wanted | null | Promise<Wanted | null>,
): Promise<Task> {
  for (;;) {
    const task = await findTask(deps, ref);
    // What a dead process left undone comes before anything new: no line of the history is ever skipped.
    await deps.settleTask(task);
    const wanted = await decide(task);
    if (wanted === null) return task;
    const changed = await deps.tasks.change(task, wanted.change, wanted.event);
    if (changed === null) continue;
    await deps.settleTask(changed);
    return { ...changed, unsettled: false };
  }
}

/**
 * Checks that someone may plan and move tasks of a project: its channel's members who are no guests, and bots with a
 * key of the workspace.
 * @throws DomainError `project_not_found`, `project_archived`, `guest_not_allowed`, `not_a_member`
 */
export async function checkMayWork(
  { projects, slack }: Pick<ChangeTaskDeps, 'projects' | 'slack'>,
  project: Ref,
  by: Actor,
): Promise<void> {
  const { teamId, channelId } = await activeProject(projects, project);
  if (by.kind === 'person') await checkMayManage(slack, teamId, channelId, by.id);
}
