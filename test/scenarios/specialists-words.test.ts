import { describe, expect, it } from 'vitest';
import { fieldsOf, stringOf } from '../support/fake-slack/json.ts';
import type { World } from '../support/world.ts';
import { hastyClock, inFreshWorld, reads, whispered, whispersTo } from './acting.ts';
import {
  approve,
  buttonsOn,
  carriedOut,
  countSaying,
  dispatchIs,
  dispatchNow,
  proposed,
  ranOnce,
  runsOf,
  settled,
  toBot,
} from './dispatch-acts.ts';
import { cardSays, messageWith, press } from './planning-acts.ts';

let world: World;
const enter = (fresh: World): void => {
  world = fresh;
};

const say = (user: string, threadTs: string, text: string) =>
  world.slack.say({ user, channel: world.channel, threadTs, text });

describe('A decision by a word in the thread', () => {
  inFreshWorld({ overrides: { now: hastyClock() } }, enter);

  const APPROVALS = ['approve', 'Go ahead', 'APPROVED!', 'yes, go ahead.', 'Please go ahead…'];
  const TO_THE_BOT = ['go ahead', 'Go ahead!', 'approve'];

  it('approves, with capitals and punctuation, said to all or to the bot', async () => {
    const { ben, provider } = world;
    const { Outline = '' } = await world.setUp();
    const words = [...APPROVALS, ...TO_THE_BOT.map((word) => toBot(world, word))];
    for (const [n, word] of words.entries()) {
      const task = `Look at pond ${n + 1} of the park.`;
      const one = await proposed(world, Outline, { task }, { asked: `Please begin number ${n + 1} now` });
      await say(ben, Outline, word);
      await dispatchIs(world, one, 'succeeded');
      await cardSays(world, one.card, `Approved by <@${ben}>`);
      expect(runsOf(world, task), word).toHaveLength(1);
    }
    await settled(world);
    // Each proposal took two requests, and each run one: nobody was asked what "go ahead" means.
    expect(provider.requests()).toHaveLength(words.length * 3);
    expect(whispersTo(world, ben)).toEqual([]);
  });

  it('declines, with capitals and punctuation, said to all or to the bot', async () => {
    const { ben, provider } = world;
    const { Outline = '' } = await world.setUp();
    const words = ['no', 'No.', 'NO THANKS!', 'Decline', toBot(world, 'no, thank you')];
    for (const [n, word] of words.entries()) {
      const one = await proposed(world, Outline, {}, { asked: `Please begin number ${n + 1} now` });
      await say(ben, Outline, word);
      await cardSays(world, one.card, `Declined by <@${ben}>`);
    }
    await settled(world);
    expect(runsOf(world)).toEqual([]);
    expect(provider.requests()).toHaveLength(words.length * 2);
  });

  it('takes more than something like it', async () => {
    const { ben } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(world, Outline);
    for (const words of [
      'approve it tomorrow',
      'no idea',
      'go',
      'I approve of herons',
      'yes',
      'nope',
      '👍',
      'approve?',
      '“approve”',
    ])
      await say(ben, Outline, words);
    await settled(world);
    expect((await dispatchNow(world, one)).state).toBe('proposed');
    expect(whispersTo(world, ben)).toEqual([]);
  });

  it('said to a colleague is for the colleague', async () => {
    const { anna, ben } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(world, Outline);
    await say(ben, Outline, `<@${anna}> go ahead`);
    await settled(world);
    expect((await dispatchNow(world, one)).state).toBe('proposed');
  });

  it('is ordinary talk where nothing is open: unanswered, and answered when it is said to the bot', async () => {
    const { slack, ben, provider, channel } = world;
    const { Outline = '', Cover = '' } = await world.setUp();
    const one = await proposed(world, Outline);
    for (const word of ['approve', 'no', 'stop', 'go ahead']) await say(ben, Cover, word);
    await slack.say({ user: ben, channel, text: 'approve' });
    await settled(world);
    expect(slack.thread(channel, Cover).filter(({ user }) => user === slack.botUserId)).toHaveLength(1);
    expect(whispersTo(world, ben)).toEqual([]);
    expect((await dispatchNow(world, one)).state).toBe('proposed');
    const before = provider.requests().length;
    expect(await world.ask({ thread: Cover, text: 'go ahead', user: ben })).toContain(
      'Answer to: ben: @Milepost go',
    );
    expect(await world.ask({ thread: Cover, text: 'No!', user: ben })).toContain(
      'Answer to: ben: @Milepost No!',
    );
    expect(await world.ask({ thread: Cover, text: 'stop', user: ben })).toContain('Answer to:');
    expect(provider.requests()).toHaveLength(before + 3);
    expect((await dispatchNow(world, one)).state).toBe('proposed');
  });

  it('is ordinary talk again once it was decided', async () => {
    const { slack, anna, ben, channel } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(world, Outline);
    await carriedOut(world, Outline, one, ben);
    const before = slack.thread(channel, Outline).length;
    await say(anna, Outline, 'no');
    await say(anna, Outline, 'approve');
    await settled(world);
    expect(slack.thread(channel, Outline)).toHaveLength(before + 2);
    expect(await dispatchNow(world, one)).toMatchObject({ state: 'succeeded', decidedBy: ben });
  });

  it('decides nothing when two proposals are open in the thread, and says so', async () => {
    const { ben } = world;
    const { Outline = '' } = await world.setUp();
    const first = await proposed(world, Outline);
    const second = await proposed(
      world,
      Outline,
      { task: 'Count the owls.' },
      { asked: 'And the owls, please' },
    );
    await say(ben, Outline, 'go ahead');
    await whispered(
      world,
      ben,
      'More than one proposal is open here. Press the button on the card of the one',
    );
    await say(ben, Outline, toBot(world, 'no'));
    await world.slack.until(() => whispersTo(world, ben).length === 2, 'the second word is refused as well');
    await settled(world);
    for (const one of [first, second]) expect((await dispatchNow(world, one)).state).toBe('proposed');
    await press(world, ben, first.card, 'dispatch_decline');
    await cardSays(world, first.card, 'Declined by');
    await say(ben, Outline, 'go ahead');
    await dispatchIs(world, second, 'succeeded');
    expect(runsOf(world, 'Count the owls.')).toHaveLength(1);
    expect(runsOf(world)).toEqual([]);
  });

  it('does not count when a message becomes it by an edit', async () => {
    const { slack, ben, channel } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(world, Outline);
    const plain = await say(ben, Outline, 'Let me think.');
    const asked = await say(ben, Outline, toBot(world, 'what would it do?'));
    await slack.until(() => world.answersAfter(Outline, asked.ts).length === 1, 'the answer');
    await slack.edit({ channel, ts: plain.ts, text: 'approve' });
    await slack.edit({ channel, ts: asked.ts, text: toBot(world, 'go ahead') });
    await slack.until(
      () => world.answersAfter(Outline, asked.ts)[0]?.includes('Answer to: ben: @Milepost go ahead'),
      'the edited question is answered',
    );
    await settled(world);
    expect((await dispatchNow(world, one)).state).toBe('proposed');
  });

  it('does not count when it is edited before anybody looked at it', async () => {
    const { slack, ben, channel } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(world, Outline);
    await world.restart({ work: false });
    const { ts } = await say(ben, Outline, 'approve');
    await slack.edit({ channel, ts, text: 'no' });
    const taken = await say(ben, Outline, 'go ahead');
    await slack.remove({ channel, ts: taken.ts });
    await world.restart();
    await settled(world);
    expect((await dispatchNow(world, one)).state).toBe('proposed');
  });

  it('does not count when it was said before the card stood there', async () => {
    const { slack, anna, ben, channel } = world;
    const { Outline = '' } = await world.setUp();
    const early = await slack.say({
      user: ben,
      channel,
      threadTs: Outline,
      text: 'go ahead',
      deliver: false,
    });
    const one = await proposed(world, Outline, {}, { user: anna });
    await slack.deliver(early.events.message ?? {});
    await settled(world);
    expect((await dispatchNow(world, one)).state).toBe('proposed');
    expect(whispersTo(world, ben)).toEqual([]);
  });

  it('counts in the thread of the proposal only, also for a proposal of the project card', async () => {
    const { ben } = world;
    const { Outline = '', project = '' } = await world.setUp();
    const one = await proposed(world, project);
    await say(ben, Outline, 'approve');
    await settled(world);
    expect((await dispatchNow(world, one)).state).toBe('proposed');
    await say(ben, project, 'approve');
    await ranOnce(world, one);
  });
});

describe('A word that approves what cannot be undone', () => {
  inFreshWorld({ overrides: { now: hastyClock() } }, enter);
  const asksOnce = (): number => countSaying(world, 'this cannot be undone:');

  it('is asked for once more, and the same person’s second word decides', async () => {
    const { ben } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(world, Outline, { destructive: true });
    await say(ben, Outline, 'approve');
    const question = await messageWith(world, Outline, `<@${ben}>, this cannot be undone:`);
    expect(reads(world, question)).toContain('> Look up the birds of the upper weir');
    expect((await dispatchNow(world, one)).state).toBe('proposed');
    await say(ben, Outline, 'go ahead');
    await ranOnce(world, one);
    expect(asksOnce()).toBe(1);
    // The question still stands there: its button decides nothing any more.
    await approve(world, world.anna, { card: question });
    await world.slack.until(
      () =>
        reads(world, question) === 'Nothing was changed. It was approved already, and its result is there.',
      'the question gives way to what became of it',
    );
    await ranOnce(world, one);
  });

  it('is asked for once more of each person: the word of another is no second one', async () => {
    const { anna, ben } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(world, Outline, { destructive: true });
    await say(ben, Outline, 'approve');
    await messageWith(world, Outline, `<@${ben}>, this cannot be undone:`);
    await say(anna, Outline, 'approve');
    await messageWith(world, Outline, `<@${anna}>, this cannot be undone:`);
    await settled(world);
    expect((await dispatchNow(world, one)).state).toBe('proposed');
    await say(anna, Outline, 'approve');
    await ranOnce(world, one);
    await cardSays(world, one.card, `Approved by <@${anna}>`);
  });

  it('twice in one breath is one word: the question has to stand there first', async () => {
    const { ben } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(world, Outline, { destructive: true });
    await world.restart({ work: false });
    await say(ben, Outline, 'approve');
    await say(ben, Outline, 'approve');
    await world.restart();
    await messageWith(world, Outline, 'this cannot be undone:');
    await settled(world);
    expect((await dispatchNow(world, one)).state).toBe('proposed');
    expect(asksOnce()).toBe(1);
    await say(ben, Outline, 'approve');
    await ranOnce(world, one);
  });

  it('can be followed by the button of the question, by a decline, or by nothing', async () => {
    const { slack, anna, ben, channel } = world;
    const { Outline = '', Cover = '' } = await world.setUp();
    const one = await proposed(world, Outline, { destructive: true });
    await say(ben, Outline, 'approve');
    const question = await messageWith(world, Outline, 'this cannot be undone:');
    const { confirm } = await slack.click({ user: ben, channel, ts: question, actionId: 'dispatch_approve' });
    expect(stringOf(fieldsOf(confirm?.title).text)).toBe('This cannot be undone');
    await slack.until(
      () => reads(world, question).includes(`Approved by <@${ben}>`),
      'the question is answered',
    );
    expect(buttonsOn(world, question)).toEqual([]);
    await ranOnce(world, one);

    const other = await proposed(world, Cover, { destructive: true, task: 'Throw the owls out.' });
    await say(anna, Cover, 'approve');
    await messageWith(world, Cover, 'this cannot be undone:');
    await say(anna, Cover, 'no');
    await cardSays(world, other.card, `Declined by <@${anna}>`);
    await settled(world);
    expect(runsOf(world, 'Throw the owls out.')).toEqual([]);
  });
});
