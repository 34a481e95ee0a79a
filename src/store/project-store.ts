import { type Connection, Types } from 'mongoose';
import { DomainError } from '../domain/errors.ts';
import type { Project } from '../domain/project.ts';
import type { NewProject, ProjectStore } from '../ports/projects.ts';
import { isDuplicateKey } from './duplicate-key.ts';
import { byRef, objectId } from './ids.ts';
import { type ProjectRow, projectModel } from './project-schema.ts';
import { ONE_TRIP } from './schema.ts';

export function createProjectStore(connection: Connection): ProjectStore {
  const projects = projectModel(connection);
  const after = { returnDocument: 'after' } as const;

  return {
    async findByChannel(teamId, channelId) {
      return orNull(await projects.findOne({ teamId, channelId }).lean());
    },
    async findById(ref) {
      return orNull(await projects.findOne(byRef(ref)).lean());
    },
    async findMany(teamId, ids) {
      const rows = await projects
        .find({ teamId, _id: { $in: ids.map(objectId) } })
        .batchSize(ONE_TRIP)
        .lean();
      return rows.map(toProject);
    },
    async listByChannels(teamId, channelIds) {
      const rows = await projects
        .find({ teamId, channelId: { $in: channelIds } })
        .batchSize(ONE_TRIP)
        .lean();
      return rows.map(toProject).sort((a, b) => a.name.localeCompare(b.name, 'en') || (a.id < b.id ? -1 : 1));
    },
    async create(project) {
      const row = toRow(project);
      try {
        await projects.create([row]);
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        const { teamId, channelId } = project;
        throw projectExists(orNull(await projects.findOne({ teamId, channelId }).lean()));
      }
      return toProject(row);
    },
    async change(ref, change) {
      return orNull(await projects.findOneAndUpdate(byRef(ref), { $set: change }, after).lean());
    },
    async setArchived(teamId, channelId, reason) {
      const $set = { state: reason === null ? 'active' : 'archived', archiveReason: reason } as const;
      const unlessRemoved = { teamId, channelId, archiveReason: { $ne: 'removed' } } as const;
      const changed = orNull(await projects.findOneAndUpdate(unlessRemoved, { $set }, after).lean());
      return changed ?? orNull(await projects.findOne({ teamId, channelId }).lean());
    },
    async setRemoved(ref, removed) {
      const $set = {
        state: removed ? 'archived' : 'active',
        archiveReason: removed ? 'removed' : null,
      } as const;
      return orNull(await projects.findOneAndUpdate(byRef(ref), { $set }, after).lean());
    },
    async list(teamId, from, limit) {
      const older = from === null ? {} : { _id: { $lt: objectId(from) } };
      const rows = await projects
        .find({ teamId, ...older })
        .sort({ _id: -1 })
        .limit(limit)
        .batchSize(limit)
        .lean();
      return rows.map(toProject);
    },
  };
}

function toRow(project: NewProject): ProjectRow {
  const { teamId, channelId, channelName, name, purpose, createdBy } = project;
  return {
    _id: new Types.ObjectId(),
    teamId,
    channelId,
    channelName,
    name,
    purpose,
    state: 'active',
    archiveReason: null,
    cardTs: null,
    createdBy,
    createdAt: new Date(),
  };
}

function toProject({ _id, ...project }: ProjectRow): Project {
  return { id: _id.toHexString(), ...project };
}

function orNull(row: ProjectRow | null): Project | null {
  return row === null ? null : toProject(row);
}

function projectExists(project: Project | null): DomainError {
  const what = project === null ? 'a project' : `the project “${project.name}”`;
  return new DomainError('project_exists', `This channel is already ${what}. Use /project to change it.`);
}
