import { z } from 'zod';
import { SUMMARY_LIMIT } from '../domain/dispatch.ts';
import type { MessageMetadata, MessageType } from '../domain/message-metadata.ts';
import { firstLine } from '../domain/task.ts';
import { ID } from './cursor.ts';
import { InvalidRequest } from './errors.ts';
import { text } from './text.ts';

const step = { text: z.string(), done: z.boolean() };
const count = z.number().int().min(0);
const made = {
  toolCalls: z.array(z.string()).meta({ description: 'Names of the tools that were called, in order.' }),
  sources: z.array(z.string()).meta({ description: 'Ids of the attachments it was made from.' }),
  used: z.array(z.string()).meta({ description: 'Those of them that it cites or quotes.' }),
  tokens: count.nullable().meta({ description: 'Tokens of the prompt, where they are known.' }),
};
const ofDispatch = z.string().nullable().meta({ description: 'Null when it is the work of a bot outside.' });

export const TextMetadataJson = z
  .strictObject(made)
  .meta({ id: 'TextMetadata', description: 'What a message of type `text` carries.' });
export const RequestMetadataJson = z
  .strictObject({
    dispatchId: z.string(),
    specialist: z.string(),
    task: z.string(),
    summary: z.string(),
    actions: z.array(z.string()),
    destructive: z.boolean(),
    used: z.array(z.string()).meta({ description: 'Ids of the attachments it cites or quotes.' }),
  })
  .meta({ id: 'RequestMetadata', description: 'What a message of type `agent_request` carries.' });
export const ProgressMetadataJson = z
  .strictObject({ dispatchId: ofDispatch, steps: z.array(z.strictObject(step)) })
  .meta({ id: 'ProgressMetadata', description: 'What a message of type `agent_progress` carries.' });
export const ResultMetadataJson = z
  .strictObject({ ...made, dispatchId: ofDispatch, specialist: ofDispatch, summary: z.string() })
  .meta({ id: 'ResultMetadata', description: 'What a message of type `agent_result` carries.' });

/** What a message carries, by its type. */
export const MetadataJson = z
  .union([TextMetadataJson, RequestMetadataJson, ProgressMetadataJson, ResultMetadataJson])
  .nullable()
  .meta({ description: 'What goes with the type of the message; null for what people say.' });

/** Types of the messages that bots outside send. */
export const SENT_TYPES = [
  'text',
  'agent_progress',
  'agent_result',
] as const satisfies readonly MessageType[];
export type SentType = (typeof SENT_TYPES)[number];

export const SENT_TYPE = z.enum(SENT_TYPES, {
  error: ({ input }) =>
    input === 'agent_request'
      ? 'Milepost itself makes proposals, in Slack, where a person decides. Send text, agent_progress or agent_result.'
      : undefined,
});

const fields = {
  summary: text(SUMMARY_LIMIT),
  steps: z.array(z.strictObject({ text: text(500), done: z.boolean() })).max(50),
  toolCalls: z.array(text(200)).max(100),
  sources: z.array(ID).max(200),
  tokens: count.nullable(),
};
const sentMade = {
  toolCalls: fields.toolCalls.default([]),
  sources: fields.sources.default([]),
  tokens: fields.tokens.default(null),
};

/** What each type takes. */
const Sent = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), metadata: z.strictObject(sentMade) }),
  z.strictObject({ type: z.literal('agent_progress'), metadata: z.strictObject({ steps: fields.steps }) }),
  z.strictObject({
    type: z.literal('agent_result'),
    metadata: z.strictObject({ ...sentMade, summary: fields.summary }),
  }),
]);

/** What goes with a message, before its type is looked at: one object for documents and tools to show. */
export const SENT_METADATA = z
  .strictObject({
    summary: fields.summary
      .optional()
      .meta({ description: 'For `agent_result`, and required with it: what came of it, in one sentence.' }),
    steps: fields.steps
      .optional()
      .meta({ description: 'For `agent_progress`, and required with it: what is done and what is to come.' }),
    toolCalls: fields.toolCalls
      .optional()
      .meta({ description: 'For `agent_result` and `text`: names of the tools that were called, in order.' }),
    sources: fields.sources.optional().meta({
      description:
        'For `agent_result` and `text`: ids of the attachments it was made from. When one of them is removed, the message is emptied.',
    }),
    tokens: fields.tokens
      .optional()
      .meta({ description: 'For `agent_result` and `text`: tokens of the prompt.' }),
  })
  .optional()
  .meta({ description: 'What goes with the type; any of the other types’ fields is refused.' });

/**
 * What a message of a bot outside carries. Without metadata a result is summed up by its first line.
 * @throws InvalidRequest when it does not fit the type
 */
export function sentMetadata(
  type: SentType,
  content: string,
  given: z.output<typeof SENT_METADATA>,
): MessageMetadata | null {
  if (given === undefined && type === 'text') return null;
  const parsed = Sent.safeParse({ type, metadata: given ?? usual(type, content) });
  if (!parsed.success) throw InvalidRequest.from(parsed.error.issues);
  const sent = parsed.data;
  if (sent.type === 'agent_progress') return { dispatchId: null, steps: sent.metadata.steps };
  const used = sent.metadata.sources;
  if (sent.type === 'text') return { ...sent.metadata, used };
  return { ...sent.metadata, used, dispatchId: null, specialist: null };
}

const usual = (type: SentType, content: string) =>
  type === 'agent_progress' ? { steps: [] } : { summary: firstLine(content) };
