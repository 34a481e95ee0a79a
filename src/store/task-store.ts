import { type Connection, type PipelineStage, Types } from 'mongoose';
import type { Task, TaskEvent } from '../domain/task.ts';
import type { NewTask, TaskStore } from '../ports/tasks.ts';
import { isDuplicateKey } from './duplicate-key.ts';
import { byRef } from './ids.ts';
import { ONE_TRIP } from './schema.ts';
import { listTasks } from './task-list.ts';
import { type TaskEventRow, type TaskRow, taskEventModel, taskModel } from './task-schema.ts';

export function createTaskStore(connection: Connection): TaskStore {
  const tasks = taskModel(connection);
  const events = taskEventModel(connection);
  const after = { returnDocument: 'after' } as const;

  return {
    async create(news) {
      const row = toRow(news);
      try {
        await tasks.create([row]);
        return { task: toTask(row), made: true };
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      const held = await tasks.findOne({ teamId: news.teamId, origin: news.origin }).lean();
      if (held === null) throw new Error('A task was refused as known and is not there.');
      return { task: toTask(held), made: false };
    },
    async findById(ref) {
      return orNull(await tasks.findOne(byRef(ref)).lean());
    },
    async change(task, change, { by, what, version }) {
      const revision = task.revision + 1;
      const at = new Date();
      const to = change.status ?? task.status;
      const event: TaskEvent = { revision, at, by, what, from: task.status, to, version };
      const moved = to === task.status ? {} : { statusSince: at };
      const $set = { ...change, ...moved, revision, lastChange: event, unsettled: true };
      const filter = { ...byRef(task), revision: task.revision };
      return orNull(await tasks.findOneAndUpdate(filter, { $set }, after).lean());
    },
    async claim(task, holder, worker, leaseMs) {
      const own = { 'lease.holder.kind': holder.kind, 'lease.holder.id': holder.id, 'lease.worker': worker };
      const ended = { $expr: { $lt: [{ $ifNull: ['$lease.until', FOREVER] }, '$$NOW'] } };
      const isOwn = task.lease !== null && task.status === 'in_progress' && ownedBy(task, own);
      const until = leaseMs === null ? null : { $add: ['$$NOW', leaseMs] };
      if (isOwn) {
        const kept = { ...byRef(task), status: 'in_progress', ...own };
        return orNull(
          await tasks
            .findOneAndUpdate(kept, [{ $set: { 'lease.until': until } }], {
              returnDocument: 'after',
              updatePipeline: true,
            })
            .lean(),
        );
      }
      const revision = task.revision + 1;
      const filter = {
        ...byRef(task),
        revision: task.revision,
        $or: [{ status: 'ready' }, { status: 'in_progress', ...ended }],
      };
      const claimed: PipelineStage.Set['$set'] = {
        status: 'in_progress',
        lease: { holder: literal(holder), worker: { $literal: worker }, until },
        statusSince: '$$NOW',
        revision,
        unsettled: true,
        lastChange: {
          revision,
          at: '$$NOW',
          by: literal(holder),
          what: 'claimed',
          from: '$status',
          to: 'in_progress',
          version: null,
        },
      };
      return orNull(
        await tasks
          .findOneAndUpdate(filter, [{ $set: claimed }], { returnDocument: 'after', updatePipeline: true })
          .lean(),
      );
    },
    async endLease(ref) {
      const filter = {
        ...byRef(ref),
        status: 'in_progress',
        $expr: { $lt: [{ $ifNull: ['$lease.until', FOREVER] }, '$$NOW'] },
      };
      const revision = { $add: ['$revision', 1] };
      const change: PipelineStage.Set['$set'] = {
        status: 'ready',
        lease: null,
        statusSince: '$$NOW',
        revision,
        unsettled: true,
        lastChange: {
          revision,
          at: '$$NOW',
          by: { kind: 'clock', id: 'clock', name: 'Milepost' },
          what: 'lease_ended',
          from: '$status',
          to: 'ready',
          version: null,
        },
      };
      return orNull(
        await tasks
          .findOneAndUpdate(filter, [{ $set: change }], { returnDocument: 'after', updatePipeline: true })
          .lean(),
      );
    },
    async settled(task) {
      await tasks.updateOne({ ...byRef(task), revision: task.revision }, { $set: { unsettled: false } });
    },
    async listUnsettled(teamId, forMs, limit) {
      const before = { $expr: { $lt: ['$lastChange.at', { $subtract: ['$$NOW', forMs] }] } };
      const rows = await tasks
        .find({ teamId, unsettled: true, ...before })
        .sort({ _id: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean();
      return rows.map(toTask);
    },
    async list(query) {
      return (await listTasks(tasks, query)).map(toTask);
    },
    async count(teamId, projectIds, byMilestone) {
      const by = { projectId: '$projectId', status: '$status' };
      const _id = byMilestone ? { ...by, milestoneId: '$milestoneId' } : by;
      const rows = await tasks.aggregate<CountRow>([
        { $match: { teamId, projectId: { $in: projectIds } } },
        { $group: { _id, count: { $sum: 1 } } },
      ]);
      return rows.map(({ _id: { milestoneId = null, ...rest }, count }) => ({ ...rest, milestoneId, count }));
    },
    async releaseMilestone(teamId, milestoneId) {
      await tasks.updateMany({ teamId, milestoneId }, { $set: { milestoneId: null } });
    },
    async addEvent({ teamId, id }, event) {
      const key = { teamId, taskId: id, revision: event.revision };
      await events.updateOne(key, { $setOnInsert: event }, { upsert: true });
    },
    async listEvents({ teamId, id }, afterRevision, limit) {
      const rows = await events
        .find({ teamId, taskId: id, revision: { $gt: afterRevision } })
        .sort({ revision: 1 })
        .limit(limit)
        .batchSize(Math.min(limit, ONE_TRIP))
        .lean<(TaskEventRow & { _id: Types.ObjectId })[]>();
      return rows.map(({ _id, teamId: _team, taskId: _task, ...event }) => event);
    },
  };
}

interface CountRow {
  _id: { projectId: string; milestoneId?: string | null; status: Task['status'] };
  count: number;
}

/** Later than any lease: stands for one without end. */
const FOREVER = new Date(8_640_000_000_000_000);

const literal = (value: object): object =>
  Object.fromEntries(Object.entries(value).map(([name, one]) => [name, { $literal: one }]));

function ownedBy({ lease }: Task, own: Record<string, string>): boolean {
  return (
    lease?.holder.kind === own['lease.holder.kind'] &&
    lease?.holder.id === own['lease.holder.id'] &&
    lease?.worker === own['lease.worker']
  );
}

function toRow(task: NewTask): TaskRow {
  const at = new Date();
  return {
    _id: new Types.ObjectId(),
    ...task,
    status: 'planning',
    plan: null,
    checklist: [],
    feedback: 0,
    lease: null,
    doneBy: null,
    completion: null,
    revision: 1,
    lastChange: {
      revision: 1,
      at,
      by: task.createdBy,
      what: 'created',
      from: null,
      to: 'planning',
      version: null,
    },
    unsettled: true,
    createdAt: at,
    statusSince: at,
  };
}

function toTask({ _id, origin, ...task }: TaskRow): Task {
  return { id: _id.toHexString(), ...task };
}

function orNull(row: TaskRow | null): Task | null {
  return row === null ? null : toTask(row);
}
