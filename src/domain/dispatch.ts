import { DomainError } from './errors.ts';
import type { Receipt } from './receipt.ts';

/** The life of one proposed run of a specialist (product.md 5.3). */
export type DispatchState =
  | 'proposed'
  | 'approved'
  | 'running'
  | 'succeeded'
  | 'failed'
  | 'declined'
  | 'expired';

/** Every move there is; no other happens. */
const MOVES: Record<DispatchState, DispatchState[]> = {
  proposed: ['approved', 'declined', 'expired'],
  // A run that is stopped before or while it works has failed.
  approved: ['running', 'failed'],
  running: ['succeeded', 'failed'],
  succeeded: [],
  failed: [],
  declined: [],
  expired: [],
};

export function mayBecome(from: DispatchState, to: DispatchState): boolean {
  return MOVES[from].includes(to);
}

export const isEnded = ({ state }: Pick<Dispatch, 'state'>): boolean => MOVES[state].length === 0;

/** One line of what a specialist does, in our words: it never holds contents. */
export interface DispatchStep {
  text: string;
  done: boolean;
}

/** Why a dispatch ended without a result. */
export type DispatchEnding =
  /** Nobody decided in time. */
  | 'time'
  /** What it was proposed from is gone: the question was changed or deleted, the conversation emptied. */
  | 'withdrawn'
  /** Its project was archived, or its conversation belongs elsewhere since. */
  | 'moved'
  /** A person stopped it. */
  | 'stopped'
  /** As an answer that could not be given. */
  | 'unavailable'
  | 'refused'
  | 'broken'
  /** Its specialist is declared no more. */
  | 'no_specialist';

/** What a specialist came to, saved before it is delivered. */
export interface DispatchResult {
  /** Markdown. */
  text: string;
  receipt: Receipt;
  /** Addresses that may be live links in it. */
  urls: string[];
  /** The milestone whose scope it was made in, null at the project level. */
  madeFor: string | null;
  toolCalls: string[];
  /** Ids of the attachments it cites or quotes. */
  used: string[];
}

/** One proposed run of a specialist. */
export interface Dispatch {
  id: string;
  teamId: string;
  /** The conversation it was proposed in. */
  conversationId: string;
  channelId: string;
  /** The thread of that conversation; null in a direct message outside threads. */
  threadTs: string | null;
  projectId: string | null;
  /** Whose private conversation it belongs to: only this person decides. Null in a project. */
  userId: string | null;
  /** Slack ts of the message that led to it. */
  questionTs: string;
  askedBy: string;
  /** Key of the specialist. */
  specialist: string;
  task: string;
  summary: string;
  /** What it is going to do, one line each. */
  actions: string[];
  destructive: boolean;
  /** The milestone whose scope it was proposed in, null at the project level. */
  madeFor: string | null;
  /** Ids of the attachments that were read for the proposal. */
  sources: string[];
  state: DispatchState;
  /** Grows with every change. */
  version: number;
  proposedAt: Date;
  expiresAt: Date;
  /** Slack ts of its card; null until it is posted. */
  cardTs: string | null;
  /** Who approved a destructive one by a word and has been asked once more: `<user id>:<ts of the word>`. */
  confirming: string | null;
  decidedBy: string | null;
  steps: DispatchStep[];
  /** The job that runs it: an earlier one writes nothing any more. */
  fence: number;
  stoppedBy: string | null;
  ending: DispatchEnding | null;
  /** Given to people in place of a raw error. */
  reference: string | null;
  /** The conversation its result goes to; null until it is approved. */
  taskThreadId: string | null;
  result: DispatchResult | null;
  /** True until what follows from its last change is written elsewhere. */
  unsettled: boolean;
}

export const DISPATCH_DAYS = 7;
export const TASK_LIMIT = 4_000;
export const SUMMARY_LIMIT = 500;
export const ACTION_LIMIT = 200;
export const ACTIONS_LIMIT = 10;

const TITLE_CHARACTERS = 80;

/** The title of the thread a result goes to: `<specialist>: <first 80 characters of the task>` (product.md 5.5). */
export function taskThreadTitle({ specialist, task }: Pick<Dispatch, 'specialist' | 'task'>): string {
  return `${specialist}: ${Array.from(task).slice(0, TITLE_CHARACTERS).join('')}`;
}

export type Decision = 'approve' | 'decline';

const WORDS = {
  approve: [
    'approve',
    'approved',
    'go ahead',
    'yes approve',
    'yes go ahead',
    'please go ahead',
    'please approve',
  ],
  decline: ['no', 'decline', 'declined', 'no thanks', 'no thank you', 'please decline'],
  stop: ['stop', 'please stop', 'stop it'],
} as const;

/** What a message decides that consists of nothing but such a word: "approve", "go ahead", "no", "stop". */
export function wordIn(content: string): Decision | 'stop' | null {
  const said = content
    .replace(/@Milepost/giu, ' ')
    .toLowerCase()
    // Other signs make it something else: a question, a quotation.
    .replace(/[\s.,;:!…]+/gu, ' ')
    .trim();
  for (const decision of ['approve', 'decline', 'stop'] as const) {
    if (WORDS[decision].some((word) => word === said)) return decision;
  }
  return null;
}

const ALREADY: Record<DispatchState, string> = {
  proposed: 'It still waits for a decision.',
  approved: 'It was approved already and starts in a moment.',
  running: 'It was approved already and is at work.',
  succeeded: 'It was approved already, and its result is there.',
  failed: 'It was approved already and has ended.',
  declined: 'It was declined already. Ask for it again if it is wanted after all.',
  expired: 'It is no longer open. Ask for it again if it is still wanted.',
};

/** @throws DomainError `dispatch_expired` or `dispatch_decided` for one that waits for nothing any more */
export function checkOpen({ state }: Pick<Dispatch, 'state'>): void {
  if (state === 'proposed') return;
  const code = state === 'expired' ? 'dispatch_expired' : 'dispatch_decided';
  throw new DomainError(code, `Nothing was changed. ${ALREADY[state]}`);
}
