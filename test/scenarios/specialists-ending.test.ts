import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { startAppProcess } from '../support/app-process.ts';
import { startFakeSlack } from '../support/fake-slack/index.ts';
import { lastUserText } from '../support/model-provider.ts';
import { dropDatabase, freshDatabaseUri } from '../support/mongo.ts';
import type { World } from '../support/world.ts';
import { hastyClock, inFreshWorld, reads, sent, whispered, whispersTo } from './acting.ts';
import {
  ASKED,
  apiOf,
  approve,
  buttonsOn,
  carriedOut,
  countSaying,
  dispatchesOf,
  dispatchNow,
  leftNothing,
  listed,
  messagesOf,
  outdated,
  proposed,
  runsOf,
  settled,
  toBot,
  willPropose,
} from './dispatch-acts.ts';
import { atRest, cardSays, messageWith, press } from './planning-acts.ts';

let world: World;
const enter = (fresh: World): void => {
  world = fresh;
};

const say = (user: string, threadTs: string, text: string) =>
  world.slack.say({ user, channel: world.channel, threadTs, text });

describe('A proposal nobody decides', () => {
  inFreshWorld({ overrides: { now: hastyClock() } }, enter);

  const expireNow = ({ id }: { id: string }) =>
    world.milepost.connection
      .collection('dispatches')
      .updateOne({ _id: new ObjectId(id) }, { $set: { expiresAt: new Date(0) } });

  it('expires by itself: its card says so and offers nothing more', async () => {
    const { ben, milepost } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(world, Outline);
    const old = outdated(world, one.card);
    const job = { teamId: milepost.teamId, kind: 'expire-dispatch', key: one.id };
    const due = await milepost.connection.collection('jobs').findOne(job);
    const days = (due?.dueAt.getTime() - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(6.9);
    expect(days).toBeLessThan(7.1);
    await expireNow(one);
    await milepost.connection.collection('jobs').updateOne(job, { $set: { dueAt: new Date(0) } });
    await cardSays(world, one.card, 'Nobody decided within 7 days. Ask for it again if it is still wanted.');
    expect(buttonsOn(world, one.card)).toEqual([]);
    expect(await dispatchNow(world, one)).toMatchObject({
      state: 'expired',
      ending: 'time',
      decidedBy: null,
    });
    old.show();
    for (const action of ['dispatch_approve', 'dispatch_decline']) await press(world, ben, one.card, action);
    await whispered(world, ben, 'Nothing was changed. It is no longer open.');
    await leftNothing(world);
  });

  it.each(['approve', 'decline'])(
    'is expired for whoever is late, before the clock has come round: %s',
    async (what) => {
      const { ben } = world;
      const { Outline = '' } = await world.setUp();
      const one = await proposed(world, Outline, { destructive: true });
      await expireNow(one);
      await press(world, ben, one.card, `dispatch_${what}`);
      await whispered(world, ben, 'Nothing was changed. It is no longer open.');
      await cardSays(world, one.card, 'Nobody decided within 7 days.');
      expect(await dispatchNow(world, one)).toMatchObject({ state: 'expired', decidedBy: null });
      await leftNothing(world);
    },
  );

  it('is expired for a late word as well', async () => {
    const { ben } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(world, Outline, { destructive: true });
    await expireNow(one);
    await say(ben, Outline, 'approve');
    await whispered(world, ben, 'It is no longer open. Ask for it again if it is still wanted.');
    await cardSays(world, one.card, 'Nobody decided within 7 days.');
    await leftNothing(world);
  });

  it('does not expire by a job that comes too early, which looks again in time, nor once it was decided', async () => {
    const { ben, milepost, slack } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(world, Outline);
    const jobs = milepost.connection.collection('jobs');
    const job = { teamId: milepost.teamId, kind: 'expire-dispatch', key: one.id };
    await jobs.updateOne(job, { $set: { dueAt: new Date(0) } });
    await slack.until(async () => {
      const now = await jobs.findOne(job);
      return now?.state === 'ready' && now.dueAt > new Date();
    }, 'the job is put off');
    expect((await dispatchNow(world, one)).state).toBe('proposed');
    await carriedOut(world, Outline, one, ben);
    await milepost.handlers['expire-dispatch'].run(
      { dispatchId: one.id },
      { teamId: milepost.teamId, jobId: '', fence: 1, attempt: 1, signal: new AbortController().signal },
    );
    expect((await dispatchNow(world, one)).state).toBe('succeeded');
  });
});

describe('A proposal whose question', () => {
  inFreshWorld({ overrides: { now: hastyClock() } }, enter);
  const TAKEN_BACK = 'What it was proposed from was changed or deleted.';

  it('is edited is taken back, and what the new question leads to stands', async () => {
    const { slack, anna, ben, channel } = world;
    const { Outline = '' } = await world.setUp();
    const first = await proposed(world, Outline);
    const old = outdated(world, first.card);
    willPropose(world, { task: 'Count the owls.', summary: 'Count owls' }, 'Rather the owls');
    await slack.edit({ channel, ts: first.question, text: toBot(world, 'Rather the owls') });
    await cardSays(world, first.card, TAKEN_BACK);
    expect(reads(world, first.card)).not.toContain('birds');
    expect(buttonsOn(world, first.card)).toEqual([]);
    const [, second] = await slack.until(async () => {
      const all = await dispatchesOf(world, first.question);
      return all[1]?.cardTs == null ? undefined : all;
    }, 'the new one stands');
    expect(second).toMatchObject({ state: 'proposed', summary: 'Count owls' });
    old.show();
    await approve(world, anna, first);
    await whispered(world, anna, 'Nothing was changed. It is no longer open.');
    // One is open: a word is about that one.
    await say(ben, Outline, 'go ahead');
    await slack.until(
      async () => (await dispatchesOf(world, first.question))[1]?.state === 'succeeded',
      'done',
    );
    expect(runsOf(world)).toEqual([]);
    expect(runsOf(world, 'Count the owls.')).toHaveLength(1);
  });

  it('is edited to one that needs nobody is taken back', async () => {
    const { slack, channel } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(world, Outline);
    await slack.edit({ channel, ts: one.question, text: toBot(world, 'Never mind.') });
    await cardSays(world, one.card, TAKEN_BACK);
    await settled(world);
    expect(await dispatchesOf(world, one.question)).toHaveLength(1);
    await world.ask({ thread: Outline, text: 'What is open?' });
    expect(sent(world.provider.requests().at(-1))).not.toContain('Look up the birds');
  });

  it('is deleted is taken back: nothing of it can be approved, and it is told to no model', async () => {
    const { slack, anna, ben, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(world, Outline);
    const old = outdated(world, one.card);
    await slack.remove({ channel, ts: one.question });
    await cardSays(world, one.card, TAKEN_BACK);
    expect(reads(world, one.card)).not.toContain('birds');
    expect(await dispatchNow(world, one)).toMatchObject({ state: 'expired', ending: 'withdrawn', task: '' });
    old.show();
    await approve(world, anna, one);
    await whispered(world, anna, 'Nothing was changed. It is no longer open. Ask for it again');
    await say(ben, Outline, 'approve');
    await leftNothing(world);
    expect(JSON.stringify(await messagesOf(world, one.conversationId))).not.toContain('birds');
    const before = provider.requests().length;
    await world.ask({ thread: Outline, text: 'What is open?' });
    expect(sent(provider.requests()[before])).not.toContain('birds');
  });

  it('is deleted while the answer is on its way is not proposed any more', async () => {
    const { slack, anna, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    willPropose(world);
    let question = '';
    slack.after(
      'chat.postMessage',
      async () => {
        await slack.remove({ channel, ts: question });
      },
      { match: ({ text }) => String(text).includes('I have proposed somebody') },
    );
    provider.hold();
    const asked = await say(anna, Outline, toBot(world, ASKED));
    question = asked.ts;
    provider.release();
    await slack.until(() => countSaying(world, 'I have proposed somebody') === 1, 'the answer stands there');
    await settled(world);
    for (const { state } of await dispatchesOf(world, question)) expect(state).toBe('expired');
    expect(countSaying(world, 'waits for approval')).toBe(0);
    const conversation = await world.milepost.stores.conversations.findByThread(
      world.milepost.teamId,
      channel,
      Outline,
    );
    expect(JSON.stringify(await messagesOf(world, conversation?.id ?? ''))).not.toContain('birds');
  });
});

describe('A proposal in a channel that is', () => {
  inFreshWorld({ overrides: { now: hastyClock() } }, enter);

  it('archived is decided by nobody', async () => {
    const { slack, ben, channel } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(world, Outline);
    await slack.archiveChannel(channel, { deliver: true });
    await atRest(world, 'refresh-card', 'refresh-homes');
    await press(world, ben, one.card, 'dispatch_approve');
    await slack.until(
      () => slack.callsOf('chat.postEphemeral').some(({ args }) => String(args.text).includes('archived')),
      'the refusal is told as far as Slack lets us',
    );
    await settled(world);
    expect(await dispatchNow(world, one)).toMatchObject({ state: 'proposed', taskThreadId: null });
    expect(runsOf(world)).toEqual([]);
    await slack.unarchiveChannel(channel);
    await carriedOut(world, Outline, one, ben);
  });

  it('a project no more is decided by nobody, by button or by word', async () => {
    const { ben } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(world, Outline);
    const api = await apiOf(world);
    const [project] = await listed(api, '/projects');
    expect((await api.call('DELETE', `/projects/${project?.id}`)).status).toBe(200);
    await approve(world, ben, one);
    await say(ben, Outline, 'approve');
    await world.slack.until(() => whispersTo(world, ben).length === 2, 'both are refused');
    for (const line of whispersTo(world, ben)) expect(line).toContain('This project was taken out of use');
    await leftNothing(world);
    expect((await dispatchNow(world, one)).state).toBe('proposed');
  });
});

describe('Specialists of one’s own', () => {
  it('with a mistake in their file stop the start, which names file, line and what is wrong', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'specialists-'));
    const slack = await startFakeSlack();
    const mongoUri = freshDatabaseUri('specialists');
    try {
      await writeFile(
        join(dir, 'birder.yml'),
        'key: birder\nname: Birder\nwhen_to_use: For birds.\ninstructions: You look for birds.\ntools: [fly]\n',
      );
      const start = startAppProcess({
        SLACK_BOT_TOKEN: slack.botToken,
        SLACK_SIGNING_SECRET: slack.signingSecret,
        SLACK_API_URL: slack.apiUrl,
        MONGODB_URI: mongoUri,
        SPECIALISTS_DIR: dir,
      });
      await expect(start).rejects.toThrow(
        /The app ended while it started \(1\)[\s\S]*could not start[\s\S]*birder\.yml, line 5: tools: there is no tool "fly"/u,
      );
      expect(slack.calls).toEqual([]);
    } finally {
      await slack.close();
      await dropDatabase(mongoUri);
      await rm(dir, { recursive: true });
    }
  });
});

describe('Specialists of one’s own that are in order', () => {
  let dir = '';
  const env: Record<string, string> = {};
  inFreshWorld({ overrides: { now: hastyClock() }, env }, enter);

  it('take the place of those that are shipped; one that is gone since it was approved ends its work', async () => {
    dir = await mkdtemp(join(tmpdir(), 'specialists-'));
    const file = (key: string, name: string): Promise<void> =>
      writeFile(
        join(dir, `${key}.yml`),
        `key: ${key}\nname: ${name}\nwhen_to_use: For birds.\ninstructions: You are ${name}.\ntools: []\n`,
      );
    try {
      const { ben, provider } = world;
      const { Outline = '' } = await world.setUp();
      const shipped = await proposed(world, Outline);
      await file('birder', 'Birder');
      env.SPECIALISTS_DIR = dir;
      await world.restart();
      await approve(world, ben, shipped);
      await cardSays(
        world,
        shipped.card,
        'This specialist is no longer set up. Ask your administrator about it.',
      );
      expect(buttonsOn(world, shipped.card)).toEqual(['Try again']);
      await leftNothing(world);

      const one = await proposed(
        world,
        Outline,
        { specialist: 'birder' },
        { asked: 'Now the birder, please' },
      );
      const request = provider.requests().find((each) => lastUserText(each).includes('Now the birder'));
      expect(JSON.stringify(request?.tools)).toContain('- birder (Birder): For birds.');
      expect(JSON.stringify(request?.tools)).not.toContain('- researcher');
      await carriedOut(world, Outline, one, ben);
      expect(sent(runsOf(world).at(-1))).toContain('You are Birder.');
      expect(reads(world, await messageWith(world, Outline, 'is done.'))).toContain('*Birder* is done.');
    } finally {
      delete env.SPECIALISTS_DIR;
      await rm(dir, { recursive: true });
    }
  });
});
