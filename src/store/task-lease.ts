import type { Model, PipelineStage, QueryFilter } from 'mongoose';
import { type Actor, CLOCK } from '../domain/actor.ts';
import type { Task, TaskEvent } from '../domain/task.ts';
import type { TaskStore } from '../ports/tasks.ts';
import { byRef } from './ids.ts';
import { orNull, type TaskRow } from './task-schema.ts';

/** How tasks come to a holder and back. A lease begins and ends on the server's clock. */
export function createLeases(tasks: Model<TaskRow>): Pick<TaskStore, 'claim' | 'endLease'> {
  async function update(filter: QueryFilter<TaskRow>, $set: Values) {
    const options = { returnDocument: 'after', updatePipeline: true } as const;
    return orNull(await tasks.findOneAndUpdate(filter, [{ $set }], options).lean());
  }

  return {
    async claim(task, holder, worker, leaseMs) {
      const until = leaseMs === null ? null : { $add: ['$$NOW', leaseMs] };
      if (isHeldBy(task, holder, worker)) {
        const own = {
          'lease.holder.kind': holder.kind,
          'lease.holder.id': holder.id,
          'lease.worker': worker,
        };
        return update({ ...byRef(task), status: 'in_progress', ...own }, { 'lease.until': until });
      }
      const { revision } = task;
      return update(
        { ...byRef(task), revision, $or: [{ status: 'ready' }, { status: 'in_progress', ...ENDED }] },
        {
          status: 'in_progress',
          lease: { holder: literal(holder), worker: { $literal: worker }, until },
          // Whoever takes it from a lease that has ended goes on with work that is in progress already.
          statusSince: { $cond: [{ $eq: ['$status', 'in_progress'] }, '$statusSince', '$$NOW'] },
          ...changed(holder, 'claimed', 'in_progress'),
        },
      );
    },
    async endLease(ref) {
      return update(
        { ...byRef(ref), status: 'in_progress', ...ENDED },
        { status: 'ready', lease: null, statusSince: '$$NOW', ...changed(CLOCK, 'lease_ended', 'ready') },
      );
    },
  };
}

type Values = PipelineStage.Set['$set'];

/** Later than any lease: stands for one without end. */
const FOREVER = new Date(8_640_000_000_000_000);
const ENDED = { $expr: { $lt: [{ $ifNull: ['$lease.until', FOREVER] }, '$$NOW'] } };

function changed(by: Actor, what: TaskEvent['what'], to: Task['status']): Values {
  const revision = { $add: ['$revision', 1] };
  const event = { revision, at: '$$NOW', by: literal(by), what, from: '$status', to, version: null };
  return { revision, unsettled: true, lastChange: event };
}

/** Names may begin with a dollar sign, which would make them fields. */
const literal = (actor: Actor): object =>
  Object.fromEntries(Object.entries(actor).map(([field, value]) => [field, { $literal: value }]));

function isHeldBy({ status, lease }: Task, { kind, id }: Actor, worker: string): boolean {
  if (status !== 'in_progress' || lease === null) return false;
  return lease.holder.kind === kind && lease.holder.id === id && lease.worker === worker;
}
