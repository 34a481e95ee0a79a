import type { Connection } from 'mongoose';
import type { AttachmentStore } from '../ports/attachments.ts';
import { createMove } from './attachment-move.ts';
import { attachmentModel, BY_PLACE, sourceModel, toAttachment } from './attachment-schema.ts';
import { createSharing } from './attachment-sharing.ts';
import { byRef, hashOf, objectId } from './ids.ts';
import { ONE_TRIP } from './schema.ts';

const OLDEST_FIRST = { addedAt: 1, _id: 1 } as const;

export function createAttachmentStore(connection: Connection): AttachmentStore {
  const attachments = attachmentModel(connection);
  const sources = sourceModel(connection);

  const listByProject: AttachmentStore['listByProject'] = async (teamId, projectId) => {
    const rows = await attachments.find({ teamId, projectId }).sort(OLDEST_FIRST).batchSize(ONE_TRIP).lean();
    return rows.map(toAttachment);
  };

  return {
    ...createSharing(connection),
    ...createMove(connection),
    listByProject,
    async exists({ teamId, projectId, milestoneId, key }) {
      const found = await attachments.exists({ teamId, projectId, milestoneId, keyHash: hashOf(key) });
      return found !== null;
    },
    async findById(ref) {
      const row = await attachments.findOne(byRef(ref)).lean();
      return row === null ? null : toAttachment(row);
    },
    async findMany(teamId, ids) {
      const rows = await attachments.find({ _id: { $in: ids.map(objectId) }, teamId }).lean();
      const byId = new Map(rows.map(toAttachment).map((one) => [one.id, one]));
      return [...new Set(ids)].flatMap((id) => byId.get(id) ?? []);
    },
    async rename(ref, title) {
      await attachments.updateOne(byRef(ref), { $set: { title } });
    },
    async listInScope({ teamId, projectId, milestoneId }) {
      if (milestoneId === null) return listByProject(teamId, projectId);
      const filter = { teamId, projectId, milestoneId: { $in: [null, milestoneId] } };
      // With the hint it merges two ranges; left to itself the planner may read the whole project.
      const rows = await attachments
        .find(filter)
        .sort(OLDEST_FIRST)
        .hint(BY_PLACE)
        .batchSize(ONE_TRIP)
        .lean();
      return rows.map(toAttachment);
    },
    async countByProject(teamId, projectId) {
      return attachments.countDocuments({ teamId, projectId });
    },
    async countByPlace(teamId, { projectId, milestoneId }) {
      return attachments.countDocuments({ teamId, projectId, milestoneId });
    },
    async countElsewhere({ teamId, projectId, milestoneId }) {
      // At the project level nothing is elsewhere: every place is read.
      if (milestoneId === null) return 0;
      return attachments.countDocuments({ teamId, projectId, milestoneId: { $gt: '', $ne: milestoneId } });
    },
    async listByMessage(teamId, channelId, messageTs) {
      const ids = await sources.distinct('attachmentId', { teamId, channelId, messageTs });
      const rows = await attachments
        .find({ _id: { $in: ids.map(objectId) }, teamId })
        .sort(OLDEST_FIRST)
        .lean();
      return rows.map(toAttachment);
    },
  };
}
