import type { KnownBlock } from '@slack/types';
import type { Task, TaskStatus } from '../../domain/task.ts';
import type { TaskPlace } from '../../ports/slack.ts';
import { actions, context, escapeText, section, shortened } from './blocks.ts';
import { who } from './labels.ts';
import { planningButtons, taskButtons } from './task-buttons.ts';
import { moment, placeLine, planLine, statusIcon, statusWords, taskTitle } from './task-labels.ts';

const EXCERPT = 700;
const FEEDBACK = 'Write in this thread what the plan should take up; the planner reads it.';
const AFTERWARDS =
  'Write in this thread if it should be planned again: I ask before it goes back into planning.';

/** The card of a task's planning. Its thread is the planning conversation. */
export function planningCard(task: Task, place: TaskPlace): KnownBlock[] {
  const over: Partial<Record<TaskStatus, string>> = { done: AFTERWARDS, cancelled: AFTERWARDS };
  return card(task, place, {
    link: threadLink(place.taskUrl, 'Task thread'),
    purpose: over[task.status] ?? FEEDBACK,
    buttons: planningButtons(task),
  });
}

/** The card of a task. Its thread is where it is worked on. */
export function taskCard(task: Task, place: TaskPlace): KnownBlock[] {
  return card(task, place, {
    link: threadLink(place.planningUrl, 'Planning thread'),
    purpose:
      'This thread is for the work: write here what helps to do it; results are posted here. What concerns the plan belongs in the planning thread.',
    buttons: taskButtons(task),
  });
}

interface Parts {
  link: string[];
  purpose: string;
  buttons: ReturnType<typeof planningButtons>;
}

function card(task: Task, place: TaskPlace, { link, purpose, buttons }: Parts): KnownBlock[] {
  const excerpt = shortened(task.description.trim(), EXCERPT);
  const lines = [
    `${statusIcon(task.status)} ${taskTitle(task.title)}`,
    `${statusWords(task.status)} · ${placeLine(place)}`,
    ...(excerpt === '' ? [] : [escapeText(excerpt)]),
  ];
  return [
    section(lines.join('\n')),
    context([planLine(task), ...worker(task), ...link].join(' · ')),
    context(purpose),
    ...(buttons.length === 0 ? [] : [actions(buttons)]),
  ];
}

function worker({ status, lease, doneBy }: Task): string[] {
  if (status === 'done' && doneBy !== null) return [`done by ${who(doneBy)}`];
  if (lease === null) return [];
  const until = lease.until === null ? '' : ` until ${moment(lease.until)}`;
  return [`${who(lease.holder)} works on it${until}`];
}

const threadLink = (url: string | null, label: string): string[] =>
  url === null ? [] : [taskTitle(label, url)];
