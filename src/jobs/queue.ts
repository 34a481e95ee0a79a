import { type Document, MongoServerError, ObjectId } from 'mongodb';
import type { JobKind, JobQueue, NewJob } from '../ports/jobs.ts';
import { type JobCollection, type JobRecord, LANE_INDEX } from './job-record.ts';

/** A job that this worker holds until its lease ends. */
export interface ClaimedJob {
  id: ObjectId;
  teamId: string;
  kind: JobKind;
  lane: string;
  payload: unknown;
  fence: number;
  attempts: number;
  /** Set once the job was given up and only its notice is missing. */
  givenUp: string | null;
}

/** The queue as the worker sees it. Every write after the claim names the fence and does nothing when it is behind. */
export interface WorkQueue extends JobQueue {
  /** The job due longest, or null. A job whose lease ended is due again. */
  claim(leaseMs: number): Promise<ClaimedJob | null>;
  /** Extends the lease. False when the job was lost. */
  heartbeat(job: ClaimedJob, leaseMs: number): Promise<boolean>;
  finish(job: ClaimedJob): Promise<void>;
  /** Due again in `delayMs`; a try that does not count is taken off the number of tries. */
  retry(job: ClaimedJob, delayMs: number, error: string, counts: boolean): Promise<void>;
  bury(job: ClaimedJob, error: string): Promise<void>;
  /** Due again in `delayMs` for its notice alone. */
  retryNotice(job: ClaimedJob, delayMs: number, cause: string, counts: boolean): Promise<void>;
  /** Lanes whose head went without a successor taking its place go on. */
  repairLanes(): Promise<void>;
}

/** With the head of its lane go the names of files, which are no ids and may be removed one day. */
const GONE = ['active', 'payload.files'];

/**
 * The work queue on MongoDB. Leases and due times are on the server's clock (`$$NOW`), so that processes whose clocks
 * disagree share the work all the same.
 * @param onReady called after a job became claimable here, to wake the worker of this process.
 * @param served the one workspace whose token this process holds: it claims the jobs of no other. Null claims all.
 */
export function createQueue(
  jobs: JobCollection,
  onReady: () => void = () => {},
  served: string | null = null,
): WorkQueue {
  // The one query that may cross workspaces: a job carries its workspace from here on.
  const DUE = {
    ...(served === null ? {} : { teamId: served }),
    active: true,
    $expr: { $lte: ['$dueAt', '$$NOW'] },
  } as const;

  // A guess that saves a refused write: jobs of these lanes begin as waiting. It may be wrong either way.
  const busy = new Set<string>();
  let turn: 1 | -1 = -1;
  const laneOf = (teamId: string, lane: string): string => `${teamId}:${lane}`;

  /**
   * Writes a job unless its key is known. One that may start at once is due since 1970, so that no clock but the
   * server's ever decides when a job starts; one with a delay asks the server for the time.
   */
  async function write(
    job: NewJob,
    start: Pick<JobRecord, 'state' | 'active'>,
  ): Promise<'new' | 'known' | 'lane-taken'> {
    const { teamId, kind, key, lane, order, payload, delayMs } = job;
    const record = { teamId, kind, key, lane, order, payload, ...start, fence: 0, attempts: 0 };
    try {
      if (delayMs === undefined) await jobs.insertOne({ _id: new ObjectId(), ...record, dueAt: new Date(0) });
      else await jobs.updateOne({ teamId, kind, key }, insertDelayed(record, delayMs), { upsert: true });
      return 'new';
    } catch (error) {
      if (isLaneTaken(error)) return 'lane-taken';
      if (isDuplicate(error)) return 'known';
      throw error;
    }
  }

  async function promote(teamId: string, lane: string): Promise<void> {
    try {
      const head = await jobs.findOneAndUpdate(
        { state: 'waiting', teamId, lane },
        [{ $set: { state: 'ready', active: true } }],
        { sort: { order: 1, _id: 1 }, projection: { _id: 1 } },
      );
      if (head !== null) onReady();
      else busy.delete(laneOf(teamId, lane));
    } catch (error) {
      if (!isLaneTaken(error)) throw error;
    }
  }

  /** Behind the head of its lane; a head that has not begun and belongs after it steps back when it is claimed. */
  async function joinLane(job: NewJob): Promise<void> {
    const { teamId, lane } = job;
    await write(job, { state: 'waiting' });
    // Whoever finishes the head promotes what waits; only a head that went before we waited leaves it to us.
    const head = await jobs.findOne({ teamId, lane, active: true }, { projection: { _id: 1 } });
    if (head === null) await promote(teamId, lane);
  }

  async function leave(job: ClaimedJob, change: Document): Promise<void> {
    const left = await jobs.updateOne(held(job), [{ $set: change }, { $unset: GONE }]);
    if (left.modifiedCount > 0) await promote(job.teamId, job.lane);
  }

  async function take(leaseMs: number): Promise<JobRecord | null> {
    // New jobs are due since 1970, others since a moment ago: by turns from both ends, neither waits for the other.
    turn = turn === 1 ? -1 : 1;
    return jobs.findOneAndUpdate(
      DUE,
      [
        {
          $set: {
            state: 'running',
            dueAt: { $add: ['$$NOW', leaseMs] },
            // The server's time, so that a later job on the same records is ahead of an earlier one as well.
            fence: { $max: [{ $add: ['$fence', 1] }, { $toLong: '$$NOW' }] },
            attempts: { $add: ['$attempts', 1] },
          },
        },
      ],
      { sort: { dueAt: turn, _id: turn }, returnDocument: 'after', hint: { active: 1, dueAt: 1, _id: 1 } },
    );
  }

  /**
   * A job written in the moment in which its lane had no head has become the head itself, in front of those that
   * wait. Once claimed nobody can pass it any more: it gives its place to the one that is due first.
   */
  async function stepBack(job: JobRecord): Promise<boolean> {
    const { teamId, lane, order } = job;
    if (job.attempts > 1) return false;
    const ahead = { state: 'waiting', teamId, lane, order: { $lt: order } } as const;
    if ((await jobs.findOne(ahead, { projection: { _id: 1 } })) === null) return false;
    const change = { state: 'waiting', attempts: 0, dueAt: '$$NOW' };
    await jobs.updateOne(held(toClaimed(job)), [{ $set: change }, { $unset: 'active' }]);
    await promote(teamId, lane);
    return true;
  }

  return {
    async enqueue(job) {
      const lane = laneOf(job.teamId, job.lane);
      if (busy.has(lane)) return joinLane(job);
      const written = await write(job, { state: 'ready', active: true });
      if (written === 'new') onReady();
      if (written !== 'lane-taken') return;
      if (busy.size >= BUSY_LANES) busy.clear();
      busy.add(lane);
      await joinLane(job);
    },

    async claim(leaseMs) {
      for (;;) {
        const job = await take(leaseMs);
        if (job === null || !(await stepBack(job))) return job === null ? null : toClaimed(job);
      }
    },

    async heartbeat(job, leaseMs) {
      const kept = await jobs.updateOne(held(job), [{ $set: { dueAt: { $add: ['$$NOW', leaseMs] } } }]);
      return kept.matchedCount > 0;
    },

    finish: (job) => leave(job, { state: 'done', finishedAt: '$$NOW' }),

    bury: (job, error) => leave(job, { state: 'dead', finishedAt: '$$NOW', error: { $literal: error } }),

    async retryNotice(job, delayMs, cause, counts) {
      const change: Document = {
        state: 'ready',
        dueAt: { $add: ['$$NOW', delayMs] },
        givenUp: { $literal: cause },
        attempts: counts ? job.attempts : job.attempts - 1,
      };
      await jobs.updateOne(held(job), [{ $set: change }]);
    },

    async retry(job, delayMs, error, counts) {
      const attempts = counts ? job.attempts : job.attempts - 1;
      const change: Document = {
        state: 'ready',
        dueAt: { $add: ['$$NOW', delayMs] },
        error: { $literal: error },
        attempts,
      };
      await jobs.updateOne(held(job), [{ $set: change }]);
    },

    async repairLanes() {
      const lanes = await jobs
        .aggregate<{ _id: { teamId: string; lane: string } }>([
          { $match: { state: 'waiting' } },
          { $group: { _id: { teamId: '$teamId', lane: '$lane' } } },
        ])
        .toArray();
      for (const { _id } of lanes) await promote(_id.teamId, _id.lane);
    },
  };
}

const BUSY_LANES = 10_000;

const held = (job: ClaimedJob): Document => ({
  _id: job.id,
  teamId: job.teamId,
  fence: job.fence,
  state: 'running',
});

/** An upsert that writes the job when its key is new, due by the server's clock, and changes nothing otherwise. */
function insertDelayed(record: Omit<JobRecord, '_id' | 'dueAt'>, delayMs: number): Document[] {
  const due = { dueAt: { $add: ['$$NOW', delayMs] } };
  const isNew = { $eq: [{ $type: '$state' }, 'missing'] };
  return [
    { $replaceWith: { $cond: [isNew, { $mergeObjects: ['$$ROOT', { $literal: record }, due] }, '$$ROOT'] } },
  ];
}

function toClaimed(job: JobRecord): ClaimedJob {
  const { _id, teamId, kind, lane, payload, fence, attempts, givenUp } = job;
  return { id: _id, teamId, kind, lane, payload, fence, attempts, givenUp: givenUp ?? null };
}

const isDuplicate = (error: unknown): error is MongoServerError =>
  error instanceof MongoServerError && error.code === 11_000;
const isLaneTaken = (error: unknown): boolean => isDuplicate(error) && error.message.includes(LANE_INDEX);
