import type { Connection } from 'mongoose';
import type { Attachment } from '../domain/attachment.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import { createAddSources } from './add-sources.ts';
import { createRemoval } from './attachment-removal.ts';
import { type AttachmentRow, attachmentModel, sourceModel, toAttachment } from './attachment-schema.ts';
import { isDuplicateKey } from './duplicate-key.ts';
import { byRef, hashOf } from './ids.ts';

/** How attachments change places. The unique index says when a place already has one. */
export function createMove(connection: Connection): Pick<AttachmentStore, 'move' | 'releaseMilestone'> {
  const attachments = attachmentModel(connection);
  const sources = sourceModel(connection);
  const addSources = createAddSources(connection);
  const { removeRow, removeSources, retire } = createRemoval(connection);

  /** @returns false when the place already has the same. */
  async function relocate({ _id, teamId }: AttachmentRow, milestoneId: string | null): Promise<boolean> {
    try {
      await attachments.updateOne({ _id, teamId, gone: false }, { $set: { milestoneId } });
      return true;
    } catch (error) {
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** Copies the sources to the attachment that is already there; this one is gone unless either changed meanwhile. */
  async function merge(row: AttachmentRow, there: AttachmentRow): Promise<void> {
    const { _id, teamId } = row;
    const owed = await sources.find({ teamId, attachmentId: _id.toHexString() }).lean();
    if (await addSources(there, owed)) await retire(row);
  }

  const move: AttachmentStore['move'] = async (ref, milestoneId) => {
    let survivor: Attachment | null = null;
    // Every step is looked at afresh, so that one that was cut short or overtaken is finished by the next.
    for (;;) {
      const row = await attachments.findOne(byRef(ref)).lean();
      if (row === null) return survivor;
      if (!row.gone && row.milestoneId === milestoneId) return toAttachment(row);
      if (!row.gone && (await relocate(row, milestoneId))) continue;
      const { teamId, projectId } = row;
      const there = await attachments
        .findOne({ teamId, projectId, milestoneId, keyHash: hashOf(row.key) })
        .lean();
      if (there !== null) survivor = toAttachment(there);
      if (row.gone) {
        await removeSources(row);
        await removeRow(row);
      } else if (there !== null) {
        await merge(row, there);
      }
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
