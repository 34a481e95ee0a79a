import type { EntrySources, EntryType } from './context-entry.ts';

/** Something the model wants to have remembered. */
export interface WantedEntry {
  /** `conversation`: a context entry; `person`: a fact about the person, in their own coaching conversation only. */
  about: 'conversation' | 'person';
  key: string;
  /** Means nothing for facts. */
  type: EntryType;
  /** Any JSON, checked against the limits. */
  value: unknown;
  sources: EntrySources;
}

/** A specialist the model proposes. Nothing runs before a person approves. */
export interface WantedDispatch {
  specialist: string;
  task: string;
  summary: string;
  actions: string[];
  destructive: boolean;
}

/** A task the model proposes. No task is made before a person wants it. */
export interface WantedTask {
  title: string;
  details: string;
}

/**
 * What an answer leads to besides its text. It is saved with the answer and carried out from there, so that it happens
 * once however often the job runs.
 */
export interface AnswerEffects {
  entries: WantedEntry[];
  /** What could not be remembered, each with a sentence that says why. */
  refused: { key: string; why: string }[];
  dispatch: WantedDispatch | null;
  task: WantedTask | null;
}

export const NO_EFFECTS: AnswerEffects = { entries: [], refused: [], dispatch: null, task: null };

export function hasEffects({ entries, refused, dispatch, task }: AnswerEffects): boolean {
  return entries.length + refused.length > 0 || dispatch !== null || task !== null;
}
