import type { DispatchStep } from './dispatch.ts';
import { DomainError } from './errors.ts';

export type MessageType = 'text' | 'agent_request' | 'agent_progress' | 'agent_result';

/** What an answer, or another text of ours, was made with. */
export interface TextMetadata {
  /** Names of the tools that were called, in order. */
  toolCalls: string[];
  /** Ids of the attachments that were read. */
  sources: string[];
  /** Those of them that it cites or quotes: without them it is told to no model any more. */
  used: string[];
  /** Tokens of the prompt; null when no model was asked. */
  tokens: number | null;
}

/** A specialist is proposed. */
export interface RequestMetadata {
  dispatchId: string;
  specialist: string;
  task: string;
  summary: string;
  actions: string[];
  destructive: boolean;
  /** Ids of the attachments it cites or quotes. */
  used: string[];
}

/** A specialist is at work. */
export interface ProgressMetadata {
  /** Null for the work of bots outside. */
  dispatchId: string | null;
  steps: DispatchStep[];
}

/** What a specialist, or a bot outside, came to. */
export interface ResultMetadata extends TextMetadata {
  /** Null for the results of bots outside. */
  dispatchId: string | null;
  specialist: string | null;
  summary: string;
}

export interface MetadataOf {
  text: TextMetadata;
  agent_request: RequestMetadata;
  agent_progress: ProgressMetadata;
  agent_result: ResultMetadata;
}

export type MessageMetadata = MetadataOf[MessageType];

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isCount: Check = (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0;
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const shape =
  (fields: Record<string, Check>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.keys(value).every((key) => Object.hasOwn(fields, key)) &&
    Object.entries(fields).every(([key, check]) => check(Reflect.get(value, key)));

const made = {
  toolCalls: listOf(isText),
  sources: listOf(isText),
  used: listOf(isText),
  tokens: orNull(isCount),
};
const step = shape({ text: isText, done: isFlag });

const SHAPES: Record<MessageType, Check> = {
  text: orNull(shape(made)),
  agent_request: shape({
    dispatchId: isText,
    specialist: isText,
    task: isText,
    summary: isText,
    actions: listOf(isText),
    destructive: isFlag,
    used: listOf(isText),
  }),
  agent_progress: shape({ dispatchId: orNull(isText), steps: listOf(step) }),
  agent_result: shape({ ...made, dispatchId: orNull(isText), specialist: orNull(isText), summary: isText }),
};

/**
 * Checks that a message carries what its type takes and nothing else (product.md 3.3).
 * @throws DomainError `metadata_invalid`
 */
export function checkMetadata(type: MessageType, metadata: MessageMetadata | null): void {
  if (SHAPES[type](metadata)) return;
  throw new DomainError('metadata_invalid', `The metadata does not fit a message of type ${type}.`);
}

/** Ids of the attachments a message cites or quotes. */
export function usedBy(metadata: MessageMetadata | null): string[] {
  return metadata !== null && 'used' in metadata ? metadata.used : [];
}
