import type { Connection } from 'mongoose';
import type { Document, Passage } from '../domain/attachment.ts';
import type { DocumentStore, NewDocument } from '../ports/attachments.ts';
import { type DocumentRow, documentModel, type PassageRow, passageModel } from './document-schema.ts';
import { ONE_TRIP } from './schema.ts';

export function createDocumentStore(connection: Connection): DocumentStore {
  const documents = documentModel(connection);
  const passages = passageModel(connection);

  async function upsert({ teamId, projectId, hash, name, size, unread, createdBy }: NewDocument) {
    const $setOnInsert = {
      size,
      unread,
      createdBy,
      createdAt: new Date(),
      complete: false,
      gone: false,
    };
    return documents
      .findOneAndUpdate(
        { teamId, projectId, hash, name },
        { $setOnInsert, $set: { awaitedSince: new Date() }, $inc: { generation: 1 } },
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
      texts.map(({ text, tokens }, n) => ({
        updateOne: {
          filter: { teamId, projectId, documentId: id, n },
          update: { $setOnInsert: { text, tokens } },
          upsert: true,
        },
      })),
      { ordered: false },
    );
  }

  return {
    async keep(news) {
      const row = await upsert(news);
      const document = toDocument(row);
      if (row.complete) return document;
      // Marked only now, so that a call that follows an interrupted one fills the gaps.
      await keepPassages(document, news.passages);
      await documents.updateOne({ _id: row._id, teamId: row.teamId }, { $set: { complete: true } });
      return document;
    },
    async passagesOf(teamId, projectId, documentIds) {
      const rows = await passages
        .find({ teamId, projectId, documentId: { $in: documentIds } })
        .sort({ documentId: 1, n: 1 })
        .batchSize(ONE_TRIP)
        .lean();
      return rows.map(toPassage);
    },
  };
}

function toDocument(row: DocumentRow): Document {
  const { _id, complete, generation, awaitedSince, gone, ...document } = row;
  return { id: _id.toHexString(), ...document };
}

function toPassage({ _id, ...passage }: PassageRow): Passage {
  return { id: _id.toHexString(), ...passage };
}
