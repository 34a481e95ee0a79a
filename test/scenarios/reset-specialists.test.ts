import { describe, expect, it } from 'vitest';
import { type Message, textOf } from '../support/fake-slack/index.ts';
import { type ChatRequest, lastUserText } from '../support/model-provider.ts';
import type { World } from '../support/world.ts';
import { inFreshWorld, lastSent, whispersTo } from './acting.ts';
import {
  askDirectly,
  chooseMode,
  coachingOf,
  holding,
  leaked,
  proposes,
  toldDirectly,
  toldSoon,
} from './coaching-acts.ts';
import { atRest, homeShows, openHome } from './planning-acts.ts';

let world: World;
const enter = (fresh: World): void => {
  world = fresh;
};

const dm = (): string => world.slack.dmOf(world.anna) ?? '';
const pressHome = () => world.slack.click({ user: world.anna, view: 'home', actionId: 'coaching_reset' });
const done = (): Promise<Message> => toldSoon(world, world.anna, 'Done. I have forgotten this conversation.');

describe('A reset of a conversation with a specialist', () => {
  inFreshWorld({}, enter);
  const TASK = 'Write about the TASK-HERON.';
  const isWork = (request: ChatRequest): boolean => lastUserText(request).includes(TASK);
  const CANARIES = ['TASK-HERON', 'RESULT-OTTER', 'SUMMARY-NEWT', 'WORD-TOAD'];

  /** @returns the card of the proposal. */
  async function proposed(): Promise<Message> {
    const { anna, provider } = world;
    await askDirectly(world, 'Let us begin.');
    await openHome(world, anna);
    await chooseMode(world, anna, 'Auto');
    proposes(world, 'a letter', { task: TASK, summary: 'SUMMARY-NEWT.' });
    provider.answer(isWork, 'RESULT-OTTER.');
    await askDirectly(world, 'I need a letter, WORD-TOAD.');
    return toldSoon(world, anna, 'waits for approval');
  }
  const approve = (ts: string) =>
    world.slack.click({ user: world.anna, channel: dm(), ts, actionId: 'dispatch_approve' });
  const cardReads = (ts: string, text: string) =>
    world.slack.until(() => {
      const card = textOf(world.slack.message(dm(), ts));
      return card.includes(text) && card;
    }, `the card says "${text}"`);

  it('takes an open proposal back, and nobody can approve it any more', async () => {
    const { slack, anna, provider } = world;
    const card = await proposed();
    const old = structuredClone(slack.message(dm(), card.ts)?.blocks ?? []);
    const before = provider.requests().length;
    await pressHome();
    await done();
    const shown = await cardReads(card.ts, 'no longer open');
    for (const canary of CANARIES) expect(shown).not.toContain(canary);
    const message = slack.message(dm(), card.ts);
    if (message !== undefined) message.blocks = old;
    await approve(card.ts);
    await slack.until(
      () => whispersTo(world, anna).find((line) => line.includes('Nothing was changed.')),
      'it says so',
    );
    await askDirectly(world, 'approve');
    await askDirectly(world, 'What did we want?');
    expect(provider.requests().filter(isWork)).toEqual([]);
    expect(leaked(world, CANARIES, before)).toEqual([]);
    for (const canary of CANARIES) expect(await holding(world, canary)).toEqual([]);
    await homeShows(world, anna, 'SUMMARY-NEWT', false);
  });

  it('stops a specialist at work: its result never comes', async () => {
    const { anna, provider } = world;
    const card = await proposed();
    provider.hold();
    const before = provider.requests().length;
    await approve(card.ts);
    await provider.until(before + 1);
    await pressHome();
    await done();
    await cardReads(card.ts, 'Stopped by');
    provider.release();
    await atRest(world, 'run-dispatch');
    await askDirectly(world, 'What did we want?');
    expect(toldDirectly(world, anna).map(textOf).join()).not.toContain('RESULT-OTTER');
    expect(leaked(world, CANARIES, before + 1)).toEqual([]);
    for (const canary of CANARIES) expect(await holding(world, canary)).toEqual([]);
  });

  for (const text of ['works on this:', 'RESULT-OTTER', 'is done.']) {
    it(`that comes while "${text}" is being posted leaves nothing of the result to be told`, async () => {
      const { slack, provider } = world;
      const card = await proposed();
      slack.before('chat.postMessage', async () => void (await pressHome()), {
        match: (args) => JSON.stringify(args).includes(text),
      });
      await approve(card.ts);
      await done();
      await atRest(world, 'run-dispatch', 'finish-reset', 'show-dispatch');
      const before = provider.requests().length;
      await askDirectly(world, 'What did we want?');
      expect(leaked(world, CANARIES, before)).toEqual([]);
      const { id } = await coachingOf(world, world.anna);
      const told = await world.milepost.stores.messages.latest({ teamId: slack.teamId, id }, 10);
      expect(told.filter((one) => CANARIES.some((canary) => JSON.stringify(one).includes(canary)))).toEqual(
        [],
      );
    });
  }

  it('leaves its task threads to be read, and tells nothing of them to the model', async () => {
    const { slack, anna, provider, milepost } = world;
    const card = await proposed();
    await approve(card.ts);
    await toldSoon(world, anna, 'is done.');
    const thread = await toldSoon(world, anna, 'works on this:');
    await cardReads(card.ts, 'done');
    const before = provider.requests().length;
    await pressHome();
    await done();
    const { teamId, stores } = milepost;
    const talk = await stores.conversations.findByThread(teamId, dm(), thread.ts);
    const kept = await stores.messages.latest({ teamId, id: talk?.id ?? '' }, 10);
    expect(kept.map((message) => message.content)).toEqual([TASK, 'RESULT-OTTER.']);
    expect(slack.thread(dm(), thread.ts).map(textOf).join()).toContain('RESULT-OTTER');
    await askDirectly(world, 'What did we want?');
    const { answer } = await askDirectly(world, 'Make it shorter.', { threadTs: thread.ts });
    expect(answer.thread_ts).toBe(thread.ts);
    await askDirectly(world, 'Even shorter.', { threadTs: thread.ts });
    expect(lastSent(world)).toContain('Make it shorter.');
    expect(leaked(world, CANARIES, before)).toEqual([]);
  });
});
