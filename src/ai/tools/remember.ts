import { z } from 'zod';
import type { AnswerEffects, WantedEntry } from '../../domain/answer-effects.ts';
import type { Context } from '../../domain/context.ts';
import { checkEntry, ENTRY_KEY_LIMIT, ENTRY_TYPES, ENTRY_VALUE_BYTES } from '../../domain/context-entry.ts';
import { DomainError } from '../../domain/errors.ts';
import { learnedFrom } from '../../domain/memory-sources.ts';
import { cut } from '../../domain/project.ts';
import type { ToolOffer, ToolSpec } from '../../ports/model.ts';
import { refusal, type Tool } from './tool.ts';

export const REMEMBER = 'remember';
export const REMEMBER_ABOUT_PERSON = 'remember_about_person';

/** How much one answer may have remembered. */
const ENTRIES = 20;
/** How many refusals people are told of. */
const REFUSALS = 100;
/** MongoDB and people give up on deeper values. */
const DEPTH = 32;

/** What one answer wants to have remembered, and what it could not. */
export interface Memory {
  wanted: Map<string, WantedEntry>;
  refused: Map<string, AnswerEffects['refused'][number]>;
}

export const createMemory = (): Memory => ({ wanted: new Map(), refused: new Map() });

/** Whom it is for and what it is called: the same again is meant to replace it. */
const slot = ({ about, key }: Pick<WantedEntry, 'about' | 'key'>): string => `${about} ${key}`;

const keySchema = z
  .string('give a short text.')
  .transform((key) => key.replace(/\s+/gu, ' ').trim())
  .refine((key) => key !== '', 'give a short text.');
const hasValue = (given: object): boolean => Object.hasOwn(given, 'value');
const VALUE_MISSING = { path: ['value'], message: 'give what is to be remembered.' };
const OBJECT = 'Give a JSON object with the fields of the tool.';

const entrySchema = z
  .looseObject(
    {
      key: keySchema,
      type: z.enum(ENTRY_TYPES, `give one of ${ENTRY_TYPES.join(', ')}.`),
      sources: z
        .array(
          z.union([z.number(), z.string().regex(/^\d{1,9}$/u)], 'give numbers.').transform(Number),
          'give a list of numbers of attachments, or [] for none.',
        )
        .nullish(),
    },
    OBJECT,
  )
  .refine(hasValue, VALUE_MISSING);
const factSchema = z.looseObject({ key: keySchema }, OBJECT).refine(hasValue, VALUE_MISSING);

/** The tool that remembers something for the conversation, from where it was learned. */
export function remember(context: Context, question: ToolOffer['question'], memory: Memory): Tool {
  const numbers = new Set(context.sources.map((source) => source.n));
  return {
    spec: REMEMBER_SPEC,
    run(given) {
      const parsed = entrySchema.safeParse(given);
      if (!parsed.success) return refusal(REMEMBER, parsed.error);
      const { key, type, value, sources } = parsed.data;
      const unknown = sources?.find((n) => !numbers.has(n));
      if (unknown !== undefined)
        return `Nothing was done. There is no attachment [${unknown}] here. Call ${REMEMBER} again.`;
      return take(memory, { about: 'conversation', key, type, value }, () =>
        learnedFrom(context, question, sources ?? undefined, value),
      );
    },
  };
}

/** The tool that remembers a fact about the person, for their own conversation only. */
export function rememberAboutPerson(context: Context, question: ToolOffer['question'], memory: Memory): Tool {
  return {
    spec: REMEMBER_ABOUT_PERSON_SPEC,
    run(given) {
      const parsed = factSchema.safeParse(given);
      if (!parsed.success) return refusal(REMEMBER_ABOUT_PERSON, parsed.error);
      const { key, value } = parsed.data;
      return take(memory, { about: 'person', key, type: 'preference', value }, () =>
        learnedFrom(context, question, undefined, value),
      );
    },
  };
}

/** Takes an entry in, over an earlier one of this answer, or says why not. */
function take(
  { wanted, refused }: Memory,
  entry: Omit<WantedEntry, 'sources'>,
  sources: () => WantedEntry['sources'],
): string {
  const at = slot(entry);
  const why = obstacle(entry, wanted.size - (wanted.has(at) ? 1 : 0));
  if (why !== null) {
    if (refused.size < REFUSALS) refused.set(at, { key: cut(entry.key, ENTRY_KEY_LIMIT), why });
    return `"${cut(entry.key, 80)}" is not remembered. ${why}`;
  }
  wanted.delete(at);
  wanted.set(at, { ...entry, sources: sources() });
  refused.delete(at);
  const { about, key, type, value } = entry;
  return JSON.stringify({ stored: about === 'person' ? { key, value } : { key, type, value } });
}

/** Why an entry cannot be remembered, as a sentence for people and the model, or null. */
function obstacle({ key, value }: Pick<WantedEntry, 'key' | 'value'>, others: number): string | null {
  if (deeperThan(value, DEPTH)) return `A value has at most ${DEPTH} levels of lists and objects.`;
  try {
    checkEntry(key, value);
  } catch (error) {
    if (error instanceof DomainError) return error.message;
    throw error;
  }
  return others < ENTRIES ? null : `At most ${ENTRIES} things are remembered from one answer.`;
}

function deeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((one) => deeperThan(one, levels - 1));
}

const KEY = {
  type: 'string',
  maxLength: ENTRY_KEY_LIMIT,
  description:
    'A short name for it, such as "deadline". What was remembered under the same name is replaced.',
};
const VALUE = {
  description: `What is to be remembered: text, number, list or object, at most ${ENTRY_VALUE_BYTES / 1_024} KB of JSON.`,
};

const REMEMBER_SPEC: ToolSpec = {
  name: REMEMBER,
  description:
    'Remembers something lasting for this conversation: a decision, a preference, a term, a technology. People see it and can have it forgotten.',
  parameters: {
    type: 'object',
    properties: {
      key: KEY,
      type: {
        type: 'string',
        enum: [...ENTRY_TYPES],
        description:
          'domain: how their field works; preference: how they like things; project: what was decided about the project; technology: what they use.',
      },
      value: VALUE,
      sources: {
        type: 'array',
        items: { type: 'integer' },
        description: 'Numbers of the attachments it comes from; [] when it was only said.',
      },
    },
    required: ['key', 'type', 'value'],
    additionalProperties: false,
  },
};

const REMEMBER_ABOUT_PERSON_SPEC: ToolSpec = {
  name: REMEMBER_ABOUT_PERSON,
  description:
    'Remembers a lasting fact about the person you talk to, for this private conversation only. It stays when the conversation is reset. The person sees it and can have it forgotten.',
  parameters: {
    type: 'object',
    properties: { key: KEY, value: VALUE },
    required: ['key', 'value'],
    additionalProperties: false,
  },
};
