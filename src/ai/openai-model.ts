import OpenAI from 'openai';
import { Stream } from 'openai/core/streaming';
import { type Model, ModelUnavailable } from '../ports/model.ts';
import { errorIn, refusalOf, toModelError } from './openai-errors.ts';
import { askForPlan, PLAN_FORM, PLAN_REPLY_LIMIT } from './openai-plan.ts';
import { type Ask, type OptionalPart, partsToDrop, toRequestBody } from './openai-request.ts';
import { createStreamReader, type StreamReader } from './openai-stream.ts';
import { createPatience } from './patience.ts';

export interface OpenAiOptions {
  /** May be empty for endpoints that ask for none. */
  apiKey: string;
  /** Any endpoint with Chat Completions, such as http://localhost:11434/v1; OpenAI's own when left out. */
  baseUrl?: string;
  model: string;
  /** Milliseconds for a whole answer, from the request to the last token. */
  totalDeadlineMs?: number;
  /** Milliseconds from the request to the first sign of an answer: text, thinking or a tool call. */
  firstTokenMs?: number;
  /** Milliseconds without progress once the model has begun to write. */
  idleMs?: number;
  maxAnswerTokens?: number;
}

/**
 * A model over streamed Chat Completions. A reply counts only when the provider said that it is finished;
 * whatever else happens is `ModelUnavailable` (may pass) or `ModelRefused` (has to be changed), and an abort
 * of the caller's signal comes back as that signal's own reason. Never retries what failed; only a request
 * that the endpoint does not understand is sent again without its optional parts, and a plan that cannot be
 * read is asked for once more.
 */
export function createOpenAiModel(options: OpenAiOptions): Model {
  const { baseUrl, model, totalDeadlineMs = 120_000, idleMs = 30_000, maxAnswerTokens } = options;
  const limits = { totalMs: totalDeadlineMs, firstTokenMs: options.firstTokenMs ?? 60_000, idleMs };
  const client = createClient(options, totalDeadlineMs);
  const refused = new Set<OptionalPart>();

  /** Without the parts the endpoint refuses; they are remembered once the request went through without them. */
  async function open(ask: Ask, signal: AbortSignal, without: OptionalPart[] = []): Promise<Response> {
    const body = toRequestBody({ model, baseUrl, maxAnswerTokens }, ask, new Set([...refused, ...without]));
    try {
      const response = await client.chat.completions.create(body, { signal }).asResponse();
      for (const part of without) refused.add(part);
      return response;
    } catch (error) {
      const refusal = refusalOf(error);
      const parts = refusal === null ? [] : partsToDrop(body, refusal);
      if (parts.length === 0) throw error;
      return open(ask, signal, [...without, ...parts]);
    }
  }

  /** Reads one reply to its end. */
  async function read(ask: Ask, signal: AbortSignal, limit?: number): Promise<StreamReader> {
    signal.throwIfAborted();
    const patience = createPatience(signal, limits);
    const reader = createStreamReader(limit);
    try {
      for await (const { chunk, whole } of chunksOf(await open(ask, patience.signal), client)) {
        const error = errorIn(chunk);
        if (error !== null) throw error;
        if (reader.take(chunk, whole)) patience.progress(reader.finished());
        if (reader.full()) break;
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
    return reader;
  }

  return {
    answer: async ({ context: { prompt, scope }, tools, rounds, signal }) =>
      (await read({ prompt, rounds, tools, scope }, signal)).reply(),
    complete: async (prompt, signal) =>
      (await read({ prompt, rounds: [], tools: [], scope: null }, signal)).reply().text,
    plan: ({ context: { prompt, scope }, signal }) =>
      askForPlan((repair) =>
        read({ prompt, rounds: [], tools: [], scope, form: PLAN_FORM, repair }, signal, PLAN_REPLY_LIMIT),
      ),
  };
}

/** The chunks of a stream, or the one whole completion that some endpoints send although asked for a stream. */
async function* chunksOf(
  response: Response,
  client: OpenAI,
): AsyncGenerator<{ chunk: unknown; whole: boolean }> {
  let source = response;
  if (/^application\/(?:[\w.-]+\+)?json\b/iu.test(response.headers.get('content-type') ?? '')) {
    const text = await response.text();
    if (/^\s*[[{]/u.test(text)) {
      yield { chunk: JSON.parse(text), whole: true };
      return;
    }
    // A stream under the wrong type.
    source = new Response(text);
  }
  const stream = Stream.fromSSEResponse<unknown>(source, new AbortController(), client);
  for await (const chunk of stream) yield { chunk, whole: false };
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
