import type { Actor } from '../domain/actor.ts';
import type { Place } from '../domain/scope.ts';
import { type Task, wordsOf } from '../domain/task.ts';
import { checkPlace } from './attach-by-hand.ts';
import { type ChangeTaskDeps, checkMayWork } from './change-task.ts';
import { activeProject } from './set-up-project.ts';
import { conversationOfTask } from './task-conversations.ts';

export interface TaskForm {
  teamId: string;
  place: Place;
  title: string;
  description: string;
  by: Actor;
  /** Slack ts of the thread where it was asked for, which is told where planning goes on; else null. */
  askedIn: string | null;
  /** What makes it one task when it is asked for twice, or null. */
  origin: string | null;
}

export type CreateTask = (form: TaskForm) => Promise<Task>;

/**
 * Makes a task in planning; its planning card is posted by a job.
 * @throws DomainError `title_missing`, `project_not_found`, `project_archived`, `milestone_not_in_project`,
 *   `guest_not_allowed`, `not_a_member`
 */
export function createCreateTask(deps: ChangeTaskDeps): CreateTask {
  return async ({ teamId, place, title, description, by, askedIn, origin }) => {
    const words = wordsOf(title, description);
    const project = await activeProject(deps.projects, { teamId, id: place.projectId });
    await checkMayWork(deps, project, by);
    await checkPlace(deps.milestones, teamId, place);
    const { task } = await deps.tasks.create({
      teamId,
      ...place,
      channelId: project.channelId,
      ...words,
      createdBy: by,
      askedIn,
      origin,
    });
    await conversationOfTask(deps, task, 'planning');
    await deps.settleTask(task);
    return { ...task, unsettled: false };
  };
}
