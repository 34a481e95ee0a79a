import { z } from 'zod';
import type { ConversationMode } from '../../domain/conversation.ts';

/** A button's value such as `<id>` or `<id>:<number>`; the number is null where none or nonsense is given. */
export function idAndNumber(value: string): { id: string; number: number | null } {
  const [id = '', text] = value.split(':');
  const number = Number(text);
  return { id, number: text === undefined || text === '' || !Number.isInteger(number) ? null : number };
}

const number = z
  .string()
  .regex(/^\d{1,9}$/u)
  .transform(Number);
const moment = z
  .string()
  .regex(/^\d{1,15}$/u)
  .transform((text) => new Date(Number(text)));
const id = z.string().min(1);

/** A whole number from 0. @throws ZodError for anything else. */
export const count = (value: string): number => number.parse(value);

const memory = z.tuple([id, moment]);

/** `<id>:<ms>`: something remembered, as it was at that moment. @throws ZodError for anything else. */
export function memoryValue(value: string): { id: string; at: Date } {
  const [entry, at] = memory.parse(value.split(':'));
  return { id: entry, at };
}

const remembered = z.tuple([id, z.enum(['c', 'p']), id, moment]);

/** `<answerId>:<c|p>:<id>:<ms>`: as `memoryValue`, in the message of an answer. @throws ZodError for anything else. */
export function rememberedValue(value: string): {
  answerId: string;
  about: 'conversation' | 'person';
  id: string;
  at: Date;
} {
  const [answerId, whose, entry, at] = remembered.parse(value.split(':'));
  return { answerId, about: whose === 'p' ? 'person' : 'conversation', id: entry, at };
}

const mode = z.enum(['coaching', 'auto', 'task']);

/** @throws ZodError for anything but a mode. */
export const conversationMode = (value: string): ConversationMode => mode.parse(value);

/** A ts of Slack's, or null for what is none, such as the id that stands in for a missing one. */
export const slackTimeOrNull = (value: string): string | null =>
  /^\d{10}\.\d{6}$/u.test(value) ? value : null;
