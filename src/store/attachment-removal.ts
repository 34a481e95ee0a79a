import type { Connection } from 'mongoose';
import { type AttachmentRow, attachmentModel, sourceModel } from './attachment-schema.ts';
import { createDocumentReferences } from './document-references.ts';

/** The steps in which an attachment goes. The row goes last, so that a removal that was cut short can be repeated. */
export function createRemoval(connection: Connection) {
  const attachments = attachmentModel(connection);
  const sources = sourceModel(connection);
  const { release } = createDocumentReferences(connection);

  /**
   * Marks an attachment as gone and frees its key: whoever shares the same from now on makes a new one.
   * @returns false when a source was added since `row` was read; then nothing is changed.
   */
  async function retire({ _id, teamId, generation }: AttachmentRow): Promise<boolean> {
    const $set = { gone: true, keyHash: `gone:${_id.toHexString()}` };
    const result = await attachments.updateOne({ _id, teamId, generation }, { $set });
    return result.matchedCount === 1;
  }

  async function removeSources({ _id, teamId }: AttachmentRow): Promise<void> {
    await sources.deleteMany({ teamId, attachmentId: _id.toHexString() });
  }

  /** Removes the row of one that is gone, and its document. @returns whether it was this call that did. */
  async function removeRow(row: AttachmentRow): Promise<boolean> {
    await release(row);
    const { _id, teamId } = row;
    return (await attachments.deleteOne({ _id, teamId })).deletedCount === 1;
  }

  return { retire, removeSources, removeRow };
}
