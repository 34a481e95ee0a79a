import type { Types } from 'mongoose';
import type { Project } from '../domain/project.ts';
import { modelOf, storeSchema } from './schema.ts';

export interface ProjectRow extends Omit<Project, 'id'> {
  _id: Types.ObjectId;
}

const schema = storeSchema<ProjectRow>({
  teamId: String,
  channelId: String,
  channelName: String,
  name: String,
  purpose: String,
  state: String,
  archiveReason: String,
  cardTs: String,
  createdBy: String,
  createdAt: Date,
});
schema.index({ teamId: 1, channelId: 1 }, { unique: true });
schema.index({ teamId: 1, _id: 1 });

export const projectModel = modelOf('Project', 'projects', schema);
