import type { Document } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { allOf, expectOneAnswerEach, postsIn, repliesIn, withDatabase } from './invariant.ts';
import { type ProcessWorld, startProcessWorld } from './process-world.ts';

let world: ProcessWorld;
let threads: Record<string, string>;
beforeAll(async () => {
  world = await startProcessWorld();
  threads = await world.setUp([
    'Unwritten',
    'Written',
    'Thinking',
    'Saved',
    'Posted',
    'Broken',
    'Unanswered',
  ]);
});
afterEach(() => {
  world.provider.reset();
  expect(world.gate.waiting()).toBe(0);
});
afterAll(() => world.close());

const thread = (title: string): string => threads[title] ?? '';
const statuses = (said: { delivered: { status: unknown }[] }) => said.delivered.map((one) => one.status);
const kill = () => world.app.kill('SIGKILL');
const enqueues = (command: Document) =>
  command.insert === 'jobs' && command.documents?.[0]?.kind === 'answer-mention';
const changes = (collection: string, state: string) => (command: Document) =>
  command.findAndModify === collection && command.update?.$set?.state === state;

describe('A process that is killed with SIGKILL', () => {
  it('before the work is written has not acknowledged the event, and the retry is answered', async () => {
    world.gate.killAt('before', (command) => command.insert === 'messages', kill);
    const said = await world.mention(thread('Unwritten'), 'Who wrote this?');

    expect(statuses(said)).toEqual([0, 0]);
    expect(await withDatabase(world.mongoUri, (db) => allOf(db, 'messages'))).toEqual([]);
    await world.start();
    await world.redeliver(said);
    await expectOneAnswerEach(world);
    expect(repliesIn(world, thread('Unwritten'))).toEqual([expect.stringContaining('Who wrote this?')]);
  });

  it('after the work is written and before the 200 gives one answer all the same', async () => {
    world.gate.killAt('after', enqueues, kill);
    const said = await world.mention(thread('Written'), 'Is it on paper?');

    expect(statuses(said)).toEqual([0, 0]);
    await world.start();
    await world.redeliver(said);
    await expectOneAnswerEach(world);
    expect(repliesIn(world, thread('Written'))).toEqual([expect.stringContaining('Is it on paper?')]);
  });

  it('while the model runs asks it again and answers once', async () => {
    const { provider } = world;
    provider.hold();
    const said = await world.mention(thread('Thinking'), 'What comes next?');
    expect(statuses(said)).toEqual([200, 200]);
    await provider.until(1);
    await kill();
    provider.release();

    await world.start();
    await expectOneAnswerEach(world);
    expect(repliesIn(world, thread('Thinking'))).toEqual([expect.stringContaining('What comes next?')]);
    expect(provider.requests()).toHaveLength(2);
  });

  it('after the answer is saved delivers it without asking the model again', async () => {
    world.provider.answer('How much?', 'It costs 12 pounds.', { times: 1 });
    world.gate.killAt('after', changes('answers', 'saved'), kill);
    await world.mention(thread('Saved'), 'How much?');
    await world.app.exited;
    expect(postsIn(world, thread('Saved'))).toHaveLength(0);

    await world.start();
    await expectOneAnswerEach(world);
    expect(repliesIn(world, thread('Saved'))).toEqual([expect.stringContaining('It costs 12 pounds.')]);
    expect(world.provider.requests()).toHaveLength(1);
  });

  it('between the post and writing down its ts finds the post in the thread and adopts it', async () => {
    const match = { match: (args: Record<string, unknown>) => args.thread_ts === thread('Posted') };
    world.slack.after('chat.postMessage', async () => void (await kill()), match);
    await world.mention(thread('Posted'), 'Is it out?');
    await world.app.exited;

    await world.start();
    await expectOneAnswerEach(world);
    expect(repliesIn(world, thread('Posted'))).toEqual([expect.stringContaining('Is it out?')]);
    expect(postsIn(world, thread('Posted'))).toHaveLength(1);
    expect(world.provider.requests()).toHaveLength(1);
  });
});

describe('A database whose connection breaks', () => {
  it('before a write has it answered with an error, and the retry wins', async () => {
    world.gate.breakOn(enqueues);
    const said = await world.mention(thread('Broken'), 'Is anybody writing?');
    expect(statuses(said)).toEqual([503, 503]);

    world.gate.mend();
    await world.redeliver(said);
    await expectOneAnswerEach(world);
    expect(repliesIn(world, thread('Broken'))).toEqual([expect.stringContaining('Is anybody writing?')]);
  });

  it('after a write and before its reply, at every step, gives one answer', async () => {
    const begins = (collection: string) => (command: Document) =>
      command.findAndModify === collection && command.update?.$setOnInsert !== undefined;
    const steps = [
      (command: Document) => command.insert === 'messages',
      enqueues,
      begins('answers'),
      changes('answers', 'saved'),
      begins('deliveries'),
      (command: Document) => command.update === 'deliveries',
      changes('answers', 'delivered'),
    ];
    for (const step of steps) world.gate.after(step, async () => 'broken');
    const said = await world.mention(thread('Unanswered'), 'Did you get that?');
    while ((await world.redeliver(said)).some(({ status }) => status !== 200));

    await expectOneAnswerEach(world);
    expect(repliesIn(world, thread('Unanswered'))).toEqual([expect.stringContaining('Did you get that?')]);
    expect(postsIn(world, thread('Unanswered'))).toHaveLength(1);
  });
});
