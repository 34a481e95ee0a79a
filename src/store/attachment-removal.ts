import type { Connection } from 'mongoose';
import { type AttachmentRow, attachmentModel, sourceModel } from './attachment-schema.ts';
import { createDocumentReferences } from './document-references.ts';

/** The steps in which an attachment goes. The row goes last, so that a removal that was cut short can be repeated. */
export function createRemoval(connection: Connection) {
  const attachments = attachmentModel(connection);
  const sources = sourceModel(connection);
  const { release, abandonFor } = createDocumentReferences(connection);

  /**
   * Marks an attachment as gone and frees its key: whoever shares the same from now on makes a new one.
   * @param mergedInto the attachment that takes its sources over.
   * @returns it as it stays from then on; null when a source was added, or it was moved or removed, since `row` was
   * read: then nothing is changed.
   */
  async function retire(row: AttachmentRow, mergedInto: string | null = null): Promise<AttachmentRow | null> {
    const { _id, teamId, generation, milestoneId } = row;
    const filter = { _id, teamId, generation, milestoneId, gone: false };
    const into = mergedInto === null ? {} : { mergedInto };
    const $set = { gone: true, keyHash: `gone:${_id.toHexString()}`, ...into };
    return attachments.findOneAndUpdate(filter, { $set }, { returnDocument: 'after' }).lean();
  }

  async function removeSources({ _id, teamId }: AttachmentRow): Promise<void> {
    await sources.deleteMany({ teamId, attachmentId: _id.toHexString() });
  }

  /**
   * Removes the row of one that is gone, and its documents: the one it holds, the one that was replaced last, and any
   * that was kept for it and waits.
   * @returns whether it was this call that did.
   */
  async function removeRow({ _id, teamId, documentId, formerDocumentId }: AttachmentRow): Promise<boolean> {
    const id = _id.toHexString();
    for (const one of [documentId, formerDocumentId ?? null]) await release({ teamId, documentId: one }, id);
    await abandonFor(teamId, id);
    return (await attachments.deleteOne({ _id, teamId })).deletedCount === 1;
  }

  return { retire, removeSources, removeRow };
}
