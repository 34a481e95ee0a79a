import type { Model } from 'mongoose';
import type { TaskQuery } from '../ports/tasks.ts';
import { objectId } from './ids.ts';
import type { TaskRow } from './task-schema.ts';

/** Past so many projects one scan in the order of the list costs less than one scan a project. */
const SCANS = 100;
const IN_ORDER = { teamId: 1, status: 1, statusSince: 1, _id: 1, projectId: 1, milestoneId: 1 } as const;

/** One page of tasks. With a status they come in the order they came into it, oldest first; else newest first. */
export async function listTasks(tasks: Model<TaskRow>, query: TaskQuery): Promise<TaskRow[]> {
  const { teamId, projectIds, milestoneId, status, after, limit, skip = 0 } = query;
  const place = {
    ...(projectIds === undefined ? {} : { projectId: few(projectIds) }),
    ...(milestoneId === undefined ? {} : { milestoneId }),
  };
  const id = after === undefined ? null : objectId(after.id);
  if (status === undefined) {
    const older = id === null ? {} : { _id: { $lt: id } };
    return tasks
      .find({ teamId, ...place, ...older })
      .sort({ _id: -1 })
      .skip(skip)
      .limit(limit)
      .batchSize(limit)
      .lean();
  }
  const since = after?.statusSince ?? null;
  // Two ranges without overlap: MongoDB reads both in order and no task twice.
  const later =
    since === null
      ? {}
      : { $or: [{ statusSince: { $gt: since } }, { statusSince: since, _id: { $gt: id } }] };
  const found = tasks
    .find({ teamId, status, ...place, ...later })
    .sort({ statusSince: 1, _id: 1 })
    .skip(skip)
    .limit(limit)
    .batchSize(limit);
  return (projectIds?.length ?? 0) > SCANS ? found.hint(IN_ORDER).lean() : found.lean();
}

const few = (ids: string[]): string | { $in: string[] } => (ids.length === 1 ? (ids[0] ?? '') : { $in: ids });
