import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createOpenAiModel, type OpenAiOptions } from '../../src/ai/openai-model.ts';
import { toRequestBody } from '../../src/ai/openai-request.ts';
import { ModelRefused, type ModelRequest, ModelUnavailable, type ToolSpec } from '../../src/ports/model.ts';
import { type Fault, type ModelProvider, startModelProvider } from '../support/model-provider.ts';
import { contextOf } from './context-builder.ts';

let provider: ModelProvider;
beforeAll(async () => {
  provider = await startModelProvider();
});
afterAll(() => provider.close());
beforeEach(() => provider.reset());

const KEY = 'sk-secret-key';
const QUESTION = 'How long is chapter three?';
const tool: ToolSpec = {
  name: 'read_attachment',
  description: 'Reads.',
  parameters: { type: 'object', properties: {} },
};

function modelWith(options: Partial<OpenAiOptions> = {}) {
  return createOpenAiModel({ apiKey: KEY, baseUrl: provider.baseUrl, model: 'gpt-test', ...options });
}

function request(changes: Partial<ModelRequest> = {}): ModelRequest {
  const papers = [{ title: 'Outline.md', passages: ['Chapter three: 4,200 words'] }];
  const { signal } = new AbortController();
  return { context: contextOf({ question: QUESTION, papers }), tools: [], rounds: [], signal, ...changes };
}

const ask = (options?: Partial<OpenAiOptions>, changes?: Partial<ModelRequest>) =>
  modelWith(options).answer(request(changes));

async function failure(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('It did not fail.');
  return error;
}

describe('an answer of the model', () => {
  it("comes whole, with the provider's own count of tokens", async () => {
    provider.answer(QUESTION, { text: 'It has 4,200 words [1].', promptTokens: 321 });
    expect(await ask()).toEqual({ text: 'It has 4,200 words [1].', calls: [], promptTokens: 321 });
  });

  it('is asked for with the prompt unchanged, streamed, without tools, temperature or fields others refuse', async () => {
    const asked = request();
    await modelWith({ maxAnswerTokens: 500 }).answer(asked);
    const [sent] = provider.requests();
    expect(sent?.messages).toEqual(asked.context.prompt);
    expect(sent).toMatchObject({
      model: 'gpt-test',
      stream: true,
      stream_options: { include_usage: true },
      max_tokens: 500,
    });
    expect(Object.keys(sent ?? {}).sort()).toEqual([
      'max_tokens',
      'messages',
      'model',
      'stream',
      'stream_options',
    ]);
  });

  it('may be tool calls, put together from their pieces', async () => {
    const toolCalls = [
      { id: 'call_a', name: 'read_attachment', arguments: { number: 1, from_passage: 12 } },
      { id: 'call_b', name: 'search_attachments', arguments: { query: 'the keeper of the lighthouse' } },
    ];
    provider.answer(QUESTION, { toolCalls });
    const reply = await ask({}, { tools: [tool] });
    expect(reply.calls).toEqual([
      { id: 'call_a', name: 'read_attachment', arguments: '{"number":1,"from_passage":12}' },
      { id: 'call_b', name: 'search_attachments', arguments: '{"query":"the keeper of the lighthouse"}' },
    ]);
    expect(provider.requests()[0]?.tools).toEqual([{ type: 'function', function: tool }]);
  });

  it('hands invalid tool arguments on as the model wrote them', async () => {
    provider.answer(QUESTION, {
      text: 'Let me look.',
      toolCalls: [{ name: 'read_attachment', arguments: '{"number": ' }],
    });
    const reply = await ask({}, { tools: [tool] });
    expect(reply.text).toBe('Let me look.');
    expect(reply.calls[0]?.arguments).toBe('{"number": ');
  });

  it('repeats finished tool rounds to the model, each call with its result', async () => {
    const calls = [
      { id: 'c1', name: 'read_attachment', arguments: '{"number":1}' },
      { id: 'c2', name: 'read_attachment', arguments: '{"number": ' },
    ];
    await ask(
      {},
      { tools: [tool], rounds: [{ text: '', calls, results: [{ id: 'c1', content: 'Passage 1.' }] }] },
    );
    const named = (id: string, json: string) => ({
      id,
      type: 'function',
      function: { name: 'read_attachment', arguments: json },
    });
    expect(provider.requests()[0]?.messages.slice(-3)).toEqual([
      { role: 'assistant', content: null, tool_calls: [named('c1', '{"number":1}'), named('c2', '{}')] },
      { role: 'tool', tool_call_id: 'c1', content: 'Passage 1.' },
      { role: 'tool', tool_call_id: 'c2', content: 'This call was not carried out.' },
    ]);
  });

  it('that was cut for length is kept and says so in its last line', async () => {
    provider.answer(QUESTION, { text: 'It has many words', finishReason: 'length' });
    const { text } = await ask();
    expect(text).toMatch(/^It has many words\n\n_.*cut.*length.*_$/u);
  });

  it('may take its time before the first word', async () => {
    provider.answer(QUESTION, 'Thought about it.', { latencyMs: 400 });
    expect((await ask({ idleMs: 250 })).text).toBe('Thought about it.');
  });

  it('for a summary is plain text', async () => {
    const prompt = [{ role: 'user' as const, content: 'Summarise this.' }];
    expect(await modelWith().complete(prompt, new AbortController().signal)).toBe(
      'Answer to: Summarise this.',
    );
    expect(provider.requests()[0]?.messages).toEqual(prompt);
  });
});

describe('a failure that may pass', () => {
  it.each([408, 409, 429, 500, 502, 503])('is status %i, and it is not tried again here', async (status) => {
    provider.fallback({ error: status, message: `secret ${QUESTION}` });
    const error = await failure(ask());
    expect(error).toBeInstanceOf(ModelUnavailable);
    expect(error.message).toContain(String(status));
    expect(`${error.stack} ${String(error.cause)}`).not.toContain('secret');
    expect(provider.requests()).toHaveLength(1);
  });

  it.each<[Fault, string]>([
    ['no-headers', 'no whole answer within 0.05 s'],
    ['no-body', 'no whole answer within 0.05 s'],
    ['stall', 'stalled for 0.02 s'],
    ['truncate', 'ended before the answer did'],
    ['broken-json', 'broken stream'],
    ['disconnect', 'connection'],
  ])('is the fault %s: no part of it becomes an answer', async (fault, message) => {
    provider.fallback({ fault });
    const error = await failure(
      ask({
        totalDeadlineMs: fault.startsWith('no-') ? 50 : 10_000,
        idleMs: fault === 'stall' ? 20 : 10_000,
      }),
    );
    expect(error).toBeInstanceOf(ModelUnavailable);
    expect(error.message).toContain(message);
  });

  it.each<Fault>(['no-headers', 'no-body'])('is the fault %s before the first token', async (fault) => {
    provider.fallback({ fault });
    const error = await failure(ask({ firstTokenMs: 50 }));
    expect(error).toBeInstanceOf(ModelUnavailable);
    expect(error.message).toContain('did not begin to answer within 0.05 s');
  });

  it('prints nothing of what was received', async () => {
    const printed = vi.spyOn(console, 'error');
    provider.fallback({ fault: 'broken-json', text: 'secret words' });
    await failure(ask());
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  it('is an endpoint that is not there', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const error = await failure(ask({ baseUrl: `http://127.0.0.1:${port}/v1` }));
    expect(error).toBeInstanceOf(ModelUnavailable);
    expect(error.message).toContain('ECONNREFUSED');
  });

  it.each([
    ['an empty answer', { text: '' }, 'empty answer'],
    ['an answer of blanks', { text: ' \n ' }, 'empty answer'],
    ['an answer that never came to words', { text: '', finishReason: 'length' }, 'limit of length'],
    ['a reason to end that is a failure', { text: 'x', finishReason: 'network_error' }, 'broke off'],
    ['a reason to end that nobody knows, without words', { text: '', finishReason: 'eos' }, 'empty answer'],
    ['a call of a tool without a name', { toolCalls: [{ name: '', arguments: '{}' }] }, 'without a name'],
  ])('is %s', async (_, reply, message) => {
    provider.fallback(reply);
    const error = await failure(ask());
    expect(error).toBeInstanceOf(ModelUnavailable);
    expect(error.message).toContain(message);
  });
});

describe('a refusal that an operator has to see to', () => {
  it.each([
    [400, 'chat completions'],
    [401, 'model key'],
    [403, 'may use this model'],
    [404, "model's name and the base URL"],
    [413, 'number of tokens'],
    [422, 'chat completions'],
  ])('is status %i and says what to check, without contents or keys', async (status, check) => {
    provider.fallback({ error: status, message: `Incorrect API key provided: ${KEY}; prompt: ${QUESTION}` });
    const error = await failure(ask());
    expect(error).toBeInstanceOf(ModelRefused);
    expect(error.message).toContain(check);
    for (const secret of [KEY, QUESTION])
      expect(`${error.stack} ${String(error.cause)}`).not.toContain(secret);
  });

  it('is a prompt that is too long', async () => {
    provider.fallback({ error: 400, code: 'context_length_exceeded', message: 'too long' });
    const error = await failure(ask());
    expect(error).toBeInstanceOf(ModelRefused);
    expect(error.message).toContain('lower the number of tokens');
  });

  it('is an answer that a content filter withheld', async () => {
    provider.fallback({ text: 'It has', finishReason: 'content_filter' });
    expect(await failure(ask())).toBeInstanceOf(ModelRefused);
  });
});

describe('an endpoint that knows less than OpenAI', () => {
  it('is asked again without stream_options when it refuses them, and from then on at once', async () => {
    const refuses = { error: 400, message: 'Unrecognized request argument supplied: stream_options' };
    provider.answer((sent) => 'stream_options' in sent, refuses);
    const model = modelWith();
    expect((await model.answer(request())).text).toContain('Answer to:');
    expect((await model.answer(request())).text).toContain('Answer to:');
    expect(provider.requests().map((sent) => 'stream_options' in sent)).toEqual([true, false, false]);
  });

  it('is asked once more without all that is optional, whatever its words, and from then on at once', async () => {
    const optional = (sent: object) => 'stream_options' in sent || 'tools' in sent;
    provider.answer(optional, { error: 422, message: 'Extra inputs are not permitted' });
    const model = modelWith();
    for (const _ of [1, 2])
      expect((await model.answer(request({ tools: [tool] }))).text).toContain('Answer to:');
    expect(provider.requests().map(optional)).toEqual([true, false, false]);
  });

  it('is asked once more only, and nothing is remembered when that did not help', async () => {
    provider.fallback({ error: 400, message: 'no' });
    const model = modelWith();
    for (const _ of [1, 2])
      expect(await failure(model.answer(request({ tools: [tool] })))).toBeInstanceOf(ModelRefused);
    expect(provider.requests().map((sent) => 'tools' in sent)).toEqual([true, false, true, false]);
  });

  it('answers without tools when its model cannot call any', async () => {
    provider.answer((sent) => 'tools' in sent, { error: 400, message: 'gemma does not support tools' });
    expect((await ask({}, { tools: [tool] })).text).toContain('Answer to:');
    expect(provider.requests().map((sent) => 'tools' in sent)).toEqual([true, false]);
  });

  it('needs no key', async () => {
    expect((await ask({ apiKey: '' })).text).toContain('Answer to:');
  });

  it('gets no cache key, OpenAI gets one that is the same for the same thread and tells nothing', () => {
    const { context } = request();
    const body = (baseUrl: string | undefined, milestoneId: string | null = 'M1') =>
      toRequestBody(
        { model: 'm', baseUrl, maxAnswerTokens: 5 },
        { prompt: context.prompt, rounds: [], tools: [], scope: { ...context.scope, milestoneId } },
        new Set(),
      );
    expect(body(undefined).prompt_cache_key).toMatch(/^milepost-[0-9a-f]{32}$/u);
    expect(body('https://eu.api.openai.com/v1').prompt_cache_key).toBe(body(undefined).prompt_cache_key);
    expect(body(undefined, null).prompt_cache_key).not.toBe(body(undefined).prompt_cache_key);
    const own = (userId: string) =>
      toRequestBody(
        { model: 'm', baseUrl: undefined, maxAnswerTokens: 5 },
        { prompt: context.prompt, rounds: [], tools: [], scope: { teamId: 'T1', userId } },
        new Set(),
      ).prompt_cache_key;
    expect(own('U1')).toMatch(/^milepost-[0-9a-f]{32}$/u);
    expect(own('U1')).toBe(own('U1'));
    expect(own('U1')).not.toBe(own('U2'));
    expect(own('P1')).not.toBe(body(undefined, null).prompt_cache_key);
    expect(body(undefined)).toMatchObject({ max_completion_tokens: 5 });
    for (const other of ['http://localhost:11434/v1', 'https://api.openai.com.evil.example/v1']) {
      expect(body(other)).toMatchObject({ max_tokens: 5 });
      expect(body(other)).not.toHaveProperty('prompt_cache_key');
    }
  });
});

describe('an endpoint that answers in its own way', () => {
  /** Asks a server that answers with this and nothing else. */
  async function askServer(type: string, body: string, status = 200, headers: Record<string, string> = {}) {
    const server = createServer((_, res) => {
      res.writeHead(status, { 'content-type': type, ...headers }).end(body);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      return await ask({ baseUrl: `http://127.0.0.1:${port}/v1` });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }
  const json = (body: unknown) => askServer('application/json; charset=utf-8', JSON.stringify(body));
  const chunk = JSON.stringify({ choices: [{ delta: { content: 'Hello' }, finish_reason: 'stop' }] });

  it('with a whole completion is understood', async () => {
    const calls = [{ id: 'a', type: 'function', function: { name: 'one', arguments: { x: 1 } } }];
    const usage = { prompt_tokens: 9 };
    const message = { role: 'assistant', content: 'Hello' };
    const whole = { choices: [{ message, finish_reason: 'stop' }], usage };
    expect(await json(whole)).toEqual({ text: 'Hello', calls: [], promptTokens: 9 });
    expect((await json({ choices: [{ message }] })).text).toBe('Hello');
    const called = await json({
      choices: [{ message: { content: null, tool_calls: calls }, finish_reason: 'tool_calls' }],
    });
    expect(called.calls).toEqual([{ id: 'a', name: 'one', arguments: '{"x":1}' }]);
  });

  it('with a stream under the wrong type is understood', async () => {
    expect((await askServer('application/json', `data: ${chunk}\n\ndata: [DONE]\n\n`)).text).toBe('Hello');
  });

  it.each([
    ['application/json', '{"choices": [{"message": {"content": "Hel'],
    ['application/json', '{}'],
    ['application/json', ''],
    ['text/html', '<p>Log in</p>'],
    ['text/event-stream', 'data: {"choices": [{"message": {"content": "Hello"}}]}\n\n'],
  ])('with something torn or strange has not answered: %s %s', async (type, body) => {
    expect(await failure(askServer(type, body))).toBeInstanceOf(ModelUnavailable);
  });

  it.each([
    [{ error: { message: 'secret', code: 'rate_limit_exceeded' } }, ModelUnavailable],
    [{ error: { message: 'secret', code: 503 } }, ModelUnavailable],
    [{ error: { message: 'secret', type: 'overloaded_error', code: null } }, ModelUnavailable],
    [{ error: 'secret' }, ModelUnavailable],
    [{ error: { message: 'secret', code: 'invalid_api_key' } }, ModelRefused],
    [{ error: { message: 'secret', code: '404' } }, ModelRefused],
    [[{ error: { message: 'secret', code: 400 } }], ModelRefused],
    [{ object: 'error', message: 'secret', type: 'BadRequestError', code: 400 }, ModelRefused],
    [{ error: { message: 'secret: maximum context length' } }, ModelRefused],
  ])('with an error under status 200 has failed: %j', async (body, kind) => {
    const streamed = Array.isArray(body) ? body[0] : body;
    for (const error of [
      await failure(json(body)),
      await failure(askServer('text/event-stream', `data: ${JSON.stringify(streamed)}\n\n`)),
    ]) {
      expect(error).toBeInstanceOf(kind);
      expect(`${error.stack} ${String(error.cause)}`).not.toContain('secret');
    }
  });

  it.each([
    [429, '7', 7],
    [503, '0', 1],
    [429, '1.2', 2],
    [429, '86400', 60],
    [503, 'Fri, 01 Jan 2100 00:00:00 GMT', 60],
    [429, 'soon', null],
    [500, '7', null],
  ])('tells with status %i and Retry-After %s when to come back', async (status, value, expected) => {
    const error = await failure(askServer('application/json', '{}', status, { 'retry-after': value }));
    expect(error).toMatchObject({ name: 'ModelUnavailable', retryAfterSeconds: expected });
  });

  it('and without an end is left when its answer is longer than an answer may be', async () => {
    let hungUp: Promise<unknown> = Promise.resolve();
    const server = createServer((_, res) => {
      hungUp = once(res, 'close');
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write(`data: ${JSON.stringify({ choices: [{ delta: { content: 'x'.repeat(50_000) } }] })}\n\n`);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { text } = await ask({ baseUrl: `http://127.0.0.1:${port}/v1` });
    expect(text).toMatch(/x\n\n_.*cut.*length.*_$/u);
    await hungUp;
    server.close();
  });
});

describe('a person who stops the answer', () => {
  it('is told apart from a failure: the reason of the signal comes back', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped by a person');
    provider.hold();
    const answer = failure(ask({}, { signal: stop.signal }));
    await provider.until(1);
    stop.abort(reason);
    expect(await answer).toBe(reason);
    provider.release();
  });

  it('also while the text is streaming', async () => {
    const stop = new AbortController();
    const reason = new Error('stopped by a person');
    provider.fallback({ fault: 'stall' });
    const answer = failure(ask({ idleMs: 60_000 }, { signal: stop.signal }));
    await provider.until(1);
    stop.abort(reason);
    expect(await answer).toBe(reason);
  });

  it('before the start keeps the request from being sent', async () => {
    const reason = new Error('stopped by a person');
    expect(await failure(ask({}, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(provider.requests()).toEqual([]);
  });
});
