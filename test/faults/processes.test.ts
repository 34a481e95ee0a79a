import { once } from 'node:events';
import { connect } from 'node:net';
import type { Document } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { AppProcess } from '../support/app-process.ts';
import { lastUserText } from '../support/model-provider.ts';
import { allOf, expectOneAnswerEach, postsIn, repliesIn, withDatabase } from './invariant.ts';
import { type ProcessWorld, startProcessWorld } from './process-world.ts';

let world: ProcessWorld;
let threads: Record<string, string>;
const PARTS = Array.from({ length: 8 }, (_, at) => `Part ${at}`);
beforeAll(async () => {
  world = await startProcessWorld();
  threads = await world.setUp(['Outline', 'Cover', 'Handover', 'Sleep', ...PARTS]);
});
afterEach(() => world.provider.reset());
afterAll(() => world.close());

const thread = (title: string): string => threads[title] ?? '';

describe('Two processes on one database', () => {
  let first: AppProcess;
  let second: AppProcess;
  beforeAll(async () => {
    first = world.app;
    second = await world.start();
  });
  const write = (place: string, text: string) =>
    world.slack.say({
      user: world.anna,
      channel: world.channel,
      threadTs: place,
      text: `<@${world.slack.botUserId}> ${text}`,
      deliver: false,
    });
  const tell = async ({ events }: Awaited<ReturnType<typeof write>>, apps: AppProcess[]): Promise<void> => {
    const sent = apps.flatMap((app) => {
      void world.pointAt(app);
      return Object.values(events).map((event) => world.slack.deliver(event));
    });
    for (const { status } of await Promise.all(sent)) expect(status).toBe(200);
  };

  it('that are both told of the same events answer each mention once', async () => {
    const ask = async (title: string, nth: number): Promise<void> =>
      tell(await write(thread(title), `${title} ${nth}`), [first, second]);
    for (let nth = 1; nth <= 5; nth += 1) await Promise.all([ask('Outline', nth), ask('Cover', nth)]);

    await expectOneAnswerEach(world);
    expect(repliesIn(world, thread('Outline'))).toHaveLength(5);
    expect(repliesIn(world, thread('Cover'))).toHaveLength(5);
  });

  it('keep the order of a thread when a mention arrives just as the lane is handed on', async () => {
    const { provider, gate } = world;
    provider.hold();
    const asked = await write(thread('Handover'), 'The first question');
    await tell(asked, [first]);
    await provider.until(1);
    const jobs = await withDatabase(world.mongoUri, (db) => allOf(db, 'jobs'));
    const job = jobs.find((one) => one.payload.ts === asked.ts);
    await tell(await write(thread('Handover'), 'The second question'), [first]);
    const third = await write(thread('Handover'), 'The third question');
    gate.after(endOf(job?._id), async () => void (await tell(third, [second])));
    provider.release();
    await world.slack.until(() => gate.waiting() === 0, 'the first question leaves its lane');

    await expectOneAnswerEach(world);
    expect(repliesIn(world, thread('Handover'))).toEqual(
      ['first', 'second', 'third'].map((nth) => expect.stringContaining(`The ${nth} question`)),
    );
  });

  it('of which one is stopped past its lease and wakes up later: it writes and posts nothing', async () => {
    const { provider } = world;
    await first.kill();
    await world.pointAt(second);
    provider.answer('Who answers?', 'The one that stayed awake.');
    provider.answer('Who answers?', 'The one that slept.', { times: 1 });
    // The rule added last is used up by the first request that is served; that has to be the sleeper's.
    provider.hold();
    const { ts } = await world.mention(thread('Sleep'), 'Who answers?');
    await provider.until(1);
    second.signal('SIGSTOP');

    provider.release();
    await world.start();
    await expectOneAnswerEach(world);
    const before = await workOn(ts);
    expect(repliesIn(world, thread('Sleep'))).toEqual([
      expect.stringContaining('The one that stayed awake.'),
    ]);

    second.signal('SIGCONT');
    await world.slack.until(() => second.logged('job_fenced'), 'the sleeper notices that it is too late');
    await world.mention(thread('Sleep'), 'And now?');
    await expectOneAnswerEach(world);
    expect(repliesIn(world, thread('Sleep'))).toHaveLength(2);
    expect(postsIn(world, thread('Sleep'))).toHaveLength(2);
    expect(await workOn(ts)).toEqual(before);
    await second.kill();
  });
});

describe('A process that is told to stop with SIGTERM', () => {
  it('under load ends with 0, leaves nothing running and loses nothing', async () => {
    const { provider } = world;
    provider.answer(/./u, (request) => `Read: ${lastUserText(request)}`, { latencyMs: 50 });
    const places = PARTS.map(thread);
    const asking = places.map(async (place) => {
      const said = [];
      for (const nth of ['first', 'second', 'third'])
        said.push(await world.mention(place, `The ${nth} question`));
      return said;
    });
    await provider.until(4);
    const exit = await world.app.kill('SIGTERM');
    const asked = await Promise.all(asking);

    expect(exit).toEqual({ code: 0, signal: null });
    const jobs = await withDatabase(world.mongoUri, (db) => allOf(db, 'jobs'));
    expect(jobs.filter((job) => job.state === 'running')).toEqual([]);
    // With a lease this long, what the stop had left running would not be taken up again in time.
    await world.start({ JOB_LEASE_SECONDS: '600' });
    await Promise.all(asked.map((said) => redeliverLost(said)));
    await expectOneAnswerEach(world);
    for (const place of places) expect(repliesIn(world, place)).toHaveLength(3);
  });

  it('does not wait for a request that never ends', async () => {
    const socket = connect(world.app.port ?? 0, '127.0.0.1');
    await once(socket, 'connect');
    socket.write('POST /slack/events HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{');
    const reply = await fetch(`http://127.0.0.1:${world.app.port}/`);
    expect(reply.status).toBe(404);

    expect(await world.app.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    socket.destroy();
  });
});

/** The write that ends a job, after which its lane has no head until the next one is promoted. */
const endOf = (id: unknown) => (command: Document) =>
  command.update === 'jobs' &&
  String(command.updates?.[0]?.q?._id) === String(id) &&
  command.updates[0].u?.[0]?.$set?.state === 'done';

/** Slack sends again what nobody acknowledged. */
async function redeliverLost(said: Awaited<ReturnType<ProcessWorld['mention']>>[]): Promise<void> {
  for (const one of said) if (one.delivered.some(({ status }) => status !== 200)) await world.redeliver(one);
}

/** What a worker writes down about the answer to a question. */
function workOn(questionTs: string) {
  return withDatabase(world.mongoUri, async (db) => {
    const answer = (await allOf(db, 'answers')).find((one) => one.questionTs === questionTs);
    const deliveries = await allOf(db, 'deliveries');
    return { answer, delivery: deliveries.find((one) => one.key === `answer:${String(answer?._id)}:0`) };
  });
}
