import type { Model, QueryFilter } from 'mongoose';
import { TASK_STATUSES } from '../domain/task.ts';
import type { TaskQuery } from '../ports/tasks.ts';
import { objectId } from './ids.ts';
import { BY_CREATOR, BY_HOLDER, type TaskRow } from './task-schema.ts';

/** Past so many projects one scan in the order of the list costs less than one scan a project. */
const SCANS = 100;
const IN_ORDER = { teamId: 1, status: 1, statusSince: 1, _id: 1, projectId: 1, milestoneId: 1 } as const;

/** One page of tasks. With a status they come in the order they came into it, oldest first; else newest first. */
export async function listTasks(tasks: Model<TaskRow>, query: TaskQuery): Promise<TaskRow[]> {
  const { teamId, projectIds, milestoneId, status, after, skip = 0, limit } = query;
  const place = {
    teamId,
    ...(projectIds === undefined ? {} : { projectId: few(projectIds) }),
    ...(milestoneId === undefined ? {} : { milestoneId }),
  };
  const id = after === undefined ? null : objectId(after.id);
  if (status === undefined) {
    const older = id === null ? {} : { _id: { $lt: id } };
    const found = tasks.find({ ...place, ...older }).sort({ _id: -1 });
    return found.skip(skip).limit(limit).batchSize(limit).lean();
  }
  const inOrder = (spot: object, from: number, most: number): Promise<TaskRow[]> => {
    const found = tasks.find({ ...place, status, ...spot }).sort({ statusSince: 1, _id: 1 });
    if ((projectIds?.length ?? 0) > SCANS) found.hint(IN_ORDER);
    return found.skip(from).limit(most).batchSize(most).lean().exec();
  };
  if (after === undefined) return inOrder({}, skip, limit);
  // Two questions: as one with `$or`, MongoDB may read all tasks before the page again.
  const most = skip + limit;
  const same = await inOrder({ statusSince: after.statusSince, _id: { $gt: id } }, 0, most);
  const left = most - same.length;
  const later = left === 0 ? [] : await inOrder({ statusSince: { $gt: after.statusSince } }, 0, left);
  return [...same, ...later].slice(skip);
}

const few = (ids: string[]): string | { $in: string[] } => (ids.length === 1 ? (ids[0] ?? '') : { $in: ids });

const OPEN = TASK_STATUSES.filter((status) => status !== 'done' && status !== 'cancelled');

/** What a person asked for or works on and is not over, newest first. */
export async function listOwnTasks(
  tasks: Model<TaskRow>,
  teamId: string,
  userId: string,
  projectIds: string[],
  limit: number,
): Promise<TaskRow[]> {
  const open = { teamId, projectId: few(projectIds), status: { $in: OPEN } };
  const newest = (whose: QueryFilter<TaskRow>, index: object): Promise<TaskRow[]> => {
    const found = tasks.find({ ...open, ...whose }).sort({ _id: -1 });
    // Left to itself the planner may read everybody's tasks in their order.
    return found.limit(limit).hint(index).batchSize(limit).lean().exec();
  };
  const [asked, held] = await Promise.all([
    newest({ 'createdBy.id': userId, 'createdBy.kind': 'person' }, BY_CREATOR),
    newest({ 'lease.holder.id': userId, 'lease.holder.kind': 'person' }, BY_HOLDER),
  ]);
  const byId = new Map([...asked, ...held].map((row) => [row._id.toHexString(), row]));
  return [...byId]
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .slice(0, limit)
    .map(([, row]) => row);
}
