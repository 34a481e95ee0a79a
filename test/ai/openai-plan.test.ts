import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOpenAiModel, type OpenAiOptions } from '../../src/ai/openai-model.ts';
import { ModelRefused, ModelUnavailable, type PlanRequest } from '../../src/ports/model.ts';
import { type Fault, isPlanning, type ModelProvider, startModelProvider } from '../support/model-provider.ts';
import { contextOf } from './context-builder.ts';

let provider: ModelProvider;
beforeAll(async () => {
  provider = await startModelProvider();
});
afterAll(() => provider.close());
beforeEach(() => provider.reset());

const TASK = { title: 'Shorten chapter three', description: 'It should be read in ten minutes.' };
const DRAFT = {
  plan: '# Shorten chapter three\n\nCut the storm.',
  checklist: ['Cut the storm', 'Read it aloud'],
};
const PLAN = JSON.stringify(DRAFT);
const SHAPE = '{"plan": ';

function modelWith(options: Partial<OpenAiOptions> = {}) {
  return createOpenAiModel({ apiKey: 'sk-key', baseUrl: provider.baseUrl, model: 'gpt-test', ...options });
}

function request(changes: Partial<PlanRequest> = {}): PlanRequest {
  const papers = [{ title: 'Outline.md', passages: ['Chapter three: 4,200 words'] }];
  const { signal } = new AbortController();
  return { context: contextOf({ question: TASK.title, papers }), task: TASK, signal, ...changes };
}

const plan = (options?: Partial<OpenAiOptions>, changes?: Partial<PlanRequest>) =>
  modelWith(options).plan(request(changes));

/** Answers the requests that come next, one each. */
function script(...replies: Parameters<ModelProvider['answer']>[1][]): void {
  for (const reply of [...replies].reverse()) provider.answer(() => true, reply, { times: 1 });
}

async function failure(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error('It did not fail.');
  return error;
}

describe('a plan of the model', () => {
  it('comes with its checklist', async () => {
    provider.plans([DRAFT]);
    expect(await plan()).toEqual(DRAFT);
    expect(provider.requests()).toHaveLength(1);
  });

  it('is asked for with the prompt unchanged and with the form of the reply', async () => {
    const asked = request();
    await modelWith().plan(asked);
    const [sent] = provider.requests();
    expect(sent?.messages).toEqual(asked.context.prompt);
    expect(sent?.response_format).toMatchObject({
      type: 'json_schema',
      json_schema: {
        strict: true,
        schema: {
          properties: { plan: { type: 'string' }, checklist: { type: 'array', items: { type: 'string' } } },
          required: ['plan', 'checklist'],
          additionalProperties: false,
        },
      },
    });
    expect(sent).not.toHaveProperty('tools');
  });

  it.each([
    ['in a code fence with a language', `\`\`\`json\n${PLAN}\n\`\`\``],
    ['in a code fence on one line', `~~~${PLAN}~~~`],
    ['with empty lines around it', `\n\n  ${PLAN}\n`],
    ['with something nobody asked for', JSON.stringify({ ...DRAFT, risk: 'low' })],
  ])('is understood %s', async (_, text) => {
    provider.fallback(text);
    expect(await plan()).toEqual(DRAFT);
    expect(provider.requests()).toHaveLength(1);
  });

  it('keeps the code fences inside of it', async () => {
    const fenced = { plan: '```sh\nmake\n```', checklist: [] };
    provider.fallback(JSON.stringify(fenced));
    expect(await plan()).toEqual(fenced);
  });

  it('may be much longer than an answer', async () => {
    const long = { plan: 'é'.repeat(20_000), checklist: [] };
    provider.fallback(JSON.stringify(long).replaceAll('é', '\\u00e9'));
    expect(await plan()).toEqual(long);
  });

  it('has at most 200 items of 500 characters, each on one line and none empty', async () => {
    const items = [
      '  Cut\nthe storm ',
      ' ',
      '🌊'.repeat(501),
      ...Array.from({ length: 300 }, (_, at) => `Item ${at}`),
    ];
    provider.fallback(JSON.stringify({ plan: 'Cut.', checklist: items }));
    const { checklist } = await plan();
    expect(checklist).toHaveLength(200);
    expect(checklist.slice(0, 3)).toEqual(['Cut the storm', `${'🌊'.repeat(499)}…`, 'Item 0']);
  });

  it('holds no halves of characters', async () => {
    provider.fallback('{"plan": "Cut \\ud83c the storm", "checklist": ["\\udf0a"]}');
    expect(await plan()).toEqual({ plan: 'Cut \ufffd the storm', checklist: ['\ufffd'] });
  });

  it('is asked for beside answers, which have no form', async () => {
    const model = modelWith();
    const { context, signal } = request();
    await model.plan(request());
    expect((await model.answer({ context, tools: [], rounds: [], signal })).text).toContain('Answer to:');
    expect(provider.requests().map(isPlanning)).toEqual([true, false]);
  });
});

describe('a reply that holds no plan', () => {
  it.each([
    ['is no JSON', 'Here is my plan: cut the storm.', 'It is not valid JSON.'],
    ['has no checklist', '{"plan": "Cut."}', '"checklist": expected array, received undefined.'],
    [
      'has other items',
      '{"plan": "Cut.", "checklist": ["a", 1]}',
      '"checklist.1": expected string, received number.',
    ],
    ['has an empty plan', '{"plan": " \\n", "checklist": []}', '"plan": it is empty.'],
    ['is a list', '[]', 'The reply: expected object, received array.'],
    [
      'is too long',
      JSON.stringify({ plan: 'x'.repeat(200_001), checklist: [] }),
      'longer than 200,000 characters',
    ],
  ])('because it %s is sent back once, with what was wrong', async (_, text, complaint) => {
    script(text, PLAN);
    const asked = request();
    expect(await modelWith().plan(asked)).toEqual(DRAFT);
    const [first, second, ...more] = provider.requests();
    expect(more).toEqual([]);
    expect(first?.messages).toEqual(asked.context.prompt);
    expect(second?.messages.slice(0, -2)).toEqual(asked.context.prompt);
    const [said, told] = second?.messages.slice(-2) ?? [];
    expect(said?.role).toBe('assistant');
    expect(text.startsWith(String(said?.content).slice(0, -1))).toBe(true);
    expect(told?.role).toBe('user');
    expect(told?.content).toContain(complaint);
    expect(told?.content).toContain(SHAPE);
    expect(second?.response_format).toEqual(first?.response_format);
  });

  it('twice leaves no plan, and the model is not asked a third time', async () => {
    provider.fallback('I would rather talk about the weather.');
    const error = await failure(plan());
    expect(error).toBeInstanceOf(ModelUnavailable);
    expect(error.message).toBe('The model gave no usable plan.');
    expect(provider.requests()).toHaveLength(2);
  });

  it('and a provider that fails when asked again are that failure', async () => {
    script('no plan', { error: 503 });
    const error = await failure(plan());
    expect(error).toBeInstanceOf(ModelUnavailable);
    expect(error.message).toContain('503');
  });

  it('but calls of tools is sent back without an empty message', async () => {
    script({ toolCalls: [{ name: 'make_plan', arguments: '{}' }] }, PLAN);
    expect(await plan()).toEqual(DRAFT);
    expect(provider.requests()[1]?.messages.map((message) => message.role)).not.toContain('assistant');
  });
});

describe('an endpoint that knows no forms of replies', () => {
  const refuses = { error: 400, message: "Unknown parameter: 'response_format'." };

  it('is told in words, and from then on at once', async () => {
    provider.answer(isPlanning, refuses);
    provider.fallback(PLAN);
    const model = modelWith();
    const asked = request();
    expect(await model.plan(asked)).toEqual(DRAFT);
    expect(await model.plan(asked)).toEqual(DRAFT);
    const [first, second, third] = provider.requests();
    expect(provider.requests().map(isPlanning)).toEqual([true, false, false]);
    expect(first?.messages).toEqual(asked.context.prompt);
    expect(second?.messages.slice(0, -1)).toEqual(asked.context.prompt);
    expect(second?.messages.at(-1)).toEqual({ role: 'user', content: expect.stringContaining(SHAPE) });
    expect(second).toHaveProperty('stream_options');
    expect(third?.messages).toEqual(second?.messages);
  });

  it.each([
    'This model does not support response format `json_schema`.',
    'Structured outputs are not supported by this model.',
    'Failed to generate JSON. Please adjust your prompt.',
    'Extra inputs are not permitted',
  ])('is understood whatever its words: %s', async (message) => {
    provider.answer(isPlanning, { error: 400, message });
    provider.fallback(PLAN);
    expect(await plan()).toEqual(DRAFT);
  });

  it('is told what was wrong with its reply after it was told the form', async () => {
    provider.answer(isPlanning, refuses);
    const model = modelWith();
    provider.fallback((sent) => (sent.messages.at(-2)?.role === 'assistant' ? PLAN : 'Cut the storm.'));
    expect(await model.plan(request())).toEqual(DRAFT);
    const roles = provider
      .requests()
      .at(-1)
      ?.messages.map((message) => message.role);
    expect(roles).toEqual(['system', 'user', 'user', 'assistant', 'user']);
  });
});

describe('a plan that did not come whole', () => {
  it('because of its length is none, also when what came of it can be read', async () => {
    provider.fallback({ text: PLAN, finishReason: 'length' });
    const error = await failure(plan());
    expect(error).toBeInstanceOf(ModelUnavailable);
    expect(error.message).toContain('limit of length');
    expect(provider.requests()).toHaveLength(1);
  });

  it.each<[Fault, string]>([
    ['no-headers', 'no whole answer within 0.05 s'],
    ['stall', 'stalled for 0.02 s'],
    ['truncate', 'ended before the answer did'],
    ['disconnect', 'connection'],
  ])('because of the fault %s is none', async (fault, message) => {
    provider.fallback({ fault, text: PLAN });
    const error = await failure(
      plan({
        totalDeadlineMs: fault === 'no-headers' ? 50 : 10_000,
        idleMs: fault === 'stall' ? 20 : 10_000,
      }),
    );
    expect(error).toBeInstanceOf(ModelUnavailable);
    expect(error.message).toContain(message);
    expect(provider.requests()).toHaveLength(1);
  });

  it.each([429, 503])('because the provider answered %i may come another time', async (status) => {
    provider.fallback({ error: status });
    const error = await failure(plan());
    expect(error).toBeInstanceOf(ModelUnavailable);
    expect(error.message).toContain(String(status));
    expect(provider.requests()).toHaveLength(1);
  });

  it('because a content filter withheld it is refused', async () => {
    provider.fallback({ text: PLAN, finishReason: 'content_filter' });
    expect(await failure(plan())).toBeInstanceOf(ModelRefused);
  });

  it('because the model declines is refused, and its words are not taken for a plan', async () => {
    let asked = 0;
    const message = { role: 'assistant', content: null, refusal: PLAN };
    const server = createServer((_, res) => {
      asked += 1;
      const headers = { 'content-type': 'application/json' };
      res.writeHead(200, headers).end(JSON.stringify({ choices: [{ message, finish_reason: 'stop' }] }));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const error = await failure(plan({ baseUrl: `http://127.0.0.1:${port}/v1` }));
    server.closeAllConnections();
    server.close();
    expect(error).toBeInstanceOf(ModelRefused);
    expect(error.message).toContain('declined');
    expect(asked).toBe(1);
  });
});

describe('a plan that is no longer wanted', () => {
  it.each([1, 2])('is given up with the reason of the signal at request %i', async (at) => {
    const stop = new AbortController();
    const reason = new Error('stopped by a person');
    if (at === 2) script('no plan', { fault: 'stall' });
    else script({ fault: 'stall' });
    const planned = failure(plan({ idleMs: 60_000 }, { signal: stop.signal }));
    await provider.until(at);
    stop.abort(reason);
    expect(await planned).toBe(reason);
    expect(provider.requests()).toHaveLength(at);
  });

  it('before the start is not asked for', async () => {
    const reason = new Error('stopped by a person');
    expect(await failure(plan({}, { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(provider.requests()).toEqual([]);
  });
});
