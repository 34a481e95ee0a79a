import type { Task, TaskStatus } from '../../src/domain/task.ts';
import type { TaskChange, TaskStore } from '../../src/ports/tasks.ts';
import { ANNA, task } from './builders.ts';
import { newTeam } from './drivers.ts';

const moved = { by: ANNA, what: 'moved', version: null } as const;
export const edited = { by: ANNA, what: 'edited', version: null } as const;

/** A change that nobody else makes at the same time. */
export async function change(tasks: TaskStore, to: Task, wanted: TaskChange): Promise<Task> {
  const changed = await tasks.change(to, wanted, wanted.status === undefined ? edited : moved);
  if (changed === null) throw new Error('The task was changed by another call.');
  return changed;
}

/** A new task that was moved to a status. */
export async function taskIn(tasks: TaskStore, status: TaskStatus, news = task(newTeam())): Promise<Task> {
  const made = (await tasks.create(news)).task;
  return status === 'planning' ? made : change(tasks, made, { status });
}
