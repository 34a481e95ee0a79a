import type { Connection } from 'mongoose';
import { attachmentModel } from './attachment-schema.ts';
import { dropPassages } from './document-cache.ts';
import { type DocumentRow, documentModel, passageModel } from './document-schema.ts';
import { objectId } from './ids.ts';

/** How long a document that was kept waits for an attachment that is not there yet. */
const AWAITED_MS = 5 * 60_000;

/**
 * Removes documents with their last attachment. A document is read, then its attachments are looked for, then it is
 * removed only if it was neither kept nor attached in between (`generation`); else it is looked at once more.
 */
export function createDocumentReferences(connection: Connection) {
  const attachments = attachmentModel(connection);
  const documents = documentModel(connection);
  const passages = passageModel(connection);

  /** One that becomes one with another holds its document until that has taken all over. */
  async function isAttached({ _id, teamId }: DocumentRow): Promise<boolean> {
    const $or = [{ gone: false }, { mergedInto: { $exists: true }, sourcesGiven: { $exists: false } }];
    return (await attachments.exists({ teamId, documentId: _id.toHexString(), $or })) !== null;
  }

  /** Frees the unique key as well: the same content kept from now on is a new document. */
  async function retire({ _id, teamId, generation }: DocumentRow): Promise<boolean> {
    const $set = { gone: true, hash: `gone:${_id.toHexString()}`, name: '' };
    const result = await documents.updateOne({ _id, teamId, generation }, { $set });
    return result.matchedCount === 1;
  }

  /** @returns false when it was kept or attached since it was read; then nothing is changed. */
  async function erase(row: DocumentRow): Promise<boolean> {
    if (!row.gone && !(await retire(row))) return false;
    await erasePassages(row);
    await documents.deleteOne({ _id: row._id, teamId: row.teamId });
    return true;
  }

  async function erasePassages({ _id, teamId, projectId }: DocumentRow): Promise<void> {
    const documentId = _id.toHexString();
    await passages.deleteMany({ teamId, projectId, documentId });
    dropPassages(connection, { teamId, projectId, documentId });
  }

  async function release(
    { teamId, documentId }: { teamId: string; documentId: string | null },
    attachmentId: string,
  ): Promise<void> {
    if (documentId === null) return;
    for (;;) {
      const row = await documents.findOne({ _id: objectId(documentId), teamId }).lean();
      if (row === null || (!row.gone && (isAwaited(row, attachmentId) || (await isAttached(row))))) return;
      if (await erase(row)) return;
    }
  }

  /** For one that is attached elsewhere: that attachment may go at this moment, having seen that it is awaited. */
  async function stopWaiting(row: DocumentRow, attachmentId: string): Promise<void> {
    const { _id, teamId, generation } = row;
    const update = { $set: { awaitedSince: null, awaitedBy: null }, $inc: { generation: 1 } };
    await documents.updateOne({ _id, teamId, generation }, update);
    await release({ teamId, documentId: _id.toHexString() }, attachmentId);
  }

  return {
    /**
     * To be called once the attachment is written. It ends the waiting of this attachment (null: of one that was not
     * there when the document was kept) and of no other.
     * @returns false when the document was removed before.
     */
    async hold(
      { teamId, projectId, documentId }: { teamId: string; projectId: string; documentId: string },
      attachmentId: string | null,
    ): Promise<boolean> {
      const filter = { _id: objectId(documentId), teamId, projectId, gone: false };
      const own = { $eq: [{ $ifNull: ['$awaitedBy', null] }, attachmentId] };
      const $set = {
        generation: { $add: ['$generation', 1] },
        awaitedSince: { $cond: [own, null, '$awaitedSince'] },
        awaitedBy: { $cond: [own, null, '$awaitedBy'] },
      };
      return (await documents.updateOne(filter, [{ $set }], { updatePipeline: true })).matchedCount === 1;
    },

    /** Removes a document that this attachment refers to no more, unless it hangs elsewhere or another waits for it. */
    release,

    /**
     * Has what was kept for an attachment that is being removed go, while its reading may still be writing: a document
     * that is not complete keeps its row, without any content, so that whoever writes it, or the reading when it runs
     * again, finds what else is to be removed.
     */
    async abandonFor(teamId: string, attachmentId: string): Promise<void> {
      for (;;) {
        const row = await documents.findOne({ teamId, awaitedBy: attachmentId, gone: false }).lean();
        if (row === null) return;
        if (await isAttached(row)) await stopWaiting(row, attachmentId);
        else if (row.complete) await erase(row);
        else if (await retire(row)) await erasePassages(row);
      }
    },

    /** Removes what was kept for an attachment and hangs nowhere: all of it, or the document named. */
    async discardFor(teamId: string, attachmentId: string, documentId: string | null = null): Promise<void> {
      const named = documentId === null ? {} : { _id: objectId(documentId) };
      for (;;) {
        const row = await documents.findOne({ teamId, awaitedBy: attachmentId, ...named }).lean();
        if (row === null) return;
        if (!row.gone && (await isAttached(row))) await stopWaiting(row, attachmentId);
        else await erase(row);
      }
    },
  };
}

/** Somebody else than this attachment waits for it. */
function isAwaited({ awaitedSince, awaitedBy }: DocumentRow, attachmentId: string): boolean {
  return (
    awaitedSince !== null && awaitedBy !== attachmentId && Date.now() - awaitedSince.getTime() < AWAITED_MS
  );
}
