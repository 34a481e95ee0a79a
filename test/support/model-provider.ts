import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { text as readText } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { type ChatCompletionRequest, type FixtureResponse, LLMock } from '@copilotkit/aimock';

/** The parsed body of one request, as the application sent it. */
export type ChatRequest = ChatCompletionRequest;

/**
 * What goes wrong on the wire: no headers at all; headers and then silence; silence in the middle of the
 * text; the stream ends without a finish reason; a chunk that is not JSON; the connection breaks in the
 * middle of the text.
 */
export type Fault = 'no-headers' | 'no-body' | 'stall' | 'truncate' | 'broken-json' | 'disconnect';

export interface ScriptedCall {
  name: string;
  /** A string is sent as it is, valid JSON or not. */
  arguments: string | Record<string, unknown>;
  id?: string;
}

export type Reply =
  | string
  | { text?: string; toolCalls?: ScriptedCall[]; finishReason?: string; promptTokens?: number }
  | { error: number; code?: string; message?: string }
  | { fault: Fault; text?: string };

export type ReplyOf = Reply | ((request: ChatRequest) => Reply);
/** What a scripted planner answers with. */
export interface ScriptedPlan {
  plan: string;
  checklist: string[];
}

/** Text the last user message holds, a pattern it matches, or any question about the request. */
export type When = string | RegExp | ((request: ChatRequest) => boolean);

export interface ModelProvider {
  /** To be given to the application as the base URL of an OpenAI-compatible endpoint. */
  baseUrl: string;
  /** Every request since the start or the last reset, in order of arrival; counted before it is answered. */
  requests(): ChatRequest[];
  /** Rules added later come first. After `times` uses a rule is spent. */
  answer(when: When, reply: ReplyOf, options?: { times?: number; latencyMs?: number }): void;
  /**
   * An answer that calls tools before it says anything: requests to which this applies are answered with `rounds`, one
   * request for each round with all its calls, and after the last one with `final`. Which round comes next is told by
   * the request alone, so that an answer that is begun anew starts at the first round. When no tools are offered (any
   * more), `final` comes at once.
   *
   *     provider.script('Compare the offers', [
   *       [call('search_attachments', { query: 'offer' }), call('remember', { key: 'k', type: 'project', value: 1 })],
   *       [call('propose_specialist', { specialist: 'analyst', ... })],
   *     ], 'I propose the analyst.');
   *
   * What the tools answered is in `toolResults(request)` of the requests that follow; which tools a request offered in
   * `offeredTools(request)`; its whole body is in `requests()`.
   */
  script(when: When, rounds: ScriptedCall[][], final: ReplyOf): void;
  /**
   * The next requests for a plan are answered with these, one each, in this order. Other requests are answered as
   * before, and so are requests for plans when these are used up.
   */
  plans(plans: ScriptedPlan[]): void;
  /**
   * What is answered when no rule matches, to requests for plans too; at first "Answer to: " or a plan "Plan for: ",
   * and the beginning of the last user message.
   */
  fallback(reply: ReplyOf): void;
  /** The next request waits, before anything of it is answered, until `release`. */
  hold(): void;
  release(): void;
  /** Resolves when `count` requests have arrived since the start or the last reset. */
  until(count: number): Promise<void>;
  reset(): void;
  close(): Promise<void>;
}

interface Rule {
  matches(request: ChatRequest): boolean;
  reply: ReplyOf;
  left: number;
  latencyMs: number;
}

/**
 * A model provider on 127.0.0.1. Well-formed answers and errors come from aimock; a small server in front of
 * it chooses them, keeps the journal and plays the faults aimock has no word for.
 */
export async function startModelProvider(): Promise<ModelProvider> {
  const replies = new Map<string, FixtureResponse>();
  const mock = new LLMock({ port: 0, logLevel: 'silent', chunkSize: 12 });
  mock.on({}, (request) => replies.get(request._context ?? '') ?? { content: 'No reply was chosen.' });
  await mock.start();
  const desk = createDesk();
  let served = 0;

  const server = createServer((req, res) => {
    handle(req, res).catch((error: unknown) => res.destroy(error instanceof Error ? error : undefined));
  });
  async function handle(req: IncomingMessage, res: ServerResponse): Promise<void> {
    if (req.method !== 'POST' || req.url !== '/v1/chat/completions') {
      res.writeHead(404).end();
      return;
    }
    const body = await readText(req);
    const request = toRequest(body);
    const { reply, latencyMs } = await desk.serve(request);
    if (latencyMs > 0) await wait(latencyMs);
    if (typeof reply === 'object' && 'fault' in reply)
      return playFault(res, reply.fault, reply.text ?? FAULTY_TEXT);
    served += 1;
    const id = String(served);
    replies.set(id, toFixture(reply));
    await forward(`${mock.url}${req.url}`, body, id, res);
    replies.delete(id);
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    ...desk.controls,
    async close() {
      desk.controls.release();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
      await mock.stop();
    },
  };
}

const FAULTY_TEXT = 'This answer is never finished';

/** Decides which reply a request gets, and when. */
function createDesk() {
  const requests: ChatRequest[] = [];
  let rules: Rule[] = [];
  let fallback: ReplyOf = byDefault;
  let held: { promise: Promise<void>; open(): void } | null = null;
  let holdNext = false;
  const arrivals = createArrivals();

  async function serve(request: ChatRequest): Promise<{ reply: Reply; latencyMs: number }> {
    requests.push(request);
    const gate = holdNext ? held : null;
    holdNext = false;
    arrivals.reached(requests.length);
    await gate?.promise;
    const rule = rules.find((one) => one.left > 0 && one.matches(request));
    if (rule !== undefined) rule.left -= 1;
    const reply = rule?.reply ?? fallback;
    return { reply: typeof reply === 'function' ? reply(request) : reply, latencyMs: rule?.latencyMs ?? 0 };
  }

  const release = (): void => {
    held?.open();
    held = null;
    holdNext = false;
  };
  const add: ModelProvider['answer'] = (
    when,
    reply,
    { times = Number.POSITIVE_INFINITY, latencyMs = 0 } = {},
  ) => {
    rules = [{ matches: toMatcher(when), reply, left: times, latencyMs }, ...rules];
  };
  const controls: Omit<ModelProvider, 'baseUrl' | 'close'> = {
    requests: () => [...requests],
    answer: add,
    script: (when, rounds, final) => add(when, (request) => nextOf(rounds, final, request)),
    plans(plans) {
      const next = plans.map((plan) => ({
        matches: isPlanning,
        reply: JSON.stringify(plan),
        left: 1,
        latencyMs: 0,
      }));
      rules = [...next, ...rules];
    },
    fallback(reply) {
      fallback = reply;
    },
    hold() {
      release();
      held = createGate();
      holdNext = true;
    },
    release,
    until: (count) => arrivals.until(count, requests.length),
    reset() {
      release();
      requests.length = 0;
      rules = [];
      fallback = byDefault;
    },
  };
  return { serve, controls };
}

function createArrivals() {
  let waiting: { count: number; resolve(): void }[] = [];
  return {
    reached(now: number): void {
      for (const one of waiting) if (one.count <= now) one.resolve();
      waiting = waiting.filter((one) => one.count > now);
    },
    until(count: number, now: number): Promise<void> {
      if (now >= count) return Promise.resolve();
      return new Promise((resolve) => waiting.push({ count, resolve }));
    },
  };
}

function createGate(): { promise: Promise<void>; open(): void } {
  let open = (): void => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

function toMatcher(when: When): (request: ChatRequest) => boolean {
  if (typeof when === 'function') return when;
  if (typeof when === 'string') return (request) => lastUserText(request).includes(when);
  return (request) => lastUserText(request).search(when) !== -1;
}

/** True for a request that wants a plan as JSON: no other request has a format. */
export function isPlanning(request: ChatRequest): boolean {
  return request.response_format !== undefined;
}

function byDefault(request: ChatRequest): Reply {
  const asked = lastUserText(request).slice(0, 80);
  if (!isPlanning(request)) return `Answer to: ${asked}`;
  return JSON.stringify({ plan: `Plan for: ${asked}`, checklist: ['Begin', 'Look at the result'] });
}

/** The text of the last message of the user's role. */
export function lastUserText(request: ChatRequest): string {
  const content = request.messages.findLast((message) => message.role === 'user')?.content;
  return typeof content === 'string' ? content : '';
}

/** A call for a script. */
export function call(name: string, given: ScriptedCall['arguments']): ScriptedCall {
  return { name, arguments: given };
}

/** Names of the tools that a request offered to the model. */
export function offeredTools({ tools = [] }: ChatRequest): string[] {
  return tools.map((tool) => tool.function.name);
}

/** What the tools answered since the question, in order, with the call each answer belongs to. */
export function toolResults({
  messages,
}: ChatRequest): { name: string; arguments: string; result: string }[] {
  const calls = new Map(
    messages.flatMap((message) => message.tool_calls ?? []).map((one) => [one.id, one.function]),
  );
  return messages
    .filter((message) => message.role === 'tool')
    .map(({ tool_call_id: id = '', content }) => ({
      name: calls.get(id)?.name ?? '',
      arguments: calls.get(id)?.arguments ?? '',
      result: typeof content === 'string' ? content : JSON.stringify(content),
    }));
}

function nextOf(rounds: ScriptedCall[][], final: ReplyOf, request: ChatRequest): Reply {
  const done = request.messages.filter((message) => (message.tool_calls ?? []).length > 0).length;
  const calls = offeredTools(request).length === 0 ? undefined : rounds[done];
  if (calls === undefined) return typeof final === 'function' ? final(request) : final;
  // Ids that are the same in every round would belong to the first one.
  return { toolCalls: calls.map((one, at) => ({ id: `call_${done + 1}_${at + 1}`, ...one })) };
}

function toRequest(body: string): ChatRequest {
  return JSON.parse(body) as ChatRequest;
}

function toFixture(reply: Exclude<Reply, { fault: Fault }>): FixtureResponse {
  if (typeof reply === 'string') return { content: reply };
  if ('error' in reply) {
    const { error: status, code, message = `The provider answers ${status}.` } = reply;
    return { status, error: { message, type: 'error', ...(code === undefined ? {} : { code }) } };
  }
  const { text, toolCalls, finishReason, promptTokens } = reply;
  const overrides = {
    ...(finishReason === undefined ? {} : { finishReason }),
    ...(promptTokens === undefined ? {} : { usage: { prompt_tokens: promptTokens, completion_tokens: 1 } }),
  };
  if (toolCalls === undefined) return { content: text ?? '', ...overrides };
  const calls = toolCalls.map((call) => ({
    ...call,
    arguments: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments),
  }));
  return text === undefined
    ? { toolCalls: calls, ...overrides }
    : { content: text, toolCalls: calls, ...overrides };
}

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length']);

async function forward(url: string, body: string, id: string, res: ServerResponse): Promise<void> {
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-aimock-context': id },
    body,
    signal: gone.signal,
  });
  const headers = [...answer.headers].filter(([name]) => !HOP_BY_HOP.has(name));
  res.writeHead(answer.status, Object.fromEntries(headers));
  if (answer.body === null) res.end();
  else
    Readable.fromWeb(answer.body)
      .on('error', () => res.destroy())
      .pipe(res);
}

function playFault(res: ServerResponse, fault: Fault, text: string): void {
  if (fault === 'no-headers') return;
  res.writeHead(200, { 'content-type': 'text/event-stream' });
  res.flushHeaders();
  if (fault === 'no-body') return;
  res.write(chunk({ role: 'assistant', content: '' }));
  res.write(chunk({ content: text }));
  if (fault === 'truncate') res.end('data: [DONE]\n\n');
  if (fault === 'broken-json')
    res.end(`data: {"id":"chatcmpl-1","choices":[{"delta":{"content":"${text}\n\n`);
  if (fault === 'disconnect') setImmediate(() => res.destroy());
}

function chunk(delta: Record<string, string>): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: null }];
  return `data: ${JSON.stringify({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'm', choices })}\n\n`;
}
