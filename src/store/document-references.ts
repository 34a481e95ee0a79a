import type { Connection } from 'mongoose';
import { type AttachmentRow, attachmentModel } from './attachment-schema.ts';
import { type DocumentRow, documentModel, passageModel } from './document-schema.ts';
import { objectId } from './ids.ts';

/** How long a document that was kept waits for the attachment it was kept for. */
const AWAITED_MS = 5 * 60_000;

/**
 * Removes documents with their last attachment. A document is read, then its attachments are looked for, then it is
 * removed only if it was neither kept nor attached in between (`generation`).
 */
export function createDocumentReferences(connection: Connection) {
  const attachments = attachmentModel(connection);
  const documents = documentModel(connection);
  const passages = passageModel(connection);

  async function isReferred({ _id, teamId, awaitedSince }: DocumentRow): Promise<boolean> {
    if (awaitedSince !== null && Date.now() - awaitedSince.getTime() < AWAITED_MS) return true;
    return (await attachments.exists({ teamId, documentId: _id.toHexString(), gone: false })) !== null;
  }

  /** Frees the unique key as well: the same content kept from now on is a new document. */
  async function retire({ _id, teamId, generation }: DocumentRow): Promise<boolean> {
    const $set = { gone: true, hash: `gone:${_id.toHexString()}` };
    const result = await documents.updateOne({ _id, teamId, generation }, { $set });
    return result.matchedCount === 1;
  }

  return {
    /** To be called once the attachment is written. @returns false when the document was removed before. */
    async hold({ teamId, projectId, documentId }: AttachmentRow): Promise<boolean> {
      if (documentId === null) return true;
      const filter = { _id: objectId(documentId), teamId, projectId, gone: false };
      const update = { $set: { awaitedSince: null }, $inc: { generation: 1 } };
      return (await documents.updateOne(filter, update)).matchedCount === 1;
    },

    /** Removes the document of an attachment that is gone, unless it hangs elsewhere or is about to. */
    async release({ teamId, documentId }: AttachmentRow): Promise<void> {
      if (documentId === null) return;
      const row = await documents.findOne({ _id: objectId(documentId), teamId }).lean();
      if (row === null || (!row.gone && ((await isReferred(row)) || !(await retire(row))))) return;
      await passages.deleteMany({ teamId, projectId: row.projectId, documentId });
      await documents.deleteOne({ _id: row._id, teamId });
    },
  };
}
