import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../support/world.ts';
import { allOf, expectOneAnswerEach, repliesIn, untilIdle, withDatabase } from './invariant.ts';

let world: World;
let slack: World['slack'];
let place: World & { thread: string };
const threads: string[] = [];
beforeAll(async () => {
  world = await startWorld();
  ({ slack } = world);
  const milestones = Array.from({ length: 18 }, (_, at) => `Milestone ${at}`);
  const { project, ...bound } = await world.setUp({ milestones });
  threads.push(...Object.values(bound));
});
beforeEach(() => {
  place = { ...world, thread: threads.pop() ?? '' };
});
afterEach(() => world.provider.reset());
afterAll(() => world.close());

const written = (text: string) => ({
  user: world.anna,
  channel: world.channel,
  threadTs: place.thread,
  text: `<@${slack.botUserId}> ${text}`,
});
const replies = () => repliesIn(place, place.thread);
/** How many pieces of work a question has become. */
const workOn = ({ ts }: { ts: string }) =>
  withDatabase(world.mongoUri, async (db) =>
    (await allOf(db, 'jobs')).filter((job) => job.kind === 'answer-mention' && job.payload.ts === ts),
  );

describe('Events as Slack really delivers them', () => {
  it('the same event four times at once is answered once', async () => {
    const said = await slack.say({ ...written('How long is it?'), copies: 4 });

    expect(said.delivered.map((one) => one.status)).toEqual(Array(8).fill(200));
    await expectOneAnswerEach(place);
    expect(replies()).toEqual([expect.stringContaining('How long is it?')]);
    expect(world.provider.requests()).toHaveLength(1);
    expect(await workOn(said)).toHaveLength(1);
  });

  it('an event whose first delivery was lost is answered when the retry arrives', async () => {
    const { port } = world.milepost;
    await slack.connect({ requestUrl: 'http://127.0.0.1:9/slack/events' });
    const said = await slack.say({ ...written('Did you hear me?'), retries: false });
    expect(said.delivered.map((one) => one.status)).toEqual([0, 0]);

    await slack.connect({ requestUrl: `http://127.0.0.1:${port}/slack/events` });
    for (const event of Object.values(said.events)) {
      const retried = await slack.deliver(event, { retryNum: 1, retryReason: 'http_timeout' });
      expect(retried.status).toBe(200);
    }
    await expectOneAnswerEach(place);
    expect(replies()).toEqual([expect.stringContaining('Did you hear me?')]);
  });

  it.each(['together', 'message-first', 'mention-first'] as const)(
    'a message and an app_mention for one mention are one question (%s)',
    async (order) => {
      const said = await slack.say({ ...written('Who is it for?'), order });

      await expectOneAnswerEach(place);
      expect(replies()).toHaveLength(1);
      expect(await workOn(said)).toHaveLength(1);
      expect(world.provider.requests()).toHaveLength(1);
    },
  );

  it('either of the two events alone is enough', async () => {
    await slack.say({ ...written('Only the message came'), events: 'message' });
    await slack.say({ ...written('Only the mention came'), events: 'mention' });

    await expectOneAnswerEach(place);
    expect(replies()).toHaveLength(2);
  });

  it('one client_msg_id with two ts is answered once', async () => {
    const clientMsgId = 'a1b2c3d4-0000-4000-8000-000000000000';
    await slack.say({ ...written('Sent on a bad line'), clientMsgId });
    const again = await slack.say({ ...written('Sent on a bad line'), clientMsgId });

    await expectOneAnswerEach(place, [again.ts]);
    expect(replies()).toHaveLength(1);
    expect(world.provider.requests()).toHaveLength(1);
  });

  it('three mentions of one thread are answered in their order, however slow the first is', async () => {
    world.provider.hold();
    await slack.say(written('The first question'));
    await world.provider.until(1);
    await slack.say(written('The second question'));
    await slack.say(written('The third question'));
    // By the time a later question elsewhere is answered, nothing but their lane has held these two back.
    await world.ask({ thread: threads.pop() ?? '', text: 'Meanwhile, elsewhere' });
    expect(world.provider.requests()).toHaveLength(2);
    world.provider.release();

    await expectOneAnswerEach(place);
    expect(replies()).toEqual(
      ['first', 'second', 'third'].map((nth) => expect.stringContaining(`The ${nth} question`)),
    );
  });

  it('the mention of a thread that arrives late does not overtake or block the others', async () => {
    const early = await slack.say({ ...written('Asked first'), deliver: false });
    await slack.say(written('Asked second'));
    await untilIdle(world);
    for (const event of Object.values(early.events)) await slack.deliver(event);

    await untilIdle(world);
    expect([...replies()].sort()).toEqual(
      ['first', 'second'].map((nth) => expect.stringContaining(`Asked ${nth}`)),
    );
    expect(world.provider.requests()).toHaveLength(2);
  });
});

describe('A question that is edited', () => {
  const edit = (ts: string, text: string, deliver = true) =>
    slack.edit({ channel: world.channel, ts, text: `<@${slack.botUserId}> ${text}`, deliver });
  const asked = () => world.provider.requests().map((one) => JSON.stringify(one.messages));

  it('in an event that comes before the question itself is answered in its newest form', async () => {
    const said = await slack.say({ ...written('How lnog is it?'), deliver: false });
    await edit(said.ts, 'How long is it?');
    for (const event of Object.values(said.events)) await slack.deliver(event);

    await expectOneAnswerEach(place);
    expect(replies()).toEqual([expect.stringContaining('How long is it?')]);
    expect(asked().join('\n')).not.toContain('lnog');
  });

  it('before its turn comes is answered in its newest form only', async () => {
    world.provider.hold();
    await slack.say(written('Something slow'));
    await world.provider.until(1);
    const said = await slack.say(written('How lnog is it?'));
    await edit(said.ts, 'How long is it?');
    world.provider.release();

    await expectOneAnswerEach(place);
    expect(replies().at(-1)).toContain('How long is it?');
    expect(asked()).toHaveLength(2);
    expect(asked().join('\n')).not.toContain('lnog');
  });

  it('while the model runs is answered in its newest form, in one message', async () => {
    world.provider.hold();
    const said = await slack.say(written('How lnog is it?'));
    await world.provider.until(1);
    await edit(said.ts, 'How long is it?');
    world.provider.release();

    await expectOneAnswerEach(place);
    expect(replies()).toEqual([expect.stringContaining('How long is it?')]);
  });

  it('after the answer is answered again in the same message', async () => {
    const said = await slack.say(written('How lnog is it?'));
    await untilIdle(world);
    expect(replies()).toEqual([expect.stringContaining('lnog')]);
    await edit(said.ts, 'How long is it?');

    await expectOneAnswerEach(place);
    expect(replies()).toEqual([expect.stringContaining('How long is it?')]);
  });

  it('twice, told in the wrong order, is answered in its newest form', async () => {
    const said = await slack.say(written('How lnog is it?'));
    const older = await edit(said.ts, 'How long was it?', false);
    const newer = await edit(said.ts, 'How long is it?', false);
    await slack.deliver(newer.event);
    await slack.deliver(older.event);

    await expectOneAnswerEach(place);
    expect(replies()).toEqual([expect.stringContaining('How long is it?')]);
  });
});

describe('A question that is deleted', () => {
  const remove = (ts: string) => slack.remove({ channel: world.channel, ts });

  it('in an event that comes before the question itself is not answered', async () => {
    const said = await slack.say({ ...written('Forget it'), deliver: false });
    await remove(said.ts);
    for (const event of Object.values(said.events)) await slack.deliver(event);
    await slack.say(written('And this one?'));

    await expectOneAnswerEach(place);
    expect(replies()).toEqual([expect.stringContaining('And this one?')]);
    expect(JSON.stringify(world.provider.requests())).not.toContain('Forget it');
  });

  it('while the model runs is not answered, and the next one is', async () => {
    world.provider.hold();
    const said = await slack.say(written('Forget it'));
    await world.provider.until(1);
    await slack.say(written('And this one?'));
    await remove(said.ts);
    world.provider.release();

    await expectOneAnswerEach(place);
    expect(replies()).toEqual([expect.stringContaining('And this one?')]);
  });

  it('between two tries leaves nothing half-done', async () => {
    world.provider.answer('Forget it', { error: 503 }, { times: 1 });
    world.provider.hold();
    const said = await slack.say(written('Forget it'));
    await world.provider.until(1);
    await remove(said.ts);
    world.provider.release();

    await expectOneAnswerEach(place);
    expect(replies()).toEqual([]);
  });
});
