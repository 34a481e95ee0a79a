import type { Document } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import type { Fields } from '../support/fake-slack/json.ts';
import {
  askFor,
  cardText,
  dispatchesOf,
  dispatchRow,
  expectOneResult,
  type Proposal,
  press,
  proposalOf,
  propose,
  resultOf,
  runsOf,
  scriptWork,
  summaryOf,
  taskOf,
  untilCard,
  untilState,
} from './dispatch-acts.ts';
import { allOf, repliesIn, untilIdle, withDatabase } from './invariant.ts';
import { type ProcessWorld, startProcessWorld } from './process-world.ts';

let world: ProcessWorld;
let anna: string;
const threads: string[] = [];
beforeAll(async () => {
  world = await startProcessWorld();
  ({ anna } = world);
  threads.push(...Object.values(await world.setUp(Array.from({ length: 24 }, (_, at) => `Milestone ${at}`))));
});
afterEach(() => {
  world.provider.reset();
  world.slack.clearFaults();
  expect(world.gate.waiting()).toBe(0);
});
afterAll(() => world.close());

type Match = (command: Document) => boolean;
const kill = () => world.app.kill('SIGKILL');
const thread = (): string => threads.pop() ?? '';
const sets =
  (collection: string, fits: (set: Document) => boolean): Match =>
  (command) =>
    command.findAndModify === collection && fits(command.update?.$set ?? {});
const state = (collection: string, name: string): Match => sets(collection, (set) => set.state === name);
const makes =
  (collection: string): Match =>
  (command) =>
    command.findAndModify === collection && command.update?.$setOnInsert !== undefined;
const inserts =
  (collection: string, fits: (document: Document) => boolean): Match =>
  (command) =>
    command.insert === collection && (command.documents ?? []).some(fits);
const enqueues = (kind: string): Match => inserts('jobs', (job) => job.kind === kind);
const updates =
  (collection: string, fits: (set: Document) => boolean): Match =>
  (command) =>
    command.update === collection && (command.updates ?? []).some((one: Document) => fits(one.u?.$set ?? {}));
/** The delivery of this key, such as "dispatch-summary:", is begun. */
const delivers =
  (key: string): Match =>
  (command) =>
    command.findAndModify === 'deliveries' && String(command.query?.key).startsWith(key);
/** The app dies as soon as Slack has posted a message with this text, before it is told so. */
const killAfterPost = (text: string): void => {
  const match = (args: Fields) => textOf(args).includes(text);
  world.slack.after('chat.postMessage', async () => void (await kill()), { match });
};

describe('A process that is killed with SIGKILL while a specialist is proposed', () => {
  const points: [when: string, name: string, plan: (name: string) => void][] = [
    [
      'after the answer is saved and before it is delivered',
      'alder',
      () => world.gate.killAt('after', state('answers', 'saved'), kill),
    ],
    [
      'after the answer is delivered and before the proposal is written',
      'ash',
      () => world.gate.killAt('before', makes('dispatches'), kill),
    ],
    [
      'after the proposal is written and before anything else is',
      'aspen',
      () => world.gate.killAt('after', makes('dispatches'), kill),
    ],
    [
      'after its message is written and before its card is queued',
      'beech',
      () => world.gate.killAt('before', enqueues('show-dispatch'), kill),
    ],
    [
      'after its card is queued and before it is posted',
      'birch',
      () => world.gate.killAt('before', delivers('dispatch:'), kill),
    ],
    [
      'after its card is posted and before its ts is written',
      'elm',
      (name) => killAfterPost(summaryOf(name)),
    ],
    [
      'after the ts of its card is written with the delivery and before it is with the proposal',
      'hazel',
      () =>
        world.gate.killAt(
          'before',
          updates('dispatches', (set) => 'cardTs' in set),
          kill,
        ),
    ],
    [
      'after everything is written and before the answer is closed',
      'holly',
      () => world.gate.killAt('before', state('answers', 'delivered'), kill),
    ],
  ];

  it.each(points)('%s posts one card, and the model is not asked again', async (_, name, plan) => {
    const place = thread();
    scriptWork(world, name);
    plan(name);
    await askFor(world, place, name);
    await world.app.exited;

    await world.start();
    const proposal = await proposalOf(world, place, name);
    expect(repliesIn(world, place)).toHaveLength(2);
    expect(cardText(world, proposal)).toContain('waits for approval');
    expect(world.provider.requests()).toHaveLength(2);
    expect((await dispatchesOf(world)).filter((one) => one.summary === summaryOf(name))).toHaveLength(1);
    await press(world, proposal, anna, 'approve');
    await expectOneResult(world, proposal, [anna]);
    expect(runsOf(world, name)).toHaveLength(1);
  });
});

describe('A process that is killed with SIGKILL at an approval', () => {
  it('before it is written has approved nothing, and the next press does', async () => {
    const proposal = await propose(world, thread(), 'larch');
    world.gate.killAt('before', state('dispatches', 'approved'), kill);
    expect((await press(world, proposal, anna, 'approve')).status).toBe(0);

    await world.start();
    await untilIdle(world);
    expect(await dispatchRow(world, proposal)).toMatchObject({ state: 'proposed', decidedBy: null });
    expect(cardText(world, proposal)).toContain('waits for approval');
    await press(world, proposal, anna, 'approve');
    await expectOneResult(world, proposal, [anna]);
  });

  it('that is written and did not get its job is carried out, though nobody presses again', async () => {
    const proposal = await propose(world, thread(), 'lime');
    world.gate.killAt('after', state('dispatches', 'approved'), kill);
    expect((await press(world, proposal, anna, 'approve')).status).toBe(0);
    expect(await dispatchRow(world, proposal)).toMatchObject({ state: 'approved', unsettled: true });

    await world.start();
    await expectOneResult(world, proposal, [anna]);
    expect(runsOf(world, 'lime')).toHaveLength(1);
    expect(world.app.logged('left_over_settled')).toBe(true);
  });

  it('that is written is not taken twice when the press comes again after the start', async () => {
    const proposal = await propose(world, thread(), 'maple');
    world.gate.killAt('after', state('dispatches', 'approved'), kill);
    await press(world, proposal, anna, 'approve');

    await world.start();
    await Promise.all([press(world, proposal, anna, 'approve'), press(world, proposal, anna, 'decline')]);
    await expectOneResult(world, proposal, [anna]);
    expect(runsOf(world, 'maple')).toHaveLength(1);
  });

  it('that is declined and not shown yet is shown as declined', async () => {
    const proposal = await propose(world, thread(), 'oak');
    world.gate.killAt('after', state('dispatches', 'declined'), kill);
    await press(world, proposal, anna, 'decline');

    await world.start();
    await untilCard(world, proposal, `Declined by <@${anna}>`);
    await untilIdle(world);
    expect(runsOf(world, 'oak')).toEqual([]);
  });
});

describe('A process that is killed with SIGKILL while a specialist works', () => {
  it('in the middle of its request has it done again, once', async () => {
    const { provider } = world;
    const proposal = await propose(world, thread(), 'pine');
    provider.hold();
    await press(world, proposal, anna, 'approve');
    await provider.until(3);
    await kill();
    provider.release();

    await world.start();
    await expectOneResult(world, proposal, [anna]);
    expect(runsOf(world, 'pine')).toHaveLength(2);
  });

  const points: [when: string, name: string, plan: (name: string) => void][] = [
    [
      'after the result is saved and before it is posted',
      'plane',
      () =>
        world.gate.killAt(
          'after',
          sets('dispatches', (set) => set.result != null),
          kill,
        ),
    ],
    [
      'between the post of its thread and writing down the ts',
      'poplar',
      () => killAfterPost('works on this:'),
    ],
    [
      'after the ts of its thread is noted as delivered and before its conversation knows it',
      'rowan',
      () =>
        world.gate.killAt(
          'before',
          updates('conversations', (set) => 'threadTs' in set),
          kill,
        ),
    ],
    [
      'between the post of its result and writing down the ts',
      'spruce',
      (name) => killAfterPost(resultOf(name)),
    ],
    [
      'after the result is posted and before the summary is',
      'willow',
      () => world.gate.killAt('before', delivers('dispatch-summary:'), kill),
    ],
    ['between the post of the summary and writing down the ts', 'yew', () => killAfterPost('is done')],
    [
      'after the summary is posted and before the work is closed',
      'cedar',
      () => world.gate.killAt('before', state('dispatches', 'succeeded'), kill),
    ],
    [
      'after the work is closed and before its card says so',
      'cypress',
      () => world.gate.killAt('after', state('dispatches', 'succeeded'), kill),
    ],
  ];

  it.each(points)('%s brings it once, and the model is not asked again', async (_, name, plan) => {
    const proposal = await propose(world, thread(), name);
    plan(name);
    await press(world, proposal, anna, 'approve');
    await world.app.exited;

    await world.start();
    await expectOneResult(world, proposal, [anna]);
    expect(runsOf(world, name)).toHaveLength(1);
    await expectToldOnce(proposal);
  });

  /** The next question in the thread is answered, and the model is told of the result once. */
  async function expectToldOnce({ thread: place, name }: Proposal): Promise<void> {
    await world.mention(place, `What came of ${name}?`);
    await world.slack.until(
      () => repliesIn(world, place).at(-1)?.includes(`What came of ${name}?`),
      'the next question is answered',
    );
    const last = JSON.stringify(world.provider.requests().at(-1)?.messages);
    expect(last.split(resultOf(name)).length - 1).toBe(1);
  }

  it('and stopped by a person meanwhile does not begin again', async () => {
    const { provider } = world;
    const proposal = await propose(world, thread(), 'hornbeam');
    provider.hold();
    await press(world, proposal, anna, 'approve');
    await provider.until(3);
    world.gate.killAt(
      'after',
      sets('dispatches', (set) => set.ending === 'stopped'),
      kill,
    );
    await press(world, proposal, anna, 'stop');
    provider.release();

    await world.start();
    await untilState(world, proposal, 'failed');
    await untilCard(world, proposal, `Stopped by <@${anna}>`);
    await untilIdle(world);
    expect(runsOf(world, 'hornbeam')).toHaveLength(1);
    expect(world.slack.messages(world.channel).map(textOf)).not.toContainEqual(
      expect.stringContaining(resultOf('hornbeam')),
    );
  });
});

describe('A process that sleeps past its lease while a specialist works', () => {
  it('and wakes up later writes and posts nothing: there is one result, of the other process', async () => {
    const { provider, slack } = world;
    const proposal = await propose(world, thread(), 'juniper');
    provider.answer(taskOf('juniper'), `${resultOf('juniper')} By the one that was awake.`);
    provider.answer(taskOf('juniper'), `${resultOf('juniper')} By the one that slept.`, { times: 1 });
    provider.hold();
    await press(world, proposal, anna, 'approve');
    await provider.until(3);
    const sleeper = world.app;
    sleeper.signal('SIGSTOP');
    provider.release();

    await world.start();
    await expectOneResult(world, proposal, [anna]);
    const before = await workOn(proposal);
    const shown = slack.messages(world.channel);
    sleeper.signal('SIGCONT');
    await slack.until(() => sleeper.logged('job_fenced'), 'the sleeper notices that it is too late');
    await expectOneResult(world, proposal, [anna]);
    expect(await workOn(proposal)).toEqual(before);
    expect(slack.messages(world.channel)).toEqual(shown);
    expect(shown.map(textOf)).toContainEqual(expect.stringContaining('By the one that was awake.'));
    expect(shown.map(textOf)).not.toContainEqual(expect.stringContaining('By the one that slept.'));
    await sleeper.kill();
  });

  /** Everything that is written of a dispatch. */
  const workOn = (proposal: Proposal) =>
    withDatabase(world.mongoUri, async (db) => ({
      dispatch: await dispatchRow(world, proposal),
      messages: await allOf(db, 'messages'),
      deliveries: await allOf(db, 'deliveries'),
      conversations: await allOf(db, 'conversations'),
    }));
});

describe('After all that', () => {
  it('no work is given up, no change is left half-done and no thread leads nowhere', async () => {
    const { conversations, jobs } = await withDatabase(world.mongoUri, async (db) => ({
      conversations: await allOf(db, 'conversations'),
      jobs: await allOf(db, 'jobs'),
    }));
    expect(jobs.filter((job) => job.state === 'dead')).toEqual([]);
    expect((await dispatchesOf(world)).filter((one) => one.unsettled)).toEqual([]);
    expect(conversations.filter((one) => one.unopened === true && !one.deleted)).toEqual([]);
    expect(world.slack.violations).toEqual([]);
  });
});
