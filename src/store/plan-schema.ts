import type { Actor } from '../domain/actor.ts';
import type { ChecklistItem } from '../domain/task.ts';
import { modelOf, storeSchema } from './schema.ts';
import { actorSchema, itemSchema } from './task-schema.ts';

export interface PlanRow {
  teamId: string;
  taskId: string;
  key: string;
  /** Null for an offer that changed the checklist alone. */
  text: string | null;
  hash: string;
  firstLine: string;
  madeFor: string | null;
  checklist: ChecklistItem[];
  by: Actor;
  at: Date;
  /** Null until it is applied, and for the checklist alone. */
  version: number | null;
  applied: boolean;
}

const schema = storeSchema<PlanRow>({
  teamId: String,
  taskId: String,
  key: String,
  text: String,
  hash: String,
  firstLine: String,
  madeFor: String,
  checklist: [itemSchema],
  by: actorSchema,
  at: Date,
  version: Number,
  applied: Boolean,
});
schema.index({ teamId: 1, taskId: 1, key: 1 }, { unique: true });
schema.index(
  { teamId: 1, taskId: 1, version: 1 },
  { unique: true, partialFilterExpression: { version: { $gt: 0 } } },
);

export const planModel = modelOf('Plan', 'plans', schema);
