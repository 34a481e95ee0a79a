import type { Collection, ObjectId } from 'mongodb';
import type { JobKind } from '../ports/jobs.ts';

/**
 * `waiting` behind another job of its lane → `ready` (head of its lane, due at `dueAt`) → `running` (until its lease
 * ends at `dueAt`) → `done`, or `dead` after its last try.
 */
export type JobState = 'waiting' | 'ready' | 'running' | 'done' | 'dead';

/** A job as it is stored. */
export interface JobRecord {
  _id: ObjectId;
  teamId: string;
  kind: JobKind;
  key: string;
  lane: string;
  order: string;
  payload: unknown;
  state: JobState;
  /** Set on the head of a lane only; the unique index on it is what keeps a lane to one job at a time. */
  active?: true;
  dueAt: Date;
  fence: number;
  attempts: number;
  error?: string;
  /** Why it was given up, while its notice could not be shown yet: the work itself does not run again. */
  givenUp?: string;
  finishedAt?: Date;
}

export type JobCollection = Collection<JobRecord>;

const WEEK_SECONDS = 7 * 24 * 3_600;
export const LANE_INDEX = 'one_head_per_lane';

/** Creates the indexes of the queue; safe to call at every start and from several processes. */
export async function createJobIndexes(jobs: JobCollection): Promise<void> {
  await jobs.createIndexes([
    { key: { teamId: 1, kind: 1, key: 1 }, unique: true, name: 'one_job_per_key' },
    {
      key: { teamId: 1, lane: 1 },
      unique: true,
      name: LANE_INDEX,
      partialFilterExpression: { active: true },
    },
    { key: { active: 1, dueAt: 1, _id: 1 }, name: 'due', partialFilterExpression: { active: true } },
    {
      key: { state: 1, teamId: 1, lane: 1, order: 1, _id: 1 },
      name: 'lane_order',
      partialFilterExpression: { state: 'waiting' },
    },
    { key: { finishedAt: 1 }, name: 'forget', expireAfterSeconds: WEEK_SECONDS },
  ]);
}
