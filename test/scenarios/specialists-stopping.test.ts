import { describe, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { hastyClock, inFreshWorld, reads, tamper, whispered, whispersTo } from './acting.ts';
import {
  apiOf,
  approve,
  buttonsOn,
  carriedOut,
  countSaying,
  dispatchesOf,
  dispatchIs,
  dispatchNow,
  leftNothing,
  listed,
  messagesOf,
  outdated,
  PROPOSAL,
  proposed,
  runsOf,
  settled,
  toBot,
} from './dispatch-acts.ts';
import { cardSays, press } from './planning-acts.ts';

let world: World;
const enter = (fresh: World): void => {
  world = fresh;
};

const say = (user: string, threadTs: string, text: string) =>
  world.slack.say({ user, channel: world.channel, threadTs, text });

/** A specialist at work whose model says nothing. */
async function atWork(thread: string) {
  const one = await proposed(world, thread);
  const { provider, ben } = world;
  const before = provider.requests().length;
  provider.hold();
  await approve(world, ben, one);
  await provider.until(before + 1);
  await cardSays(world, one.card, ':white_large_square: Reads');
  return one;
}

describe('A specialist at work that hangs', () => {
  inFreshWorld({ overrides: { now: hastyClock() } }, enter);

  it('is stopped by the button at once: the card says who stopped it, and nothing comes of it', async () => {
    const { anna, provider } = world;
    const { Outline = '' } = await world.setUp();
    const one = await atWork(Outline);
    await press(world, anna, one.card, 'dispatch_stop');
    await cardSays(world, one.card, `Approved by <@${world.ben}> · Stopped by <@${anna}>.`);
    expect(buttonsOn(world, one.card)).toEqual(['Try again']);
    expect(reads(world, one.card)).not.toContain('Reads 0 attachments');
    const said = (await messagesOf(world, one.conversationId)).length;
    provider.release();
    await leftNothing(world);
    expect(await dispatchNow(world, one)).toMatchObject({
      state: 'failed',
      ending: 'stopped',
      stoppedBy: anna,
    });
    expect(await messagesOf(world, one.conversationId)).toHaveLength(said);
    const api = await apiOf(world);
    expect(await listed(api, `/conversations/${one.conversationId}/task-threads`)).toEqual([]);
  });

  it.each(['stop', 'Stop!', 'please stop'])('is stopped by a word in its thread: %s', async (word) => {
    const { anna, provider } = world;
    const { Outline = '' } = await world.setUp();
    const one = await atWork(Outline);
    await say(anna, Outline, word);
    await cardSays(world, one.card, `Stopped by <@${anna}>.`);
    provider.release();
    await leftNothing(world);
    expect(runsOf(world)).toHaveLength(1);
  });

  it('is stopped by a word to the bot, also while a question is being answered', async () => {
    const { anna, ben, provider, slack } = world;
    const { Outline = '' } = await world.setUp();
    provider.answer(PROPOSAL.task, { fault: 'no-headers' });
    const one = await proposed(world, Outline);
    await approve(world, ben, one);
    await slack.until(() => runsOf(world).length === 1, 'the specialist is at work');
    const before = provider.requests().length;
    provider.hold();
    const { ts } = await say(ben, Outline, toBot(world, 'How long?'));
    await provider.until(before + 1);
    await say(anna, Outline, toBot(world, 'stop'));
    await cardSays(world, one.card, `Stopped by <@${anna}>.`);
    provider.release();
    await slack.until(() => world.answersAfter(Outline, ts).length === 1, 'the question is answered');
    await leftNothing(world);
    expect(provider.requests()).toHaveLength(before + 1);
  });

  it('calls no tool after it was stopped, whatever its model says then', async () => {
    const { anna, provider } = world;
    const { Outline = '' } = await world.setUp();
    provider.script(PROPOSAL.task, [[{ name: 'read_attachment', arguments: { number: 1 } }]], 'Herons.');
    const one = await atWork(Outline);
    const before = (await dispatchNow(world, one)).steps;
    await press(world, anna, one.card, 'dispatch_stop');
    provider.release();
    await leftNothing(world);
    expect((await dispatchNow(world, one)).steps).toEqual(before);
    expect(runsOf(world)).toHaveLength(1);
  });

  it('is stopped once: a second stop, and a stop of what is not at work, get a clear sentence', async () => {
    const { anna, ben, provider } = world;
    const { Outline = '' } = await world.setUp();
    const one = await atWork(Outline);
    const old = outdated(world, one.card);
    await press(world, anna, one.card, 'dispatch_stop');
    await cardSays(world, one.card, 'Stopped by');
    old.show();
    await press(world, ben, one.card, 'dispatch_stop');
    await whispered(world, ben, 'It is not at work any more, so there is nothing to stop.');
    provider.release();
    await settled(world);
    expect((await dispatchNow(world, one)).stoppedBy).toBe(anna);

    const open = await proposed(world, Outline, {}, { asked: 'Once more, please' });
    tamper(world, { ts: open.card, actionId: 'dispatch_decline' }, (element) => {
      element.action_id = 'dispatch_stop';
    });
    await press(world, anna, open.card, 'dispatch_stop');
    await whispered(world, anna, 'so there is nothing to stop.');
    expect((await dispatchNow(world, open)).state).toBe('proposed');
  });

  it('is not stopped by a word when two are at work in the thread, which says so', async () => {
    const { anna, ben, provider } = world;
    const { Outline = '' } = await world.setUp();
    const owls = 'Count the owls.';
    for (const task of [PROPOSAL.task, owls]) provider.answer(task, { fault: 'no-headers' });
    const first = await proposed(world, Outline);
    const second = await proposed(world, Outline, { task: owls }, { asked: 'And the owls, please' });
    for (const { id, card } of [first, second]) {
      await approve(world, ben, { card });
      await dispatchIs(world, { id }, 'running');
    }
    await say(anna, Outline, 'stop');
    await whispered(
      world,
      anna,
      'More than one specialist is at work here. Press the button on the card of the',
    );
    for (const one of [first, second]) expect((await dispatchNow(world, one)).state).toBe('running');
    await press(world, anna, first.card, 'dispatch_stop');
    await cardSays(world, first.card, `Stopped by <@${anna}>.`);
    await say(anna, Outline, 'stop');
    await cardSays(world, second.card, `Stopped by <@${anna}>.`);
    await leftNothing(world);
  });

  it('is stopped by members alone', async () => {
    const { slack, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    const guest = slack.addUser({ name: 'gil', isGuest: true });
    await slack.invite(channel, guest);
    const one = await atWork(Outline);
    await press(world, guest, one.card, 'dispatch_stop');
    await say(guest, Outline, 'stop');
    await slack.until(() => whispersTo(world, guest).length === 2, 'the guest is told');
    expect((await dispatchNow(world, one)).state).toBe('running');
    provider.release();
    await dispatchIs(world, one, 'succeeded');
  });
});

describe('A specialist whose model fails', () => {
  inFreshWorld({ overrides: { now: hastyClock() } }, enter);

  it('ends with a reference and Try again, which runs it once even when it is pressed twice', async () => {
    const { anna, ben, provider, log } = world;
    const { Outline = '' } = await world.setUp();
    provider.answer(PROPOSAL.task, { error: 500 });
    const one = await proposed(world, Outline);
    await approve(world, ben, one);
    await cardSays(world, one.card, 'the model gave no usable answer, although I asked several times.');
    const { reference, state } = await dispatchNow(world, one);
    expect(state).toBe('failed');
    expect(reads(world, one.card)).toContain(`Reference: ${reference}`);
    expect(log.lines.find(({ event }) => event === 'dispatch_failed')?.fields).toMatchObject({ reference });
    expect(buttonsOn(world, one.card)).toEqual(['Try again']);
    await leftNothing(world);

    provider.answer(PROPOSAL.task, 'Herons nest there.');
    const before = runsOf(world).length;
    await Promise.all([
      press(world, anna, one.card, 'dispatch_again'),
      press(world, ben, one.card, 'dispatch_again'),
    ]);
    const again = await world.slack.until(
      async () => (await dispatchesOf(world, one.question))[1],
      'it is proposed once more',
    );
    await dispatchIs(world, again, 'succeeded');
    await settled(world);
    expect(runsOf(world)).toHaveLength(before + 1);
    expect(await dispatchesOf(world, one.question)).toHaveLength(2);
    expect(countSaying(world, 'is done.')).toBe(1);
    const told = [...whispersTo(world, anna), ...whispersTo(world, ben)];
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/Nothing was changed\. It was (?:tried again|approved) already/u);
    expect(reads(world, again.cardTs ?? (await dispatchNow(world, again)).cardTs ?? '')).toMatch(
      /Approved by <@(?:U\w+)>/u,
    );

    await press(world, anna, one.card, 'dispatch_again');
    await whispered(world, anna, 'It was tried again already: its newer card says what became of that.');
    await settled(world);
    expect(runsOf(world)).toHaveLength(before + 1);
  });

  it('that refuses the request is asked once, and the card says who can help', async () => {
    const { ben, provider } = world;
    const { Outline = '' } = await world.setUp();
    provider.answer(PROPOSAL.task, { error: 401, message: 'Incorrect API key provided: sk-secret' });
    const one = await proposed(world, Outline);
    await approve(world, ben, one);
    await cardSays(world, one.card, 'the model refused the request.');
    expect(reads(world, one.card)).toContain('your administrator');
    expect(reads(world, one.card)).toContain('Reference: ');
    expect(reads(world, one.card)).not.toContain('sk-secret');
    expect(buttonsOn(world, one.card)).toEqual(['Try again']);
    expect(runsOf(world)).toHaveLength(1);
    await leftNothing(world);
  });

  it('goes on when the model comes to itself: nobody hears of the tries in between', async () => {
    const { ben, provider } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(world, Outline);
    provider.answer(PROPOSAL.task, { error: 503 }, { times: 3 });
    await carriedOut(world, Outline, one, ben);
    await settled(world);
    expect(runsOf(world)).toHaveLength(4);
    expect(countSaying(world, 'is done.')).toBe(1);
    expect((await dispatchNow(world, one)).steps.map(({ text }) => text)).toEqual([
      'Reads 0 attachments and the conversation',
      'Writes down the result',
    ]);
  });

  it('asks again before it tries again what cannot be undone', async () => {
    const { slack, ben, provider, channel } = world;
    const { Outline = '' } = await world.setUp();
    provider.answer(PROPOSAL.task, { error: 401 });
    const one = await proposed(world, Outline, { destructive: true });
    await approve(world, ben, one);
    await cardSays(world, one.card, 'the model refused the request.');
    const again = { user: ben, channel, ts: one.card, actionId: 'dispatch_again' };
    const { confirm } = await slack.click({ ...again, deny: true });
    expect(JSON.stringify(confirm)).toContain('Researcher is going to: Read the attachments; List the birds');
    await settled(world);
    expect(await dispatchesOf(world, one.question)).toHaveLength(1);
  });

  it('can be asked of by guests as little as it could be approved by them', async () => {
    const { slack, ben, provider, channel } = world;
    const { Outline = '' } = await world.setUp();
    const guest = slack.addUser({ name: 'gil', isGuest: true });
    await slack.invite(channel, guest);
    provider.answer(PROPOSAL.task, { error: 401 });
    const one = await proposed(world, Outline);
    await approve(world, ben, one);
    await cardSays(world, one.card, 'the model refused the request.');
    await press(world, guest, one.card, 'dispatch_again');
    await whispered(world, guest, 'Guests, people from other organisations and bots cannot decide this.');
    expect(await dispatchesOf(world, one.question)).toHaveLength(1);
  });
});
