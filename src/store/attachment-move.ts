import type { Connection } from 'mongoose';
import type { AttachmentStore } from '../ports/attachments.ts';
import { type AttachmentRow, attachmentModel, sourceModel, toAttachment } from './attachment-schema.ts';
import { createAttachmentSources } from './attachment-sources.ts';
import { isDuplicateKey } from './duplicate-key.ts';
import { byRef } from './ids.ts';

/** How attachments change places. The unique index says when a place already has one. */
export function createMove(connection: Connection): Pick<AttachmentStore, 'move' | 'releaseMilestone'> {
  const attachments = attachmentModel(connection);
  const sources = sourceModel(connection);
  const { add, removeBare } = createAttachmentSources(connection);

  /** @returns false when the place already has the same. */
  async function relocate({ _id, teamId }: AttachmentRow, milestoneId: string | null): Promise<boolean> {
    try {
      await attachments.updateOne({ _id, teamId }, { $set: { milestoneId } });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /**
   * Gives the sources to the attachment that is already there, then removes this one. They are copied first, so that
   * a crash leaves both, and moving again finishes it.
   * @returns false when either changed meanwhile and all is to be looked at again.
   */
  async function merge(row: AttachmentRow, there: AttachmentRow): Promise<boolean> {
    const { _id, teamId } = row;
    const owed = await sources.find({ teamId, attachmentId: _id.toHexString() }).lean();
    if (!(await add(there, owed))) return false;
    await sources.deleteMany({ _id: { $in: owed.map((source) => source._id) }, teamId });
    return (await removeBare(row)) !== null || (await attachments.exists({ _id, teamId })) === null;
  }

  const move: AttachmentStore['move'] = async (ref, milestoneId) => {
    for (;;) {
      const row = await attachments.findOne(byRef(ref)).lean();
      if (row === null) return null;
      if (row.milestoneId === milestoneId) return toAttachment(row);
      if (await relocate(row, milestoneId)) continue;
      const { teamId, projectId, keyHash } = row;
      const there = await attachments.findOne({ teamId, projectId, milestoneId, keyHash }).lean();
      if (there !== null && (await merge(row, there))) return toAttachment(there);
    }
  };

  return {
    move,
    async releaseMilestone(teamId, projectId, milestoneId) {
      const rows = await attachments.find({ teamId, projectId, milestoneId }).lean();
      for (const { _id } of rows) await move({ teamId, id: _id.toHexString() }, null);
    },
  };
}
