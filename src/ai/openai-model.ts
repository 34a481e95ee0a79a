import OpenAI from 'openai';
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import { type Model, type ModelReply, ModelUnavailable } from '../ports/model.ts';
import { isRefusalOf, toModelError } from './openai-errors.ts';
import { type Ask, OPTIONAL_PARTS, type OptionalPart, toRequestBody } from './openai-request.ts';
import { createStreamReader } from './openai-stream.ts';
import { createPatience } from './patience.ts';

export interface OpenAiOptions {
  /** May be empty for endpoints that ask for none. */
  apiKey: string;
  /** Any endpoint with Chat Completions, such as http://localhost:11434/v1; OpenAI's own when left out. */
  baseUrl?: string;
  model: string;
  /** Milliseconds for a whole answer, from the request to the last token. */
  totalDeadlineMs?: number;
  /** Milliseconds without progress once the model has begun to write. */
  idleMs?: number;
  maxAnswerTokens?: number;
}

type ChunkStream = AsyncIterable<ChatCompletionChunk>;

/**
 * A model over streamed Chat Completions. A reply counts only when the provider said that it is finished;
 * whatever else happens is `ModelUnavailable` (may pass) or `ModelRefused` (has to be changed), and an abort
 * of the caller's signal comes back as that signal's own reason. Never retries by itself.
 */
export function createOpenAiModel(options: OpenAiOptions): Model {
  const { baseUrl, model, totalDeadlineMs = 120_000, idleMs = 30_000, maxAnswerTokens } = options;
  const client = createClient(options, totalDeadlineMs);
  const refused = new Set<OptionalPart>();

  async function open(ask: Ask, signal: AbortSignal): Promise<ChunkStream> {
    const body = toRequestBody({ model, baseUrl, maxAnswerTokens }, ask, refused);
    try {
      return await client.chat.completions.create(body, { signal });
    } catch (error) {
      const part = refusedPart(error, body);
      if (part === null) throw error;
      refused.add(part);
      return open(ask, signal);
    }
  }

  async function reply(ask: Ask, signal: AbortSignal): Promise<ModelReply> {
    signal.throwIfAborted();
    const patience = createPatience(signal, totalDeadlineMs, idleMs);
    const reader = createStreamReader();
    try {
      for await (const chunk of await open(ask, patience.signal)) {
        if (reader.take(chunk)) patience.progress(reader.finished());
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!reader.finished()) throw patience.ranOut() ?? toModelError(error);
    } finally {
      patience.end();
    }
    // The SDK ends an aborted or torn stream without an error.
    signal.throwIfAborted();
    if (!reader.finished()) {
      throw (
        patience.ranOut() ??
        new ModelUnavailable('The stream of the model provider ended before the answer did.')
      );
    }
    return reader.reply();
  }

  return {
    answer: ({ context, tools, rounds, signal }) =>
      reply({ prompt: context.prompt, rounds, tools, scope: context.scope }, signal),
    complete: async (prompt, signal) =>
      (await reply({ prompt, rounds: [], tools: [], scope: null }, signal)).text,
  };
}

function createClient({ apiKey, baseUrl }: OpenAiOptions, timeout: number): OpenAI {
  return new OpenAI({
    apiKey: apiKey === '' ? 'none' : apiKey,
    baseURL: baseUrl ?? 'https://api.openai.com/v1',
    organization: null,
    project: null,
    adminAPIKey: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout,
    // On a broken chunk the SDK would print its content to the console.
    logLevel: 'off',
  });
}

function refusedPart(error: unknown, body: object): OptionalPart | null {
  const parts: OptionalPart[] = ['stream_options', 'tools'];
  return parts.find((part) => part in body && isRefusalOf(error, OPTIONAL_PARTS[part])) ?? null;
}
