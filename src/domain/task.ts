import type { Actor } from './actor.ts';
import { DomainError } from './errors.ts';
import { cleanTitle, cut } from './project.ts';

export const TASK_STATUSES = ['planning', 'backlog', 'ready', 'in_progress', 'done', 'cancelled'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** Every allowed move; all others are refused with `invalid_transition` (product.md 8.1). */
const MOVES: Record<TaskStatus, readonly TaskStatus[]> = {
  planning: ['backlog', 'ready', 'cancelled'],
  backlog: ['planning', 'ready', 'cancelled'],
  ready: ['planning', 'backlog', 'in_progress', 'cancelled'],
  in_progress: ['planning', 'backlog', 'ready', 'done', 'cancelled'],
  done: ['planning', 'backlog'],
  cancelled: ['planning', 'backlog'],
};

/** How people read a status. */
export const STATUS_WORDS: Record<TaskStatus, string> = {
  planning: 'in planning',
  backlog: 'in the backlog',
  ready: 'ready',
  in_progress: 'in progress',
  done: 'done',
  cancelled: 'cancelled',
};

export interface ChecklistItem {
  text: string;
  done: boolean;
}

/** What is known of the current plan without its text. */
export interface PlanStamp {
  /** 1 for the first plan. */
  version: number;
  /** SHA-256 of the text, hex. */
  hash: string;
  at: Date;
  by: Actor;
  /** The first line that says something, without Markdown signs, for lists. */
  firstLine: string;
  /** The milestone it was made for, null at the project level: a task that moves does not take it into planning there. */
  madeFor: string | null;
}

/** The plan a task has now, or had at one version. */
export interface PlanDocument extends PlanStamp {
  text: string;
}

/** One plan in the line of a task's plans. */
export interface PlanVersion extends PlanDocument {
  teamId: string;
  taskId: string;
  checklist: ChecklistItem[];
}

/** Someone works on a task: a bot until its lease ends, a person until they say so. */
export interface Lease {
  holder: Actor;
  /** Which of several workers under one key, or empty. */
  worker: string;
  /** On the server's clock; null for a person, whose work has no end in sight. */
  until: Date | null;
}

/** One line of a task's history. */
export interface TaskEvent {
  /** The revision of the task that this change made. */
  revision: number;
  at: Date;
  by: Actor;
  what: 'created' | 'edited' | 'moved' | 'planned' | 'feedback' | 'ticked' | 'claimed' | 'lease_ended';
  from: TaskStatus | null;
  to: TaskStatus;
  /** The plan version that came with it, or null. */
  version: number | null;
}

/** A unit of work that is planned, then worked on. */
export interface Task {
  id: string;
  teamId: string;
  projectId: string;
  channelId: string;
  milestoneId: string | null;
  title: string;
  description: string;
  createdBy: Actor;
  /** Slack ts of the thread where someone asked for it and is told where its planning goes on, or null. */
  askedIn: string | null;
  status: TaskStatus;
  plan: PlanStamp | null;
  checklist: ChecklistItem[];
  /** How often people gave feedback in the planning conversation: what a plan is based on, by order of arrival. */
  feedback: number;
  /** Which feedback was counted last, by ts and edit: the two events of one message count once. */
  lastFeedback: string | null;
  lease: Lease | null;
  /** Who finished it, or null while it is not done. */
  doneBy: Actor | null;
  /** Which of several workers under one key, or empty. */
  doneWorker: string;
  /** Key of the planning-complete call that was applied last; the same call again changes nothing. */
  completion: string | null;
  /** Grows by one with every change: changes are compare-and-set against it. */
  revision: number;
  /** The change that made this revision. It goes into the history before the next one can happen. */
  lastChange: TaskEvent;
  /** True until history, planning conversation and Slack's jobs know of the last change. */
  unsettled: boolean;
  createdAt: Date;
  /** When it came into its status: the order of lists. */
  statusSince: Date;
}

/** How many tasks of a place are still to be worked through, ready (or being worked on) and done. */
export interface TaskTally {
  /** In planning or in the backlog. */
  open: number;
  /** Ready or in progress. */
  ready: number;
  done: number;
}

/** Adds up counts by status; cancelled tasks do not count. */
export function tally(counts: { status: TaskStatus; count: number }[]): TaskTally {
  const sum = { open: 0, ready: 0, done: 0 };
  for (const { status, count } of counts) {
    if (status === 'planning' || status === 'backlog') sum.open += count;
    else if (status === 'ready' || status === 'in_progress') sum.ready += count;
    else if (status === 'done') sum.done += count;
  }
  return sum;
}

export const DESCRIPTION_LIMIT = 10_000;
/** Characters (code points) of one plan document. */
export const PLAN_LIMIT = 200_000;
export const CHECKLIST_LIMIT = 200;
export const CHECKLIST_ITEM_LIMIT = 500;

export function mayMove(from: TaskStatus, to: TaskStatus): boolean {
  return MOVES[from].includes(to);
}

/** @throws DomainError `invalid_transition` */
export function checkMove({ title, status }: Pick<Task, 'title' | 'status'>, to: TaskStatus): void {
  if (mayMove(status, to)) return;
  const next = MOVES[status].map((one) => STATUS_WORDS[one]).join(', ');
  throw new DomainError(
    'invalid_transition',
    `“${title}” is ${STATUS_WORDS[status]}, so it cannot become ${STATUS_WORDS[to]}. From here it can become: ${next}.`,
  );
}

/** A task that is over asks before new feedback takes it back into planning (product.md 8.4). */
export function isOver({ status }: Pick<Task, 'status'>): boolean {
  return status === 'done' || status === 'cancelled';
}

/**
 * Title and description of a task as they are kept. Nothing is lost of a long title: what does not fit one line of a
 * list stands in the description.
 * @throws DomainError `title_missing`
 */
export function wordsOf(title: string, description: string): Pick<Task, 'title' | 'description'> {
  const line = cleanTitle(title, 'task');
  const isCut = line.endsWith('…') && !title.trim().endsWith('…');
  const whole = isCut && !description.startsWith(title.trim()) ? `${title.trim()}\n\n` : '';
  return { title: line, description: cut(`${whole}${description.trim()}`.trim(), DESCRIPTION_LIMIT) };
}

/**
 * The text of a plan as it is kept.
 * @throws DomainError `plan_missing`, `plan_too_long`
 */
export function checkPlan(text: string): string {
  if (text.trim() === '') {
    throw new DomainError(
      'plan_missing',
      'The plan is empty. Send its text, or leave it out and send a checklist.',
    );
  }
  if (text.length > PLAN_LIMIT && Array.from(text).length > PLAN_LIMIT) {
    throw new DomainError(
      'plan_too_long',
      'A plan has at most 200,000 characters. Put long material into an attachment and refer to it.',
    );
  }
  return text;
}

/**
 * A checklist as it is kept: one line an item, empty ones dropped; what was done before under the same words stays done.
 * @throws DomainError `checklist_too_long`
 */
export function checkChecklist(items: ChecklistItem[], before: ChecklistItem[]): ChecklistItem[] {
  const done = new Set(before.filter((item) => item.done).map((item) => item.text));
  const kept = items
    .map((item) => ({ text: item.text.replace(/\s+/gu, ' ').trim(), done: item.done }))
    .filter((item) => item.text !== '')
    .map((item) => ({ ...item, done: item.done || done.has(item.text) }));
  const long = kept.some((item) => Array.from(item.text).length > CHECKLIST_ITEM_LIMIT);
  if (kept.length > CHECKLIST_LIMIT || long) {
    throw new DomainError(
      'checklist_too_long',
      `A checklist has at most ${CHECKLIST_LIMIT} items of ${CHECKLIST_ITEM_LIMIT} characters each. Shorten it, or split the task.`,
    );
  }
  return kept;
}

const FIRST_LINE = 150;

/** The first line of a plan that says something, without the Markdown signs around it; a line in italics is a remark. */
export function firstLine(plan: string): string {
  for (const line of plan.split('\n')) {
    if (/^_.*_$/u.test(line.trim())) continue;
    const words = line
      .replace(/^[\s#>*+-]+|^\s*\d+[.)]\s+/gu, '')
      .replace(/[*_`]+/gu, '')
      .trim();
    if (/[\p{L}\p{N}]/u.test(words)) return Array.from(words).slice(0, FIRST_LINE).join('');
  }
  return '';
}
