import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hastyClock } from '../scenarios/acting.ts';
import { textOf } from '../support/fake-slack/index.ts';
import type { Fields } from '../support/fake-slack/json.ts';
import { type ChatRequest, lastUserText } from '../support/model-provider.ts';
import { startWorld, type World } from '../support/world.ts';
import {
  cardText,
  dispatchRow,
  expectOneResult,
  press,
  propose,
  resultOf,
  runsOf,
  summaryOf,
  taskOf,
  untilCard,
  untilState,
} from './dispatch-acts.ts';
import { untilIdle } from './invariant.ts';

type Fault = Parameters<World['slack']['failNext']>[1];

let world: World;
let slack: World['slack'];
let anna: string;
let thread: string;
const threads: string[] = [];
beforeAll(async () => {
  world = await startWorld({ overrides: { now: hastyClock() } });
  ({ slack, anna } = world);
  const milestones = Array.from({ length: 40 }, (_, at) => `Milestone ${at}`);
  const { project, ...bound } = await world.setUp({ milestones });
  threads.push(...Object.values(bound));
});
beforeEach(() => {
  thread = threads.pop() ?? '';
});
afterEach(() => {
  slack.clearFaults();
  world.provider.reset();
});
afterAll(() => world.close());

const FAULTS: [name: string, fault: Fault][] = [
  ['asks to wait', { kind: 'rateLimited', retryAfter: 1 }],
  ['takes it and its reply is lost', { kind: 'lostReply' }],
  ['takes it and answers with 500', { kind: 'http500', applied: true }],
  ['answers with 500 and does not take it', { kind: 'http500', applied: false }],
];
/** A post of ours that holds this text. */
const holding = (text: string) => ({ match: (args: Fields) => textOf(args).includes(text) });
const faultsOf = (method: string, text: string) =>
  slack
    .callsOf(method)
    .filter((call) => textOf(call.args).includes(text) && call.fault !== undefined)
    .map((call) => call.fault);
const message = (fault: Fault): string => fault.kind;

describe.each(FAULTS)('When Slack %s', (_, fault) => {
  const name = (what: string): string => `${what} ${thread.replace('.', '')}`;

  it('the card of a proposal stands there once, and can be decided', async () => {
    const work = name('the ferry');
    slack.failNext('chat.postMessage', fault, holding(summaryOf(work)));
    const proposal = await propose(world, thread, work);

    expect(cardText(world, proposal)).toContain('waits for approval');
    expect(faultsOf('chat.postMessage', summaryOf(work))).toEqual([message(fault)]);
    await press(world, proposal, anna, 'approve');
    await expectOneResult(world, proposal, [anna]);
  });

  it.each([
    ['the thread of a result', 'works on this:'],
    ['the result', 'The outcome of'],
    ['the summary', 'is done'],
  ])('%s stands there once, and the model is not asked again', async (__, text) => {
    const work = name('the lock');
    const proposal = await propose(world, thread, work);
    slack.failNext('chat.postMessage', fault, holding(text));
    await press(world, proposal, anna, 'approve');

    await expectOneResult(world, proposal, [anna]);
    expect(faultsOf('chat.postMessage', text).at(-1)).toBe(message(fault));
    expect(runsOf(world, work)).toHaveLength(1);
  });

  it('the card says in the end who decided and that it is done', async () => {
    const work = name('the dam');
    const proposal = await propose(world, thread, work);
    for (const state of ['starts in a moment', 'at work', '· done'])
      slack.failNext('chat.update', fault, holding(state));
    await press(world, proposal, anna, 'approve');

    await expectOneResult(world, proposal, [anna]);
    expect(faultsOf('chat.update', '· done').at(-1)).toBe(message(fault));
  });

  it('the card says in the end that it was declined', async () => {
    const work = name('the canal');
    const proposal = await propose(world, thread, work);
    slack.failNext('chat.update', fault, holding('declined'));
    await press(world, proposal, anna, 'decline');

    await untilCard(world, proposal, `Declined by <@${anna}>`);
    expect(faultsOf('chat.update', 'declined').at(-1)).toBe(message(fault));
  });
});

describe('When Slack fails again and again', () => {
  it('at every step of a run there is one card, one thread, one result and one summary', async () => {
    const work = 'the whole river';
    const lost = { kind: 'lostReply' } as const;
    const broken = { kind: 'http500', applied: false } as const;
    const steps = [summaryOf(work), 'works on this:', resultOf(work), 'is done'];
    for (const text of steps) {
      slack.failNext('chat.postMessage', broken, holding(text));
      slack.failNext('chat.postMessage', lost, holding(text));
    }
    for (const state of ['at work', '· done']) slack.failNext('chat.update', lost, holding(state));
    slack.failNext('conversations.replies', broken);
    slack.failNext('conversations.history', broken);
    const proposal = await propose(world, thread, work);
    await press(world, proposal, anna, 'approve');

    await expectOneResult(world, proposal, [anna]);
    expect(runsOf(world, work)).toHaveLength(1);
  });

  it('over the one who pressed, the press still counts once', async () => {
    const proposal = await propose(world, thread, 'the towpath');
    for (const method of ['users.info', 'conversations.members'])
      slack.failNext(method, { kind: 'http500', applied: false });
    await press(world, proposal, anna, 'approve');
    await untilIdle(world);
    expect(await dispatchRow(world, proposal)).toMatchObject({ state: 'proposed', decidedBy: null });

    slack.clearFaults();
    await press(world, proposal, anna, 'approve');
    await expectOneResult(world, proposal, [anna]);
  });
});

describe('A model that is away while a specialist works', () => {
  const isRun =
    (work: string) =>
    (request: ChatRequest): boolean =>
      lastUserText(request).includes(taskOf(work));

  it('for a while is asked again until it answers', async () => {
    const proposal = await propose(world, thread, 'the quay');
    world.provider.answer(isRun('the quay'), { error: 503 }, { times: 5 });
    await press(world, proposal, anna, 'approve');

    await expectOneResult(world, proposal, [anna]);
    expect(runsOf(world, 'the quay')).toHaveLength(6);
  });

  it('for good ends in a failure with Try again, and holds nobody up meanwhile', async () => {
    const proposal = await propose(world, thread, 'the weir');
    const other = await propose(world, threads.pop() ?? '', 'the mill');
    world.provider.answer(isRun('the weir'), { error: 503, message: 'sk-secret' }, { times: 8 });
    const before = world.provider.requests().length;
    world.provider.hold();
    await press(world, proposal, anna, 'approve');
    await world.provider.until(before + 1);

    // The specialist waits for its model; its thread, and other specialists, go on.
    expect(await world.ask({ thread, text: 'Is anybody here?' })).toContain('Is anybody here?');
    await press(world, other, anna, 'approve');
    await untilState(world, other, 'succeeded');
    expect(await dispatchRow(world, proposal)).toMatchObject({ state: 'running' });
    world.provider.release();
    await expectOneResult(world, other, [anna]);

    await untilCard(world, proposal, 'Try again');
    await untilIdle(world);
    const card = cardText(world, proposal);
    expect(card).toContain('ended without a result');
    expect(card).toMatch(/Reference: [0-9a-f]{8}/u);
    expect(card).not.toMatch(/503|sk-secret|Error|undefined/u);
    expect(runsOf(world, 'the weir')).toHaveLength(8);
    expect(await dispatchRow(world, proposal)).toMatchObject({ state: 'failed', ending: 'unavailable' });
    expect(JSON.stringify(world.log.lines)).not.toContain('sk-secret');
    expect(slack.violations).toEqual([]);
  });

  it('and is back when Try again is pressed twice gives one result', async () => {
    const proposal = await propose(world, thread, 'the sluice');
    world.provider.answer(isRun('the sluice'), { error: 503 }, { times: 8 });
    await press(world, proposal, anna, 'approve');
    await untilCard(world, proposal, 'Try again');
    await Promise.all([press(world, proposal, anna, 'again'), press(world, proposal, world.ben, 'again')]);

    await slack.until(
      () => slack.thread(world.channel, thread).some((one) => textOf(one).includes('is done')),
      'the result is there',
    );
    await untilIdle(world);
    const said = slack.messages(world.channel).map(textOf);
    expect(said.filter((text) => text.startsWith(resultOf('the sluice')))).toHaveLength(1);
    expect(slack.thread(world.channel, thread).filter((one) => textOf(one).includes('is done'))).toHaveLength(
      1,
    );
    expect(runsOf(world, 'the sluice')).toHaveLength(9);
  });
});
