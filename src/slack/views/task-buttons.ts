import type { ActionsBlock, Button } from '@slack/types';
import { mayMove, type Task, type TaskStatus } from '../../domain/task.ts';
import { ACTION } from '../ids.ts';
import { button, option } from './blocks.ts';
import { hasPlan } from './task-labels.ts';

type Element = ActionsBlock['elements'][number];

/** A plan as the value of a button: the version that is seen, 0 when there is none. */
export const planValue = (taskId: string, version: number): string => `${taskId}:${version}`;

const may = ({ status }: Pick<Task, 'status'>, to: TaskStatus, give: () => Button): Button[] =>
  mayMove(status, to) ? [give()] : [];

/** Opens the plan as it is when the button is pressed. */
export const viewPlanButton = ({ id }: Pick<Task, 'id'>): Button => button('View plan', ACTION.planTask, id);

export const changesButton = (taskId: string, version: number): Button[] =>
  version > 1 ? [button('What changed', ACTION.planChanges, planValue(taskId, version))] : [];

/** Bound to the version that is seen: it does nothing once the plan has moved on. */
export function readyButton({ id, status }: Pick<Task, 'id' | 'status'>, version: number): Button[] {
  if (status !== 'planning' && status !== 'backlog') return [];
  const style = version === 0 ? undefined : 'primary';
  return may({ status }, 'ready', () =>
    button('Mark ready', ACTION.markReady, planValue(id, version), style),
  );
}

export function startButton(task: Pick<Task, 'id' | 'status'>): Button[] {
  return may(task, 'in_progress', () => button('Start', ACTION.startTask, task.id, 'primary'));
}

/** A person says that it is done; what a bot works on, the bot finishes. */
function doneButton(task: Task): Button[] {
  if (task.lease !== null && task.lease.holder.kind !== 'person') return [];
  return may(task, 'done', () => button('Done', ACTION.completeTask, task.id, 'primary'));
}

export function backlogButton(task: Pick<Task, 'id' | 'status'>): Button[] {
  const text = task.status === 'planning' ? 'To backlog' : 'Back to backlog';
  return may(task, 'backlog', () => button(text, ACTION.toBacklog, task.id));
}

/** What is rarely done, behind three dots; a single choice needs none. */
function menu({ id, status }: Task): Element[] {
  const rest = [
    { to: 'planning', name: 'planning', text: 'Plan again', action: ACTION.toPlanning },
    { to: 'cancelled', name: 'cancel', text: 'Cancel', action: ACTION.cancelTask },
  ] as const;
  const allowed = rest.filter(({ to }) => mayMove(status, to));
  if (allowed.length < 2) return allowed.map(({ text, action }) => button(text, action, id));
  const options = allowed.map(({ name, text }) => option({ value: `${name}:${id}`, text }));
  return [{ type: 'overflow', action_id: ACTION.taskMenu, options }];
}

/** What the planning card offers. */
export function planningButtons(task: Task): Element[] {
  const version = task.plan?.version ?? 0;
  return [
    ...(hasPlan(task) ? [viewPlanButton(task)] : []),
    ...changesButton(task.id, version),
    ...readyButton(task, version),
    ...startButton(task),
    ...doneButton(task),
    ...(task.status === 'in_progress' ? [] : backlogButton(task)),
    ...menu(task),
  ];
}

/** What the card of the task thread offers. */
export function taskButtons(task: Task): Element[] {
  return [
    ...(hasPlan(task) ? [viewPlanButton(task)] : []),
    ...startButton(task),
    ...doneButton(task),
    ...backlogButton(task),
  ];
}
