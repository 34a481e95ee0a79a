import type { Connection } from 'mongoose';
import type { Attachment } from '../domain/attachment.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import { createMove } from './attachment-move.ts';
import { createReading } from './attachment-reading.ts';
import { byAnyId, createSameness } from './attachment-sameness.ts';
import {
  type AttachmentRow,
  attachmentModel,
  BY_PLACE,
  isThere,
  sourceModel,
  toAttachment,
} from './attachment-schema.ts';
import { createSharing } from './attachment-sharing.ts';
import { hashOf, objectId } from './ids.ts';
import { ONE_TRIP } from './schema.ts';

const OLDEST_FIRST = { addedAt: 1, _id: 1 } as const;

export function createAttachmentStore(connection: Connection): AttachmentStore {
  const attachments = attachmentModel(connection);
  const sources = sourceModel(connection);
  const { known } = createSameness(connection);

  const findMany: AttachmentStore['findMany'] = async (teamId, ids) => {
    const own = { _id: { $in: ids.map(objectId) }, teamId };
    const rows = await attachments
      .find({ teamId, $or: [own, { teamId, formerIds: { $in: ids } }] })
      .batchSize(ONE_TRIP)
      .lean();
    return [...new Set(ids.flatMap((id) => knownAs(id, rows) ?? []))].map(toAttachment);
  };

  const listByProject: AttachmentStore['listByProject'] = async (teamId, projectId) => {
    const rows = await attachments.find({ teamId, projectId }).sort(OLDEST_FIRST).batchSize(ONE_TRIP).lean();
    return listed(rows);
  };

  return {
    ...createSharing(connection),
    ...createMove(connection),
    ...createReading(connection),
    listByProject,
    findMany,
    async exists(attachment) {
      return (await known(attachment, [hashOf(attachment.key)])).length > 0;
    },
    async findById({ teamId, id }) {
      const [found] = await findMany(teamId, [id]);
      return found ?? null;
    },
    async rename(ref, title) {
      await attachments.updateOne(byAnyId(ref), { $set: { title } });
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
      return listed(rows);
    },
    async countByProject(teamId, projectId) {
      return attachments.countDocuments({ teamId, projectId, gone: false });
    },
    async countByPlace(teamId, { projectId, milestoneId }) {
      return attachments.countDocuments({ teamId, projectId, milestoneId, gone: false });
    },
    async countElsewhere({ teamId, projectId, milestoneId }) {
      // At the project level nothing is elsewhere: every place is read.
      if (milestoneId === null) return 0;
      const elsewhere = { $gt: '', $ne: milestoneId };
      return attachments.countDocuments({ teamId, projectId, milestoneId: elsewhere, gone: false });
    },
    async listByMessage(teamId, channelId, messageTs) {
      const shared = await sources.find({ teamId, channelId, messageTs }).batchSize(ONE_TRIP).lean();
      const keysOf = new Map(shared.map(({ attachmentId, keys }) => [attachmentId, keys]));
      const rows = await attachments
        .find({ _id: { $in: [...keysOf.keys()].map(objectId) }, teamId })
        .sort(OLDEST_FIRST)
        .lean();
      return rows.map((row) => ({
        ...toAttachment(row),
        sharedAs: keysOf.get(row._id.toHexString()) ?? [row.key],
      }));
    },
  };
}

/** What an id stands for: the attachment itself, or what it became one with; itself again while that is under way. */
function knownAs(id: string, rows: AttachmentRow[]): AttachmentRow | undefined {
  const own = rows.find((row) => row._id.toHexString() === id && isThere(row));
  const survivor = () => rows.find((row) => !row.gone && row.formerIds?.includes(id) === true);
  return own?.gone === false ? own : (survivor() ?? own);
}

/** Without what is being removed, and what another of them has taken over. */
function listed(rows: AttachmentRow[]): Attachment[] {
  const isTaken = ({ _id, gone }: AttachmentRow): boolean =>
    gone && rows.some((row) => !row.gone && row.formerIds?.includes(_id.toHexString()) === true);
  return rows.filter((row) => isThere(row) && !isTaken(row)).map(toAttachment);
}
