import type { Connection } from 'mongoose';
import type { Document } from '../domain/attachment.ts';
import type { PassagePlace } from '../domain/passage-place.ts';
import type { DocumentStore, NewDocument } from '../ports/attachments.ts';
import { createPassageReading } from './document-passages.ts';
import { createDocumentReferences } from './document-references.ts';
import { documentModel, passageModel, toDocument } from './document-schema.ts';

/** Text of documents in use that is held in memory. */
const CACHE_BYTES = 64 * 1024 * 1024;

export function createDocumentStore(connection: Connection, cacheBytes = CACHE_BYTES): DocumentStore {
  const documents = documentModel(connection);
  const passages = passageModel(connection);
  const { discardFor } = createDocumentReferences(connection);

  async function upsert({ teamId, projectId, hash, name, size, createdBy, awaitedBy }: NewDocument) {
    const $setOnInsert = { size, createdBy, createdAt: new Date(), complete: false, gone: false };
    return documents
      .findOneAndUpdate(
        { teamId, projectId, hash, name },
        { $setOnInsert, $set: { awaitedSince: new Date(), awaitedBy }, $inc: { generation: 1 } },
        { upsert: true, returnDocument: 'after' },
      )
      .lean();
  }

  /** Writes the passages that are not there yet. */
  async function keepPassages(
    { id, teamId, projectId }: Document,
    texts: NewDocument['passages'],
  ): Promise<void> {
    if (texts.length === 0) return;
    await passages.bulkWrite(
      texts.map(({ text, tokens, place }, n) => ({
        updateOne: {
          filter: { teamId, projectId, documentId: id, n },
          update: { $setOnInsert: { text, tokens, place: knownOf(place) } },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  }

  return {
    discardFor: (teamId, attachmentId) => discardFor(teamId, attachmentId),
    passagesOf: createPassageReading(connection, cacheBytes),
    async keep(news) {
      for (;;) {
        const row = await upsert(news);
        const document = toDocument(row);
        if (row.complete) return document;
        // Marked only now, so that a call that follows an interrupted one fills the gaps.
        await keepPassages(document, news.passages);
        const { _id, teamId, projectId } = row;
        const $set = { complete: true, passageCount: news.passages.length };
        const marked = await documents.updateOne({ _id, teamId, gone: false }, { $set });
        if (marked.matchedCount === 1) return document;
        // Removed with the attachment it was kept for, while it was being written.
        await passages.deleteMany({ teamId, projectId, documentId: document.id });
        await documents.deleteOne({ _id, teamId, gone: true });
      }
    },
  };
}

/** MongoDB would store what is not known as null. */
function knownOf(place: PassagePlace): PassagePlace {
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined));
}
