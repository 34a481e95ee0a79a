import { Schema, type Types } from 'mongoose';
import type { Actor } from '../domain/actor.ts';
import type { ChecklistItem, Lease, PlanStamp, Task, TaskEvent } from '../domain/task.ts';
import { anyString, modelOf, storeSchema } from './schema.ts';

export interface TaskRow extends Omit<Task, 'id'> {
  _id: Types.ObjectId;
  origin: string | null;
  /** Set while its channel was away when something was to be shown. */
  unshown?: boolean;
}

export interface TaskEventRow extends TaskEvent {
  teamId: string;
  taskId: string;
}

const part = { _id: false } as const;
export const actorSchema = new Schema<Actor>(
  { kind: String, id: String, name: String },
  { ...part, id: false },
);
export const itemSchema = new Schema<ChecklistItem>({ text: String, done: Boolean }, part);
const stamp = new Schema<PlanStamp>(
  { version: Number, hash: String, at: Date, by: actorSchema, firstLine: String, madeFor: String },
  part,
);
const lease = new Schema<Lease>({ holder: actorSchema, worker: String, until: Date }, part);
const event = {
  revision: Number,
  at: Date,
  by: actorSchema,
  what: String,
  from: String,
  to: String,
  version: Number,
};

const OWN = { projectId: 1, status: 1, _id: 1 } as const;
export const BY_CREATOR = { teamId: 1, 'createdBy.id': 1, ...OWN, 'createdBy.kind': 1 } as const;
export const BY_HOLDER = { teamId: 1, 'lease.holder.id': 1, ...OWN, 'lease.holder.kind': 1 } as const;

const schema = storeSchema<TaskRow>({
  teamId: String,
  projectId: String,
  channelId: String,
  milestoneId: String,
  title: String,
  description: String,
  createdBy: actorSchema,
  askedIn: String,
  status: String,
  plan: stamp,
  checklist: [itemSchema],
  feedback: Number,
  lastFeedback: String,
  lease,
  doneBy: actorSchema,
  doneWorker: String,
  completion: String,
  revision: Number,
  lastChange: new Schema<TaskEvent>(event, part),
  unsettled: Boolean,
  createdAt: Date,
  statusSince: Date,
  origin: String,
  unshown: Boolean,
});
// The last two fields let a list of some projects be narrowed without reading the tasks of the others.
schema.index({ teamId: 1, status: 1, statusSince: 1, _id: 1, projectId: 1, milestoneId: 1 });
schema.index({ teamId: 1, projectId: 1, status: 1, statusSince: 1, _id: 1, milestoneId: 1 });
schema.index({ teamId: 1, projectId: 1, _id: 1 });
schema.index({ teamId: 1, milestoneId: 1 });
schema.index({ teamId: 1, _id: 1 });
schema.index(BY_CREATOR);
schema.index(BY_HOLDER, { partialFilterExpression: { 'lease.holder.id': anyString } });
schema.index({ teamId: 1, unsettled: 1, _id: 1 }, { partialFilterExpression: { unsettled: true } });
schema.index({ teamId: 1, projectId: 1, unshown: 1 }, { partialFilterExpression: { unshown: true } });
schema.index({ teamId: 1, origin: 1 }, { unique: true, partialFilterExpression: { origin: anyString } });

export const taskModel = modelOf('Task', 'tasks', schema);

const events = storeSchema<TaskEventRow>({ teamId: String, taskId: String, ...event });
events.index({ teamId: 1, taskId: 1, revision: 1 }, { unique: true });

export const taskEventModel = modelOf('TaskEvent', 'task_events', events);

export function toTask({ _id, origin, unshown, ...task }: TaskRow): Task {
  return { id: _id.toHexString(), ...task };
}

export function orNull(row: TaskRow | null): Task | null {
  return row === null ? null : toTask(row);
}
