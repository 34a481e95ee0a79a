import { type Document, ObjectId } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppProcess } from '../support/app-process.ts';
import { textOf } from '../support/fake-slack/index.ts';
import {
  cardText,
  type Deed,
  dispatchesOf,
  dispatchRow,
  expectNoRun,
  expectOneResult,
  type Proposal,
  press,
  propose,
  runsOf,
  summaryOf,
  untilCard,
  untilState,
} from './dispatch-acts.ts';
import { type Claim, sendForged } from './forged-press.ts';
import { allOf, everything, untilIdle, untilQuiet, withDatabase } from './invariant.ts';
import { type ProcessWorld, startProcessWorld } from './process-world.ts';

let world: ProcessWorld;
let slack: ProcessWorld['slack'];
let anna: string;
let ben: string;
let apps: AppProcess[];
const threads: string[] = [];
beforeAll(async () => {
  world = await startProcessWorld();
  ({ slack, anna } = world);
  ben = slack.addUser({ name: 'ben', realName: 'Ben Cole' });
  await slack.invite(world.channel, ben);
  threads.push(...Object.values(await world.setUp(Array.from({ length: 20 }, (_, at) => `Milestone ${at}`))));
  apps = [world.app, await world.start()];
});
afterEach(() => {
  expect(world.gate.waiting()).toBe(0);
  expect(slack.violations).toEqual([]);
});
afterAll(() => world.close());

const proposeIn = (name: string, more: object = {}) => propose(world, threads.pop() ?? '', name, more);
/** The press reaches this one of the two processes. */
const pressAt = (at: number, proposal: Proposal, user: string, what: Deed) => {
  void world.pointAt(apps[at % apps.length] ?? world.app);
  return press(world, proposal, user, what);
};
/** Buttons stand on the card no more; a client that has not heard of it sends the press all the same. */
const latePress = (proposal: Proposal, user: string, what: Deed, more: Partial<Claim> = {}) =>
  sendForged(slack, {
    user,
    channel: world.channel,
    ts: proposal.card,
    threadTs: proposal.thread,
    actionId: `dispatch_${what}`,
    value: proposal.id,
    ...more,
  });
/** What only this person was told in a thread, oldest first. */
const whispers = (user: string, { thread }: Pick<Proposal, 'thread'>): string[] =>
  slack
    .ephemerals(world.channel, user)
    .filter((one) => one.thread_ts === thread)
    .map(textOf);
const setsState = (state: string) => (command: Document) =>
  command.findAndModify === 'dispatches' && command.update?.$set?.state === state;

describe('Approve', () => {
  it('pressed twice at once is one run', async () => {
    const proposal = await proposeIn('heron');
    await Promise.all([press(world, proposal, anna, 'approve'), press(world, proposal, anna, 'approve')]);

    await expectOneResult(world, proposal, [anna]);
    expect(runsOf(world, 'heron')).toHaveLength(1);
    expect(whispers(anna, proposal)).toEqual([expect.stringContaining('approved already')]);
  });

  it('pressed by two people at once is one run, and the other one is told', async () => {
    const proposal = await proposeIn('otter');
    await Promise.all([anna, ben].map((user, at) => pressAt(at, proposal, user, 'approve')));

    await expectOneResult(world, proposal, [anna, ben]);
    expect(runsOf(world, 'otter')).toHaveLength(1);
    const { decidedBy } = await dispatchRow(world, proposal);
    const other = decidedBy === anna ? ben : anna;
    expect(whispers(decidedBy, proposal)).toEqual([]);
    expect(whispers(other, proposal)).toEqual([expect.stringContaining('approved already')]);
    expect(cardText(world, proposal)).not.toContain(`Approved by <@${other}>`);
  });

  it('pressed ten times at once, by two people and through two processes, is one run', async () => {
    const proposal = await proposeIn('beaver');
    const presses = Array.from({ length: 10 }, (_, at) =>
      pressAt(at, proposal, at % 4 < 2 ? anna : ben, 'approve'),
    );
    expect((await Promise.all(presses)).map(({ status }) => status)).toEqual(Array(10).fill(200));

    await expectOneResult(world, proposal, [anna, ben]);
    expect(runsOf(world, 'beaver')).toHaveLength(1);
    expect([...whispers(anna, proposal), ...whispers(ben, proposal)]).toHaveLength(9);
  });

  it('pressed again when the result is there changes nothing', async () => {
    const proposal = await proposeIn('osprey');
    await press(world, proposal, anna, 'approve');
    await expectOneResult(world, proposal, [anna]);
    const before = await dispatchRow(world, proposal);
    for (const what of ['approve', 'decline', 'stop', 'again'] as const) await latePress(proposal, ben, what);

    expect(await dispatchRow(world, proposal)).toEqual(before);
    await expectOneResult(world, proposal, [anna]);
    expect(whispers(ben, proposal)).toHaveLength(4);
    expect(await dispatchesOf(world)).not.toContainEqual(
      expect.objectContaining({ summary: summaryOf('osprey'), state: 'proposed' }),
    );
  });

  it('pressed after Decline does nothing', async () => {
    const proposal = await proposeIn('pike');
    await press(world, proposal, ben, 'decline');
    await untilCard(world, proposal, `Declined by <@${ben}>. Nothing was done.`);
    await latePress(proposal, anna, 'approve');

    await expectNoRun(world, proposal, 'declined');
    expect((await dispatchRow(world, proposal)).decidedBy).toBe(ben);
    expect(cardText(world, proposal)).toContain(`Declined by <@${ben}>. Nothing was done.`);
    expect(whispers(anna, proposal)).toEqual([expect.stringContaining('It was declined already')]);
  });

  it('pressed while somebody else presses Decline, who is faster by a moment, does nothing', async () => {
    const proposal = await proposeIn('trout');
    world.gate.before(setsState('approved'), async () => void (await pressAt(1, proposal, ben, 'decline')));
    await pressAt(0, proposal, anna, 'approve');

    await expectNoRun(world, proposal, 'declined');
    await untilCard(world, proposal, `Declined by <@${ben}>. Nothing was done.`);
    expect(whispers(anna, proposal)).toEqual([expect.stringContaining('It was declined already')]);
    expect(whispers(ben, proposal)).toEqual([]);
  });

  it('pressed a moment before somebody else presses Decline counts', async () => {
    const proposal = await proposeIn('salmon');
    world.gate.before(setsState('declined'), async () => void (await pressAt(1, proposal, anna, 'approve')));
    await pressAt(0, proposal, ben, 'decline');

    await expectOneResult(world, proposal, [anna]);
    expect(runsOf(world, 'salmon')).toHaveLength(1);
    expect(whispers(ben, proposal)).toEqual([expect.stringContaining('approved already')]);
  });

  it('and Decline pressed by everybody at once through both processes have one outcome', async () => {
    const proposal = await proposeIn('perch');
    await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        pressAt(Math.floor(at / 2), proposal, at < 5 ? anna : ben, at % 2 === 0 ? 'approve' : 'decline'),
      ),
    );
    const { state } = await dispatchRow(world, proposal);
    if (state === 'declined') await expectNoRun(world, proposal, 'declined');
    else await expectOneResult(world, proposal, [anna, ben]);
    expect([...whispers(anna, proposal), ...whispers(ben, proposal)]).toHaveLength(9);
  });

  it('by a word and by the button at the same moment is one run', async () => {
    const proposal = await proposeIn('kingfisher');
    const word = { user: ben, channel: world.channel, threadTs: proposal.thread, text: 'go ahead' };
    await Promise.all([slack.say(word), press(world, proposal, anna, 'approve')]);

    await expectOneResult(world, proposal, [anna, ben]);
    expect(runsOf(world, 'kingfisher')).toHaveLength(1);
  });

  it('pressed when nobody decided in time does nothing, and the card says that it is over', async () => {
    const proposal = await proposeIn('eel');
    await withDatabase(world.mongoUri, (db) =>
      db
        .collection('dispatches')
        .updateOne({ _id: new ObjectId(proposal.id) }, { $set: { expiresAt: new Date(Date.now() - 1) } }),
    );
    await Promise.all([
      pressAt(0, proposal, anna, 'approve'),
      pressAt(1, proposal, ben, 'approve'),
      pressAt(1, proposal, ben, 'decline'),
    ]);

    await expectNoRun(world, proposal, 'expired');
    expect((await dispatchRow(world, proposal)).decidedBy).toBeNull();
    await untilCard(world, proposal, 'Nobody decided within 7 days');
    expect(cardText(world, proposal)).not.toContain('Approved');
    for (const told of [...whispers(anna, proposal), ...whispers(ben, proposal)])
      expect(told).toContain('no longer open');
    expect([...whispers(anna, proposal), ...whispers(ben, proposal)]).toHaveLength(3);
  });
});

describe('A press that must not count', () => {
  const OTHER = 'T0OTHER';
  let proposal: Proposal;
  let hidden: Proposal;
  let guest: string;
  let stranger: string;
  let bot: string;
  let outsider: string;
  let before: Awaited<ReturnType<typeof everything>>;
  let asked: number;
  const stored = () => withDatabase(world.mongoUri, everything);

  beforeAll(async () => {
    const { channel } = world;
    guest = slack.addUser({ name: 'gus', isGuest: true });
    stranger = slack.addUser({ name: 'sam', teamId: OTHER });
    bot = slack.addUser({ name: 'robot', isBot: true });
    outsider = slack.addUser({ name: 'olga' });
    for (const user of [guest, stranger, bot]) await slack.invite(channel, user);
    proposal = await proposeIn('swan');
    hidden = await proposeInPrivate('moorhen');
    await untilQuiet(world);
  });
  beforeEach(async () => {
    before = await stored();
    asked = world.provider.requests().length;
  });
  afterEach(async () => {
    await untilQuiet(world);
    expect(await stored()).toEqual(before);
    expect(world.provider.requests()).toHaveLength(asked);
    await expectNoRun(world, proposal, 'proposed');
    expect(cardText(world, proposal)).toContain('waits for approval');
  });

  /** A proposal in a private channel where Anna is alone. */
  async function proposeInPrivate(name: string): Promise<Proposal> {
    const channel = slack.addChannel({ name: 'secret', members: [anna], isPrivate: true });
    const place = { ...world, channel };
    await slack.command({ user: anna, channel, command: '/project' });
    await slack.submit(anna, { name: 'Secret', milestones: 'Vault' });
    const card = await slack.until(
      () => slack.messages(channel).find((one) => one.text === 'Milestone Vault'),
      'the card of the private milestone',
    );
    await untilIdle(world);
    return propose(place, card.ts, name);
  }

  it.each([
    ['a guest', () => guest, 'Guests'],
    ['a bot', () => bot, 'bots'],
    ['somebody of another organisation', () => stranger, 'Only people of this workspace'],
  ])('by %s changes nothing, and they are told', async (_, user, why) => {
    for (const what of ['approve', 'decline', 'stop', 'again'] as const)
      expect(await latePress(proposal, user(), what, { userTeam: teamOf(user()) })).toBe(200);
    await press(world, proposal, user(), 'approve');
    expect(whispers(user(), proposal)).toHaveLength(5);
    for (const told of whispers(user(), proposal)) expect(told).toContain(why);
  });
  const teamOf = (user: string): string => (user === stranger ? OTHER : slack.teamId);

  it('by somebody of another organisation who is said to be of this one changes nothing', async () => {
    await latePress(proposal, stranger, 'approve', { userTeam: slack.teamId });
    await latePress(proposal, stranger, 'decline', { userTeam: null });
    expect(whispers(stranger, proposal).slice(-2)).toEqual([
      expect.stringContaining('other organisations'),
      expect.stringContaining('other organisations'),
    ]);
  });

  it('by somebody who is not in the channel changes nothing', async () => {
    for (const what of ['approve', 'decline', 'stop', 'again'] as const)
      expect(await latePress(proposal, outsider, what)).toBe(200);
  });

  it('in the name of nobody, of the bot itself or of the app changes nothing', async () => {
    for (const user of ['U0NOBODY', slack.botUserId, slack.botId])
      for (const what of ['approve', 'decline'] as const) await latePress(proposal, user, what);
  });

  it('that is said to come from another workspace changes nothing, whoever it names', async () => {
    const claims = [anna, ben, stranger].map((user) => ({ user, team: OTHER }));
    for (const { user, team } of claims)
      expect(await latePress(proposal, user, 'approve', { team })).toBe(200);
    await latePress(proposal, anna, 'approve', { userTeam: OTHER });
  });

  it('that names a dispatch of another workspace changes nothing there or here', async () => {
    const { _id, ...row } = await dispatchRow(world, proposal);
    const theirs = new ObjectId();
    await withDatabase(world.mongoUri, (db) =>
      db.collection('dispatches').insertOne({ ...row, _id: theirs, teamId: OTHER }),
    );
    before = await stored();
    for (const what of ['approve', 'decline', 'stop', 'again'] as const)
      expect(await latePress(proposal, anna, what, { value: theirs.toHexString() })).toBe(200);
    expect(whispers(anna, proposal).slice(-4)).toEqual(
      Array(4).fill(expect.stringContaining('no longer stored')),
    );
  });

  it('on a card of a channel one is in that names a proposal of another channel changes nothing', async () => {
    const secret = await dispatchRow(world, hidden);
    for (const what of ['approve', 'decline', 'stop', 'again'] as const)
      await latePress(proposal, ben, what, { value: hidden.id });
    expect(whispers(ben, proposal)).toEqual(
      Array(4).fill(expect.stringContaining('Only members of the channel')),
    );
    expect(await dispatchRow(world, hidden)).toEqual(secret);
  });

  it.each([
    ['nothing', ''],
    ['a word', 'nonsense'],
    ['an ending without a beginning', ':asked'],
    ['an id that nobody has', '0'.repeat(24)],
    ['a text that is far too long', 'a'.repeat(2_000)],
    ['a condition as text', '{"$gt":""}'],
    ['a zero byte', '\u0000'],
    ['a number', 7],
    ['null', null],
    ['a condition', { $ne: null }],
    ['a list', ['x']],
  ])('with %s for a value changes nothing and is answered', async (_, value) => {
    for (const what of ['approve', 'decline', 'stop', 'again'] as const)
      expect(await latePress(proposal, anna, what, { value })).toBe(200);
  });
});

describe('The word that approves', () => {
  it('counts only from people of the channel who may decide', async () => {
    const { channel } = world;
    const proposal = await proposeIn('bittern');
    const guest = slack.addUser({ name: 'gerd', isGuest: true });
    const stranger = slack.addUser({ name: 'sven', teamId: 'T0OTHER' });
    const bot = slack.addUser({ name: 'rob', isBot: true });
    for (const user of [guest, stranger, bot]) {
      await slack.invite(channel, user);
      for (const text of ['approve', 'go ahead', 'no', `<@${slack.botUserId}> approve`])
        await slack.say({ user, channel, threadTs: proposal.thread, text });
    }
    await expectNoRun(world, proposal, 'proposed');
    expect(whispers(guest, proposal)).toHaveLength(4);
    expect(whispers(stranger, proposal)).toHaveLength(4);

    await slack.say({ user: ben, channel, threadTs: proposal.thread, text: 'Go ahead!' });
    await expectOneResult(world, proposal, [ben]);
  });

  it('told of twice by Slack and to two processes approves once', async () => {
    const proposal = await proposeIn('grebe');
    const { channel } = world;
    const said = await slack.say({
      ...{ user: ben, channel, threadTs: proposal.thread, text: 'approve', deliver: false },
    });
    const { message } = said.events;
    const sent = apps.flatMap((app) => {
      void world.pointAt(app);
      return message === undefined ? [] : [slack.deliver(message), slack.deliver(message)];
    });
    expect((await Promise.all(sent)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await untilState(world, proposal, 'succeeded');

    await expectOneResult(world, proposal, [ben]);
    expect(runsOf(world, 'grebe')).toHaveLength(1);
    const jobs = await withDatabase(world.mongoUri, (db) => allOf(db, 'jobs'));
    expect(jobs.filter((job) => job.state === 'dead')).toEqual([]);
  });
});
