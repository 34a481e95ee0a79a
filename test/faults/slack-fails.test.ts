import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/world.ts';
import { allOf, expectOneAnswerEach, postsIn, repliesIn, untilIdle, withDatabase } from './invariant.ts';

let world: World;
let slack: World['slack'];
let thread: string;
const threads: string[] = [];
beforeAll(async () => {
  world = await startWorld();
  ({ slack } = world);
  const { project, ...bound } = await world.setUp({
    milestones: Array.from({ length: 10 }, (_, at) => `M${at}`),
  });
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

const say = (text: string, threadTs = thread, channel = world.channel) =>
  slack.say({ user: world.anna, channel, threadTs, text: `<@${slack.botUserId}> ${text}` });
const replies = () => repliesIn(world, thread);
const inThread = () => {
  const here = thread;
  return { match: (args: Record<string, unknown>) => args.thread_ts === here };
};

describe('When Slack fails, an answer', () => {
  it('that Slack took and whose reply was lost stands there once', async () => {
    slack.failNext('chat.postMessage', { kind: 'lostReply' }, inThread());
    await say('Did it arrive?');

    await expectOneAnswerEach(world);
    expect(replies()).toEqual([expect.stringContaining('Did it arrive?')]);
    expect(postsIn(world, thread).map((call) => call.fault)).toEqual(['lostReply']);
    expect(world.provider.requests()).toHaveLength(1);
  });

  it('that Slack took and answered with 500 stands there once', async () => {
    slack.failNext('chat.postMessage', { kind: 'http500', applied: true }, inThread());
    await say('Did it arrive?');

    await expectOneAnswerEach(world);
    expect(replies()).toEqual([expect.stringContaining('Did it arrive?')]);
    expect(postsIn(world, thread).map((call) => call.fault)).toEqual(['http500']);
  });

  it('that Slack answered with 500 and did not take is posted again', async () => {
    slack.failNext('chat.postMessage', { kind: 'http500', applied: false }, inThread());
    slack.failNext('chat.postMessage', { kind: 'refused' }, inThread());
    slack.failNext('chat.postMessage', { kind: 'error', error: 'internal_error' }, inThread());
    await say('Did it arrive?');

    await expectOneAnswerEach(world);
    expect(replies()).toHaveLength(1);
    expect(postsIn(world, thread).map((call) => call.fault)).toEqual([
      'http500',
      'refused',
      'error',
      undefined,
    ]);
    expect(world.provider.requests()).toHaveLength(1);
  });

  it('whose post got lost while looking for it fails as well is still posted once', async () => {
    slack.failNext('chat.postMessage', { kind: 'lostReply' }, inThread());
    const root = thread;
    const match = { match: (args: Record<string, unknown>) => args.ts === root };
    slack.failNext('conversations.replies', { kind: 'http500', applied: false }, match);
    slack.failNext('conversations.replies', { kind: 'rateLimited', retryAfter: 1 }, match);
    await say('Did it arrive?');

    await expectOneAnswerEach(world);
    expect(postsIn(world, thread)).toHaveLength(1);
  });

  it('does not need the reaction that shows that work has begun', async () => {
    slack.failNext('reactions.add', { kind: 'http500', applied: false });
    slack.failNext('reactions.remove', { kind: 'error', error: 'internal_error' });
    await say('No eyes?');

    await expectOneAnswerEach(world);
    expect(replies()).toHaveLength(1);
  });

  it('in a channel that has to wait does not hold up the other channels', async () => {
    const busy = thread;
    const quiet = slack.addChannel({ name: 'quiet', members: [world.anna] });
    const { Cover = '' } = await world.setUp({ channel: quiet, milestones: ['Cover'] });
    // A minute, so that nothing of this process would be posted in time if everything waited.
    slack.failNext('chat.postMessage', { kind: 'rateLimited', retryAfter: 60 }, inThread());
    await say('In the busy channel');
    await slack.until(() => postsIn(world, busy).length === 1, 'Slack asks the busy channel to wait');
    await world.ask({ thread: Cover, channel: quiet, text: 'In the quiet channel' });

    expect(repliesIn({ slack, channel: quiet }, Cover)).toHaveLength(1);
    expect(postsIn(world, busy)).toHaveLength(1);
    expect(replies()).toEqual([]);
    await aMinuteLater();
    await expectOneAnswerEach(world);
    expect(replies()).toHaveLength(1);
  });
});

describe('Where Slack is gone', () => {
  /** The dead letters of a lane, and how often each was tried. */
  const tries = (lane: string) =>
    withDatabase(world.mongoUri, async (db) =>
      (await allOf(db, 'jobs')).filter((job) => job.lane === lane && job.state === 'dead'),
    ).then((jobs) => jobs.map((job) => job.attempts));

  it('a thread that is deleted while the model runs ends the work at once and for good', async () => {
    world.provider.hold();
    const { ts } = await say('Anyone here?');
    await world.provider.until(1);
    await slack.remove({ channel: world.channel, ts: thread });
    world.provider.release();

    await untilIdle(world);
    expect(await tries(`thread:${world.channel}:${thread}`)).toEqual([1]);
    expect(postsIn(world, thread)).toHaveLength(1);
    const answers = await withDatabase(world.mongoUri, (db) => allOf(db, 'answers'));
    expect(answers.find((one) => one.questionTs === ts)?.state).toBe('stopped');
  });

  it.each(['kicks the bot', 'archives it', 'deletes it'])(
    'a channel whose owner %s while the model runs ends the work, and other channels go on',
    async (what) => {
      const channel = slack.addChannel({ name: what.replaceAll(' ', '-'), members: [world.anna] });
      const { Cover = '' } = await world.setUp({ channel, milestones: ['Cover'] });
      world.provider.hold();
      await say('Anyone here?', Cover, channel);
      await world.provider.until(1);
      if (what === 'kicks the bot') await slack.kick(channel, slack.botUserId);
      else if (what === 'archives it') await slack.archiveChannel(channel);
      else await slack.deleteChannel(channel);
      world.provider.release();
      await untilIdle(world);

      expect(await tries(`thread:${channel}:${Cover}`)).toEqual([1]);
      expect(postsIn({ slack, channel }, Cover)).toHaveLength(1);
      await say('Still there?');
      await untilIdle(world);
      expect(replies()).toEqual([expect.stringContaining('Still there?')]);
    },
  );
});

/** The wait that Slack asked for is over: due times lie in the database, on its server's clock. */
function aMinuteLater(): Promise<unknown> {
  return withDatabase(world.mongoUri, (db) =>
    db.collection('jobs').updateMany({ active: true }, [{ $set: { dueAt: '$$NOW' } }], {
      hint: { active: 1, dueAt: 1, _id: 1 },
    }),
  );
}
