import { plural } from '../../domain/receipt.ts';
import {
  type ChecklistItem,
  type PlanStamp,
  STATUS_WORDS,
  type Task,
  type TaskStatus,
  type TaskTally,
} from '../../domain/task.ts';
import type { TaskPlace } from '../../ports/slack.ts';
import { escapeText, flat, shortened } from './blocks.ts';
import { titleLink, who } from './labels.ts';

/** UTF-16 units a title may take once escaped: every ordinary one is whole. */
const TITLE = 300;

const ICON: Record<TaskStatus, string> = {
  planning: ':memo:',
  backlog: ':inbox_tray:',
  ready: ':large_green_circle:',
  in_progress: ':hammer_and_wrench:',
  done: ':white_check_mark:',
  cancelled: ':no_entry_sign:',
};

/** A title in bold, as a link where there is an address. */
export const taskTitle = (title: string, url: string | null = null): string =>
  titleLink(shortened(title, TITLE), url);

/** The name of a specialist, in bold. */
export const specialistName = (name: string): string => taskTitle(flat(name));

/** A name in running text. */
export const named = (name: string): string => escapeText(shortened(name, TITLE));

export const statusIcon = (status: TaskStatus): string => ICON[status];

/** "In planning", "Ready". */
export function statusWords(status: TaskStatus): string {
  const words = STATUS_WORDS[status];
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}

/** "Book › Outline", or the project alone. */
export function placeLine({ project, milestone }: Pick<TaskPlace, 'project' | 'milestone'>): string {
  return milestone === null ? named(project) : `${named(project)} › ${named(milestone)}`;
}

/** "3 of 7 ticked". */
export function ticks(checklist: ChecklistItem[]): string {
  return `${checklist.filter((item) => item.done).length} of ${checklist.length} ticked`;
}

/** "Plan v2 · 3 of 7 ticked · first line of the plan". */
export function planLine({ plan, checklist }: Pick<Task, 'plan' | 'checklist'>): string {
  const parts = [plan === null ? 'No plan yet' : `Plan v${plan.version}`];
  if (checklist.length > 0) parts.push(ticks(checklist));
  const first = plan === null ? '' : firstLineOf(plan);
  if (first !== '') parts.push(first);
  return parts.join(' · ');
}

export const firstLineOf = ({ firstLine }: Pick<PlanStamp, 'firstLine'>): string => named(firstLine);

/** True when there is something to see in the plan's window. */
export const hasPlan = ({ plan, checklist }: Pick<Task, 'plan' | 'checklist'>): boolean =>
  plan !== null || checklist.length > 0;

/** "Plan v2 by …, 2026-03-01 09:00 UTC". */
export const stampLine = (stamp: Pick<PlanStamp, 'version' | 'by' | 'at'>): string =>
  `Plan v${stamp.version} by ${who(stamp.by)}, ${moment(stamp.at)}`;

/** "2026-03-01 09:00 UTC". */
export const moment = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** "2 open · 1 ready · 4 done"; nothing when there are none. */
export function tallyLine({ open, ready, done }: TaskTally): string {
  const counts: [number, string][] = [
    [open, 'open'],
    [ready, 'ready'],
    [done, 'done'],
  ];
  return counts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count.toLocaleString('en-US')} ${what}`)
    .join(' · ');
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long something has been so: "3 days". */
export function age(since: Date, now: Date): string {
  const ms = now.getTime() - since.getTime();
  if (ms >= DAY) return plural(Math.floor(ms / DAY), 'day');
  if (ms >= HOUR) return plural(Math.floor(ms / HOUR), 'hour');
  return ms >= MINUTE ? plural(Math.floor(ms / MINUTE), 'minute') : 'less than a minute';
}
