import type { KnownBlock } from '@slack/types';
import { STATUS_WORDS, type Task } from '../../domain/task.ts';
import type { Outgoing } from '../../ports/slack.ts';
import { ACTION } from '../ids.ts';
import { splitText } from '../mrkdwn.ts';
import { whatFailed } from './answer.ts';
import { actions, button, context, section } from './blocks.ts';
import { titleLink, who } from './labels.ts';
import { changesButton, planValue, readyButton } from './task-buttons.ts';
import { taskTitle } from './task-labels.ts';

type Plan = Extract<Outgoing, { kind: 'plan' }>;
type Failed = Extract<Outgoing, { kind: 'planning-failed' }>;

/** Sections of a plan that one message shows. */
const SECTIONS = 3;

/** A version of the plan in the planning thread. Its buttons mean this version, also when a newer one has come. */
export function planMessage({ task, version, by, excerpt, whole }: Plan): KnownBlock[] {
  const parts = splitText(excerpt).filter(hasWords);
  const all = whole && parts.length <= SECTIONS;
  const hint =
    parts.length === 0
      ? 'The plan is a checklist. *View plan* shows it.'
      : '… The plan goes on. *View plan* shows all of it.';
  return [
    section(`:page_facing_up: *Plan v${version}* for ${taskTitle(task.title)} by ${who(by)}`),
    ...parts.slice(0, SECTIONS).map(section),
    ...(all && parts.length > 0 ? [] : [context(hint)]),
    actions([
      button('View plan', ACTION.planTask, planValue(task.id, version)),
      ...changesButton(task.id, version),
      ...readyButton(task, version),
    ]),
  ];
}

/** Tells where the planning goes on, in the thread where it was asked for. */
export function planningStarted(title: string, url: string): KnownBlock[] {
  return [section(`:memo: Planning goes on here: ${taskTitle(title, url)}`)];
}

/** Asks whether feedback for a task that is over is to take it back into planning. */
export function reopenQuestion({ id, title, status }: Task): KnownBlock[] {
  return [
    section(
      `${taskTitle(title)} is ${STATUS_WORDS[status]}. Should it be planned again with what was just written here?`,
    ),
    actions([
      button('Plan again', ACTION.reopenTask, id, 'primary'),
      button('Leave it', ACTION.leaveTask, id),
    ]),
  ];
}

/** Takes the place of the question when someone says no. It can still be answered otherwise, after more feedback. */
export function leftAsItIs({ id, title }: Pick<Task, 'id' | 'title'>, userId: string): KnownBlock[] {
  return [
    section(`${taskTitle(title)} stays as it is, says <@${userId}>. What is written here is kept.`),
    actions([button('Plan again', ACTION.reopenTask, id)]),
  ];
}

export function planningFailed({ taskId, reference, why }: Omit<Failed, 'kind'>): KnownBlock[] {
  return whatFailed(
    'I could not draft this plan',
    reference,
    why,
    button('Try again', ACTION.planAgain, taskId, 'primary'),
  );
}

/** One part of what a bot says. */
export function botMessage(author: string, text: string): KnownBlock[] {
  return [
    context(`:robot_face: ${titleLink(author, null)}`),
    ...splitText(text).filter(hasWords).map(section),
  ];
}

/** Opens a thread for a bot. */
export function threadOpened(author: string, title: string): KnownBlock[] {
  return [
    section(`:thread: ${taskTitle(title)}`),
    context(`Opened by ${titleLink(author, null)}. What it has to say is posted in this thread.`),
  ];
}

const hasWords = (text: string): boolean => text.trim() !== '';
