import type { Types } from 'mongoose';
import type { Milestone } from '../domain/project.ts';
import { anyString, modelOf, storeSchema } from './schema.ts';

export interface MilestoneRow extends Omit<Milestone, 'id'> {
  _id: Types.ObjectId;
  origin?: string;
}

const schema = storeSchema<MilestoneRow>({
  teamId: String,
  projectId: String,
  channelId: String,
  threadTs: String,
  cardTs: String,
  title: String,
  description: String,
  order: Number,
  dueOn: String,
  state: String,
  createdBy: String,
  createdAt: Date,
  origin: String,
});
schema.index(
  { teamId: 1, channelId: 1, threadTs: 1 },
  { unique: true, partialFilterExpression: { threadTs: anyString } },
);
schema.index({ teamId: 1, projectId: 1, order: 1, _id: 1 });
schema.index({ teamId: 1, origin: 1 }, { unique: true, partialFilterExpression: { origin: anyString } });

export const milestoneModel = modelOf('Milestone', 'milestones', schema);
