import type { Connection } from 'mongoose';
import type { Passage } from '../domain/attachment.ts';
import type { DocumentStore } from '../ports/attachments.ts';
import { createPassageCache } from './document-cache.ts';
import { documentModel, passageModel, toPassage } from './document-schema.ts';
import { objectId } from './ids.ts';
import { ONE_TRIP } from './schema.ts';

/** Reads passages; of documents in use the same objects each time, without asking MongoDB. */
export function createPassageReading(
  connection: Connection,
  cacheBytes: number,
): DocumentStore['passagesOf'] {
  const documents = documentModel(connection);
  const passages = passageModel(connection);
  const cache = createPassageCache(connection, cacheBytes);

  /** Documents whose passages are all written, each with how many; undefined when version 0.1 wrote them. */
  async function completeOf(teamId: string, projectId: string, ids: string[]) {
    const filter = { _id: { $in: ids.map(objectId) }, teamId, projectId, complete: true, gone: false };
    const rows = await documents.find(filter, { passageCount: 1 }).batchSize(ONE_TRIP).lean();
    return new Map(rows.map(({ _id, passageCount }) => [_id.toHexString(), passageCount]));
  }

  async function read(teamId: string, projectId: string, ids: string[]): Promise<Map<string, Passage[]>> {
    const rows = await passages
      .find({ teamId, projectId, documentId: { $in: ids } })
      .sort({ documentId: 1, n: 1 })
      .batchSize(ONE_TRIP)
      .lean();
    const byDocument = new Map<string, Passage[]>(ids.map((id) => [id, []]));
    for (const row of rows) byDocument.get(row.documentId)?.push(toPassage(row));
    return byDocument;
  }

  return async (teamId, projectId, documentIds) => {
    const wanted = [...new Set(documentIds)].sort();
    const found = new Map<string, readonly Passage[]>();
    for (const documentId of wanted) {
      const held = cache.get({ teamId, projectId, documentId });
      if (held !== undefined) found.set(documentId, held);
    }
    const missing = wanted.filter((id) => !found.has(id));
    if (missing.length > 0) {
      const [texts, complete] = await Promise.all([
        read(teamId, projectId, missing),
        completeOf(teamId, projectId, missing),
      ]);
      for (const [documentId, text] of texts) {
        // Completed between the two questions, it may have been read in part: its count tells.
        const isWhole = complete.has(documentId) && (complete.get(documentId) ?? text.length) === text.length;
        found.set(documentId, isWhole ? cache.put({ teamId, projectId, documentId }, text) : text);
      }
    }
    return wanted.flatMap((id) => found.get(id) ?? []);
  };
}
