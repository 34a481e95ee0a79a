import { z } from 'zod';

/** What a worker thread is asked to read. Plain data, so that it can cross the border between threads. */
export const taskSchema = z.object({
  bytes: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
  name: z.string(),
  mediaType: z.string().nullable(),
  url: z.string().nullable(),
});
export type Task = z.infer<typeof taskSchema>;

const placeSchema = z.object({
  page: z.number().int().exactOptional(),
  slide: z.number().int().exactOptional(),
  sheet: z.string().exactOptional(),
  rows: z.object({ from: z.number().int(), to: z.number().int() }).exactOptional(),
  heading: z.string().exactOptional(),
});

export const pageFactsSchema = z.object({
  title: z.string().nullable(),
  language: z.string().nullable(),
  canonicalUrl: z.string().nullable(),
  asksSignIn: z.boolean(),
});
/** What an HTML page says of itself. */
export type HtmlFacts = z.infer<typeof pageFactsSchema>;

const readSchema = z.object({
  outcome: z.literal('read'),
  parts: z.array(z.object({ text: z.string(), place: placeSchema })).min(1),
  hash: z.string().regex(/^[0-9a-f]{64}$/u),
  size: z.number().int(),
  page: pageFactsSchema.nullable(),
});
const unreadSchema = z.object({
  outcome: z.literal('unread'),
  reason: z.enum([
    'needs_sign_in',
    'too_large',
    'type_not_supported',
    'empty',
    'scanned',
    'encrypted',
    'damaged',
  ]),
});

/** What a worker thread answers; `ready` comes once, when it can take its first task. */
export const replySchema = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('ready') }),
  readSchema,
  unreadSchema,
]);
export type Reply = z.infer<typeof replySchema>;
/** The reply to a task. */
export type TaskReply = Exclude<Reply, { outcome: 'ready' }>;
