import type { Connection } from 'mongoose';
import { type AttachmentRow, attachmentModel, sourceModel } from './attachment-schema.ts';
import { createDocumentReferences } from './document-references.ts';

/** The two steps in which an attachment goes. When the second is cut short, the row is still there to repeat it. */
export function createRemoval(connection: Connection) {
  const attachments = attachmentModel(connection);
  const sources = sourceModel(connection);
  const { release } = createDocumentReferences(connection);

  return {
    /**
     * Marks an attachment as gone and frees its key: whoever shares the same from now on makes a new one.
     * @returns false when a source was added since `row` was read; then nothing is changed.
     */
    async retire({ _id, teamId, generation }: AttachmentRow): Promise<boolean> {
      const $set = { gone: true, keyHash: `gone:${_id.toHexString()}` };
      const result = await attachments.updateOne({ _id, teamId, generation }, { $set });
      return result.matchedCount === 1;
    },

    /** Removes what is left of one that is gone. @returns whether this call removed the row. */
    async clearAway(row: AttachmentRow): Promise<boolean> {
      const { _id, teamId } = row;
      await release(row);
      const { deletedCount } = await attachments.deleteOne({ _id, teamId });
      await sources.deleteMany({ teamId, attachmentId: _id.toHexString() });
      return deletedCount === 1;
    },
  };
}
