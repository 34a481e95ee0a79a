import { type Connection, type Model, Types } from 'mongoose';
import type { Task, TaskEvent } from '../domain/task.ts';
import type { NewTask, TaskCount, TaskStore } from '../ports/tasks.ts';
import { isDuplicateKey } from './duplicate-key.ts';
import { byRef } from './ids.ts';
import { ONE_TRIP } from './schema.ts';
import { createLeases } from './task-lease.ts';
import { listOwnTasks, listTasks } from './task-list.ts';
import { orNull, type TaskEventRow, type TaskRow, taskEventModel, taskModel, toTask } from './task-schema.ts';

/** Tasks in MongoDB. Every time of a change is on the server's clock, whichever process makes it. */
export function createTaskStore(connection: Connection): TaskStore {
  const tasks = taskModel(connection);
  return { ...changing(tasks), ...createLeases(tasks), ...reading(tasks), ...history(connection) };
}

function changing(
  tasks: Model<TaskRow>,
): Pick<TaskStore, 'create' | 'change' | 'settled' | 'setShown' | 'releaseMilestone'> {
  return {
    async create(news) {
      const { teamId } = news;
      try {
        // An upsert under an id that nobody has: an insert could not take its times from the server.
        const row = await tasks
          .findOneAndUpdate({ _id: new Types.ObjectId(), teamId }, creation(news), {
            upsert: true,
            returnDocument: 'after',
          })
          .lean();
        return { task: toTask(row), made: true };
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      const held = await tasks.findOne({ teamId, origin: news.origin }).lean();
      if (held === null) throw new Error('A task was refused as known and is not there.');
      return { task: toTask(held), made: false };
    },
    async change(task, change, { by, what, version }) {
      const to = change.status ?? task.status;
      const revision = task.revision + 1;
      const event = dotted({ revision, by, what, from: task.status, to, version });
      const update = {
        $set: { ...change, ...event, revision, unsettled: true },
        $currentDate: { 'lastChange.at': true, ...(to === task.status ? {} : { statusSince: true }) },
      };
      const filter = { ...byRef(task), revision: task.revision };
      return orNull(await tasks.findOneAndUpdate(filter, update, { returnDocument: 'after' }).lean());
    },
    async settled(task) {
      await tasks.updateOne({ ...byRef(task), revision: task.revision }, { $set: { unsettled: false } });
    },
    async setShown(ref, shown) {
      await tasks.updateOne(byRef(ref), shown ? { $unset: { unshown: '' } } : { $set: { unshown: true } });
    },
    async releaseMilestone(teamId, milestoneId) {
      await tasks.updateMany({ teamId, milestoneId }, { $set: { milestoneId: null } });
    },
  };
}

function reading(
  tasks: Model<TaskRow>,
): Pick<
  TaskStore,
  'findById' | 'listUnsettled' | 'list' | 'listOwn' | 'listUnshown' | 'count' | 'countByStatus'
> {
  return {
    async findById(ref) {
      return orNull(await tasks.findOne(byRef(ref)).lean());
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
    async listUnshown(teamId, projectId, limit) {
      const rows = await tasks
        .find({ teamId, projectId, unshown: true })
        .limit(limit)
        .batchSize(limit)
        .lean();
      return rows.map(toTask);
    },
    async list(query) {
      return (await listTasks(tasks, query)).map(toTask);
    },
    async listOwn(teamId, userId, projectIds, limit) {
      return (await listOwnTasks(tasks, teamId, userId, projectIds, limit)).map(toTask);
    },
    async count(teamId, projectIds) {
      const _id = { projectId: '$projectId', status: '$status', milestoneId: '$milestoneId' };
      const rows = await tasks.aggregate<{ _id: Omit<TaskCount, 'count'>; count: number }>([
        { $match: { teamId, projectId: { $in: projectIds } } },
        { $group: { _id, count: { $sum: 1 } } },
      ]);
      return rows.map(({ _id: place, count }) => ({ ...place, count }));
    },
    async countByStatus(teamId, projectIds) {
      const rows = await tasks.aggregate<{ _id: Task['status']; count: number }>([
        { $match: { teamId, projectId: { $in: projectIds } } },
        { $group: { _id: '$status', count: { $sum: 1 } } },
      ]);
      return rows.map(({ _id: status, count }) => ({ status, count }));
    },
  };
}

function history(connection: Connection): Pick<TaskStore, 'addEvent' | 'listEvents'> {
  const events = taskEventModel(connection);

  return {
    async addEvent({ teamId, id }, { revision, ...event }) {
      // Not the revision again: MongoDB promises to repeat an upsert that lost a race only if it leaves its filter's
      // fields alone.
      await events.updateOne({ teamId, taskId: id, revision }, { $setOnInsert: event }, { upsert: true });
    },
    async listEvents({ teamId, id }, after, limit) {
      const rows = await events
        .find({ teamId, taskId: id, revision: { $gt: after } })
        .sort({ revision: 1 })
        .limit(limit)
        .batchSize(Math.min(limit, ONE_TRIP))
        .lean<(TaskEventRow & { _id: Types.ObjectId })[]>();
      return rows.map(({ _id, teamId: _team, taskId: _task, ...event }) => event);
    },
  };
}

/** A change without its time, which the server gives. */
function dotted(event: Omit<TaskEvent, 'at'>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(event).map(([field, value]) => [`lastChange.${field}`, value]));
}

function creation({ teamId, ...news }: NewTask) {
  const by = news.createdBy;
  const fresh = {
    ...{
      status: 'planning',
      plan: null,
      checklist: [],
      feedback: 0,
      lastFeedback: null,
      lease: null,
      doneBy: null,
      doneWorker: '',
    },
    ...{ completion: null, revision: 1, unsettled: true },
  } as const;
  const event = dotted({ revision: 1, by, what: 'created', from: null, to: 'planning', version: null });
  return {
    $setOnInsert: { ...news, ...fresh, ...event },
    $currentDate: { createdAt: true, statusSince: true, 'lastChange.at': true },
  };
}
