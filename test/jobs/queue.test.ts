import { MongoClient } from 'mongodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createJobIndexes, type JobCollection, type JobRecord } from '../../src/jobs/job-record.ts';
import { createQueue, type WorkQueue } from '../../src/jobs/queue.ts';
import type { NewJob } from '../../src/ports/jobs.ts';
import { useMongo } from '../support/mongo.ts';

const LEASE = 60_000;

describe('The work queue', () => {
  const { uri } = useMongo('queue');
  const client = new MongoClient(uri);
  let jobs: JobCollection;
  let queue: WorkQueue;

  beforeAll(async () => {
    jobs = client.db().collection<JobRecord>('jobs');
    await createJobIndexes(jobs);
    queue = createQueue(jobs);
  });
  beforeEach(() => jobs.deleteMany({}));
  afterAll(() => client.close());

  const job = (ts: string, more: Partial<NewJob<'answer-mention'>> = {}): NewJob<'answer-mention'> => ({
    teamId: 'T1',
    kind: 'answer-mention',
    key: `C1:${ts}`,
    lane: 'thread:C1:1',
    order: ts,
    payload: { channelId: 'C1', ts },
    ...more,
  });

  it('holds one piece of work for a key, however often and at once it is asked for', async () => {
    await Promise.all(Array.from({ length: 20 }, () => queue.enqueue(job('1'))));
    expect(await jobs.countDocuments()).toBe(1);
    const claimed = await queue.claim(LEASE);
    if (claimed !== null) await queue.finish(claimed);
    await queue.enqueue(job('1'));
    expect(await queue.claim(LEASE)).toBeNull();
  });

  it('runs one job of a lane at a time, in the order of their messages', async () => {
    await Promise.all(['5', '3', '1', '4', '2'].map((ts) => queue.enqueue(job(ts))));
    const seen: unknown[] = [];
    for (;;) {
      const claimed = await queue.claim(LEASE);
      if (claimed === null) break;
      expect(await queue.claim(LEASE)).toBeNull();
      seen.push(claimed.payload);
      await queue.finish(claimed);
    }
    expect(seen).toEqual(['1', '2', '3', '4', '5'].map((ts) => ({ channelId: 'C1', ts })));
  });

  it('keeps the order of a lane while its head waits for another try', async () => {
    await queue.enqueue(job('1'));
    await queue.enqueue(job('2'));
    const head = await queue.claim(LEASE);
    if (head !== null) await queue.retry(head, 3_600_000, 'later', true);
    expect(await queue.claim(LEASE)).toBeNull();
  });

  it('lets other lanes and other workspaces run meanwhile', async () => {
    await queue.enqueue(job('1'));
    await queue.enqueue(job('2', { lane: 'thread:C1:2' }));
    await queue.enqueue(job('1', { teamId: 'T2' }));
    const claimed = [await queue.claim(LEASE), await queue.claim(LEASE), await queue.claim(LEASE)];
    expect(claimed.every((one) => one !== null)).toBe(true);
  });

  it('hands a job whose lease ended to the next worker, and the first one can write nothing any more', async () => {
    await queue.enqueue(job('1'));
    const first = await queue.claim(0);
    const second = await queue.claim(LEASE);
    expect(second?.id).toEqual(first?.id);
    expect(second?.fence).toBeGreaterThan(first?.fence ?? 0);
    if (first === null || second === null) throw new Error('nothing was claimed');
    expect(await queue.heartbeat(first, LEASE)).toBe(false);
    await queue.finish(first);
    await queue.retry(first, 0, 'late', true);
    expect((await jobs.findOne({ _id: second.id }))?.state).toBe('running');
    expect(await queue.heartbeat(second, LEASE)).toBe(true);
    await queue.finish(second);
    expect((await jobs.findOne({ _id: second.id }))?.state).toBe('done');
  });

  it('gives a later job of a lane a higher fence than an earlier one', async () => {
    await queue.enqueue(job('1'));
    const first = await queue.claim(LEASE);
    if (first !== null) await queue.finish(first);
    await queue.enqueue(job('2'));
    expect((await queue.claim(LEASE))?.fence).toBeGreaterThan(first?.fence ?? 0);
  });

  it('lets a lane go on after a job was given up', async () => {
    await queue.enqueue(job('1'));
    await queue.enqueue(job('2'));
    const head = await queue.claim(LEASE);
    if (head !== null) await queue.bury(head, 'it never worked');
    expect((await queue.claim(LEASE))?.payload).toEqual({ channelId: 'C1', ts: '2' });
    expect(
      await jobs.countDocuments({ teamId: 'T1', kind: 'answer-mention', key: 'C1:1', state: 'dead' }),
    ).toBe(1);
  });

  it('starts a delayed job when its time has come and not before', async () => {
    await queue.enqueue(job('1', { delayMs: 3_600_000 }));
    expect(await queue.claim(LEASE)).toBeNull();
    await queue.enqueue(job('2', { lane: 'other', delayMs: 0 }));
    expect(await queue.claim(LEASE)).not.toBeNull();
  });

  it('repairs a lane whose head went without a successor', async () => {
    await queue.enqueue(job('1'));
    await queue.enqueue(job('2'));
    await jobs.deleteOne({ teamId: 'T1', kind: 'answer-mention', key: 'C1:1' });
    expect(await queue.claim(LEASE)).toBeNull();
    await queue.repairLanes();
    expect((await queue.claim(LEASE))?.payload).toEqual({ channelId: 'C1', ts: '2' });
  });

  it('loses nothing and runs nothing twice with eight workers and thirty lanes at once', async () => {
    const all = Array.from({ length: 300 }, (_, n) =>
      job(String(n).padStart(4, '0'), { lane: `lane:${n % 30}` }),
    );
    const done: string[] = [];
    const running = new Set<string>();
    let left = all.length;
    const worker = async (): Promise<void> => {
      while (left > 0) {
        const claimed = await queue.claim(LEASE);
        if (claimed === null) continue;
        expect(running.has(claimed.lane)).toBe(false);
        running.add(claimed.lane);
        done.push(JSON.stringify(claimed.payload));
        running.delete(claimed.lane);
        await queue.finish(claimed);
        left -= 1;
      }
    };
    await Promise.all([...all.map((one) => queue.enqueue(one)), ...Array.from({ length: 8 }, worker)]);
    expect(new Set(done).size).toBe(300);
    expect(done).toHaveLength(300);
    expect(await jobs.countDocuments({ state: { $ne: 'done' } }, { hint: { _id: 1 } })).toBe(0);
  });
});
