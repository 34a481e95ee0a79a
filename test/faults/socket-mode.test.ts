import type { Document } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { expectOneAnswerEach, repliesIn } from './invariant.ts';
import { type ProcessWorld, startProcessWorld } from './process-world.ts';

describe('Through Socket Mode', () => {
  let world: ProcessWorld;
  let slack: ProcessWorld['slack'];
  let thread: string;
  const threads: string[] = [];
  beforeAll(async () => {
    world = await startProcessWorld({ delivery: 'socket', ackTimeoutMs: 3_000 });
    ({ slack } = world);
    threads.push(...Object.values(await world.setUp(Array.from({ length: 8 }, (_, at) => `M${at}`))));
  });
  beforeEach(() => {
    thread = threads.pop() ?? '';
  });
  afterEach(() => {
    expect(world.gate.waiting()).toBe(0);
    slack.clearFaults();
    world.provider.reset();
  });
  afterAll(() => world.close());

  const say = (text: string) => ({
    user: world.anna,
    channel: world.channel,
    threadTs: thread,
    text: `<@${slack.botUserId}> ${text}`,
    retries: false,
  });
  const replies = () => repliesIn(world, thread);
  const statuses = (said: { delivered: { status: unknown }[] }) => said.delivered.map((one) => one.status);
  const enqueues = (command: Document) =>
    command.insert === 'jobs' && command.documents?.[0]?.kind === 'answer-mention';

  it('the same event four times at once is answered once', async () => {
    const said = await slack.say({ ...say('How long is it?'), copies: 4 });

    expect(statuses(said)).toEqual(Array(8).fill(200));
    await expectOneAnswerEach(world);
    expect(replies()).toEqual([expect.stringContaining('How long is it?')]);
    expect(world.provider.requests()).toHaveLength(1);
  });

  it.each(['together', 'message-first', 'mention-first'] as const)(
    'a message and an app_mention for one mention are one question (%s)',
    async (order) => {
      await slack.say({ ...say('Who is it for?'), order });

      await expectOneAnswerEach(world);
      expect(replies()).toHaveLength(1);
    },
  );

  it('an event whose work cannot be written is not acknowledged, and the retry is answered', async () => {
    world.gate.breakOn(enqueues);
    const said = await slack.say({ ...say('Is it on paper?'), events: 'mention' });
    expect(statuses(said)).toEqual(['no ack']);

    world.gate.mend();
    await world.redeliver(said);
    await expectOneAnswerEach(world);
    expect(replies()).toEqual([expect.stringContaining('Is it on paper?')]);
  });

  it('a connection that drops while the work is written, with Slack out of reach, loses nothing', async () => {
    slack.failNext('apps.connections.open', { kind: 'refused' }, { times: 2 });
    world.gate.after(enqueues, async () => void slack.sockets.drop());
    const said = await slack.say({ ...say('Are you still there?'), events: 'mention' });
    expect(statuses(said)).toEqual(['no ack']);

    await slack.until(() => slack.sockets.count() > 0, 'the app opens a new socket', 25_000);
    await world.redeliver(said);
    await expectOneAnswerEach(world);
    expect(replies()).toEqual([expect.stringContaining('Are you still there?')]);
  });

  it('a process killed after the work is written has not acknowledged it yet, and gives one answer', async () => {
    world.gate.killAt('after', enqueues, () => world.app.kill('SIGKILL'));
    const said = await slack.say(say('Did you write it down?'));
    expect(statuses(said)).toEqual(['no ack', 'no ack']);

    await world.start();
    await world.redeliver(said);
    await expectOneAnswerEach(world);
    expect(replies()).toEqual([expect.stringContaining('Did you write it down?')]);
  });

  it('a process told to stop with SIGTERM while its connection is down ends with 0', async () => {
    await slack.say(say('One more?'));
    slack.sockets.drop();

    expect(await world.app.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    await world.start();
    await expectOneAnswerEach(world);
    expect(replies()).toEqual([expect.stringContaining('One more?')]);
  });
});
