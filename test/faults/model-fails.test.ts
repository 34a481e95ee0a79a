import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import { startWorld, type World } from '../support/world.ts';
import { allOf, expectOneAnswerEach, repliesIn, withDatabase } from './invariant.ts';

const SECRET = 'org-4711 has used up sk-secret';

let world: World;
let slack: World['slack'];
let thread: string;
const threads: string[] = [];
beforeAll(async () => {
  // One second is the least; a budget this small makes a long document a matter of passages and tools.
  const env = { MODEL_IDLE_SECONDS: '1', MODEL_DEADLINE_SECONDS: '1', CONTEXT_BUDGET_TOKENS: '1000' };
  world = await startWorld({ env });
  ({ slack } = world);
  const { project, ...bound } = await world.setUp({
    milestones: Array.from({ length: 24 }, (_, at) => `M${at}`),
  });
  threads.push(...Object.values(bound));
});
const nextThread = (): string => threads.pop() ?? '';
beforeEach(() => {
  thread = nextThread();
});
afterEach(() => {
  slack.clearFaults();
  world.provider.reset();
});
afterAll(() => world.close());

const say = (text: string, threadTs = thread) =>
  slack.say({ user: world.anna, channel: world.channel, threadTs, text: `<@${slack.botUserId}> ${text}` });
const replies = (of = thread) => repliesIn(world, of);
/** What a person must never read: the provider's words, its errors, our errors. */
const expectNothingRaw = (shown: string) =>
  expect(shown).not.toMatch(
    /\b(?:429|50[03])\b|sk-secret|org-4711|Error|provider|undefined|\{|\bat \S+:\d+/u,
  );

describe('A model that fails for a while', () => {
  it.each([429, 500, 503])('with %i is asked again until it answers', async (error) => {
    world.provider.answer('Patience?', { error, message: SECRET }, { times: 3 });
    await say('Patience?');

    await expectOneAnswerEach(world);
    expect(replies()).toEqual([expect.stringContaining('Answer to: anna: @Milepost Patience?')]);
    expect(world.provider.requests()).toHaveLength(4);
  });

  it.each(['truncate', 'broken-json', 'disconnect'] as const)(
    'with a stream that ends in %s is asked again, and what it had begun is never shown',
    async (fault) => {
      const shown: string[] = [];
      slack.before('chat.postMessage', (args) => void shown.push(textOf(args)), { times: 9 });
      slack.before('chat.update', (args) => void shown.push(textOf(args)), { times: 9 });
      world.provider.answer('All of it?', { fault, text: 'Half of an ans' }, { times: 2 });
      await say('All of it?');

      await expectOneAnswerEach(world);
      expect(replies()).toEqual([expect.stringContaining('All of it?')]);
      expect(shown).toEqual([expect.not.stringContaining('Half of an ans')]);
      expect(world.provider.requests()).toHaveLength(3);
    },
  );

  it('with no headers, no body or a stall in the middle meets its deadline and is asked again', async () => {
    const faults = ['no-headers', 'no-body', 'stall'] as const;
    for (const fault of faults) world.provider.answer(`With ${fault}`, { fault }, { times: 1 });
    const places = faults.map((fault) => ({ fault, place: nextThread() }));
    await Promise.all(places.map(({ fault, place }) => say(`With ${fault}`, place)));

    await expectOneAnswerEach(world);
    for (const { fault, place } of places)
      expect(replies(place)).toEqual([expect.stringContaining(`Answer to: anna: @Milepost With ${fault}`)]);
  });
});

describe('A model that uses its tools badly', () => {
  beforeEach(async () => {
    for (const part of ['Upper', 'Lower']) {
      const rapids = Array.from({ length: 60 }, (_, at) => `Rapid ${at} lies below a bridge of stone.`);
      await world.paste(thread, rapids.join('\n\n'), `${part} rapids`);
    }
  });

  it('is told so, and only its answer is shown', async () => {
    const call = (name: string, args: string) => ({ toolCalls: [{ name, arguments: args }] });
    world.provider.answer(/rapid/iu, 'There are 400 rapids.');
    for (const bad of [
      call('read_attachment', '{"number": '),
      call('search_attachments', '{"query": 5}'),
      call('delete_everything', '{}'),
      call('read_attachment', '{"number": 99}'),
    ])
      world.provider.answer(/rapid/iu, bad, { times: 1 });
    await say('How many rapids are there?');

    await expectOneAnswerEach(world);
    expect(replies()).toEqual([expect.stringContaining('There are 400 rapids.')]);
    const results = world.provider
      .requests()
      .at(-1)
      ?.messages.filter((one) => one.role === 'tool');
    expect(results?.map((one) => one.content)).toEqual([
      expect.stringContaining('There is no attachment [99]'),
      expect.stringContaining('There is no tool of that name'),
      expect.stringContaining('search_attachments takes'),
      expect.stringContaining('were not valid JSON'),
    ]);
  });

  it('and never comes to an answer gives a notice, not an empty message', async () => {
    const calls = { toolCalls: [{ name: 'read_attachment', arguments: '{"number":1}' }] };
    world.provider.answer(/rapid/iu, calls);
    await say('How many rapids are there?');

    await expectOneAnswerEach(world);
    expect(replies()).toEqual([expect.stringContaining('I could not answer this one')]);
  });
});

describe('A model that fails for good', () => {
  const press = () => {
    const ts = slack.thread(world.channel, thread).at(-1)?.ts;
    return slack.click({ user: world.anna, channel: world.channel, ts, actionId: 'answer_try_again' });
  };

  it.each([
    ['429', { error: 429, message: SECRET }],
    ['500', { error: 500, message: SECRET }],
    ['503', { error: 503, message: SECRET }],
    ['a refusal', { error: 401, message: SECRET }],
    ['streams that never finish', { fault: 'truncate', text: SECRET }],
  ] as const)('(%s) gives one honest notice with a reference and a way to try again', async (_, reply) => {
    world.provider.answer('Hopeless?', reply);
    await say('Hopeless?');

    await expectOneAnswerEach(world);
    const [notice = ''] = replies();
    expect(replies()).toHaveLength(1);
    expect(notice).toContain('I could not answer this one');
    expect(notice).toContain('Try again');
    expectNothingRaw(notice);
    const reference = /Reference: ([0-9a-f]{8})/u.exec(notice)?.[1];
    const logged = world.log.lines.filter((line) => line.event === 'answer_failed').at(-1);
    expect(logged?.fields.reference).toBe(reference);
    expect(JSON.stringify(world.log.lines)).not.toContain('sk-secret');
  });

  it('gives one answer in place of the notice when Try again is pressed twice', async () => {
    world.provider.answer('Hopeless?', { error: 503 }, { times: 8 });
    const { ts } = await say('Hopeless?');
    await expectOneAnswerEach(world);
    const notice = slack.thread(world.channel, thread).at(-1)?.ts;
    await Promise.all([press(), press()]);

    await expectOneAnswerEach(world);
    expect(replies()).toEqual([expect.stringContaining('Answer to: anna: @Milepost Hopeless?')]);
    expect(slack.thread(world.channel, thread).at(-1)?.ts).toBe(notice);
    expect(world.provider.requests()).toHaveLength(9);
    expect(slack.reactions(world.channel, ts)).toEqual([]);
  });

  it('keeps one notice when Try again fails as well, and answers when it works at last', async () => {
    world.provider.answer('Hopeless?', { error: 503 }, { times: 16 });
    await say('Hopeless?');
    await expectOneAnswerEach(world);
    await press();
    await expectOneAnswerEach(world);
    expect(replies()).toEqual([expect.stringContaining('I could not answer this one')]);

    await press();
    await expectOneAnswerEach(world);
    expect(replies()).toEqual([expect.stringContaining('Answer to: anna: @Milepost Hopeless?')]);
  });
});

describe('A job that always throws', () => {
  it('ends in a notice, and its lane goes on', async () => {
    const poison = { match: (args: Record<string, unknown>) => textOf(args).includes('Poison'), times: 99 };
    slack.failNext('chat.postMessage', { kind: 'error', error: 'internal_error' }, poison);
    world.provider.hold();
    const first = say('Poison');
    await world.provider.until(1);
    await Promise.all([first, say('The next question')]);
    world.provider.release();

    await expectOneAnswerEach(world);
    const [notice = '', next] = replies();
    expect(notice).toContain('I could not answer this one');
    expectNothingRaw(notice);
    expect(next).toContain('Answer to: anna: @Milepost The next question');
    const jobs = await withDatabase(world.mongoUri, (db) => allOf(db, 'jobs'));
    expect(jobs.filter((job) => job.state === 'dead' && job.attempts === 8).length).toBeGreaterThan(0);
  });
});
