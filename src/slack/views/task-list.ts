import type { Task, TaskStatus } from '../../domain/task.ts';
import { shortened } from './blocks.ts';
import { titleLink } from './labels.ts';
import { statusIcon, statusWords, taskTitle } from './task-labels.ts';

/** What to say to `/plan help`. */
export const PLAN_HELP = [
  '`/plan` plans a task of this project: title, details, milestone. `/plan <title>` fills the title in.',
  '`/plan list` lists the tasks of this project.',
  'In a thread, write `@Milepost plan <title>`, or use the shortcut *Plan this* on a message.',
  'Each task gets a card. Write in its thread what the plan should take up.',
].join('\n');

const LISTED = 40;
/** UTF-16 units a title may take. */
const TITLE = 150;
/** What asks for attention first. */
const ORDER: TaskStatus[] = ['in_progress', 'ready', 'planning', 'backlog', 'done', 'cancelled'];

/**
 * What `/plan list` answers: the tasks of a project by status, at most 40 of them, and how many more there are.
 * @param total of the project; as many as given when left out.
 */
export function taskListText(
  project: string,
  tasks: { task: Task; url: string | null }[],
  total = tasks.length,
): string {
  if (tasks.length === 0) return `${taskTitle(project)} has no tasks yet. \`/plan\` makes the first one.`;
  const sorted = ORDER.flatMap((status) => tasks.filter(({ task }) => task.status === status));
  const lines = sorted.slice(0, LISTED).flatMap(({ task, url }, at) => {
    const before = sorted[at - 1]?.task.status;
    const heading = `${statusIcon(task.status)} *${statusWords(task.status)}*`;
    const line = `• ${titleLink(shortened(task.title, TITLE), url)}`;
    return task.status === before ? [line] : [heading, line];
  });
  const more = total - Math.min(sorted.length, LISTED);
  return [`Tasks of ${taskTitle(project)}`, ...lines, ...(more > 0 ? [`…and ${more} more`] : [])].join('\n');
}
