import type { Document, Passage } from '../../src/domain/attachment.ts';
import type { Ref } from '../../src/domain/scope.ts';
import type { DocumentStore } from '../../src/ports/attachments.ts';
import { copyOf, copyWithout, createTable } from './memory-table.ts';

type DocumentRow = Document & { awaitedSince: number | null; awaitedBy: string | null };

const AWAITED_MS = 5 * 60_000;

/** @param isAttached says whether any attachment refers to a document. */
export function memoryDocuments(isAttached: (document: Ref) => boolean) {
  const documents = createTable<DocumentRow>();
  const passages = createTable<Passage>();

  function erase({ teamId, id }: Ref): void {
    documents.delete({ teamId, id });
    passages.all(teamId, (one) => one.documentId === id).forEach(passages.delete);
  }

  const store: DocumentStore = {
    async keep({ passages: texts, awaitedBy, ...news }) {
      const { teamId, projectId, hash, name } = news;
      const same = (row: Document) => row.projectId === projectId && row.hash === hash && row.name === name;
      const held = documents.one(teamId, same);
      const waiting = { awaitedSince: Date.now(), awaitedBy };
      const row = held ?? documents.add({ ...news, createdAt: new Date(), ...waiting });
      Object.assign(row, waiting);
      if (held === null) {
        for (const [n, text] of texts.entries())
          passages.add({ teamId, projectId, documentId: row.id, n, ...text });
      }
      return copyWithout(row, 'awaitedSince', 'awaitedBy');
    },
    discardFor: async (teamId, attachmentId) => discard(teamId, attachmentId),
    passagesOf: async (teamId, projectId, ids) =>
      passages
        .all(teamId, (row) => row.projectId === projectId && ids.includes(row.documentId))
        .sort((a, b) => (a.documentId === b.documentId ? a.n - b.n : a.documentId < b.documentId ? -1 : 1))
        .map((row) => copyOf(row)),
  };

  /** All that was kept for an attachment, or only the document named. */
  function discard(teamId: string, attachmentId: string, documentId: string | null = null): void {
    const isMeant = ({ id, awaitedBy }: DocumentRow) =>
      awaitedBy === attachmentId && (documentId === null || documentId === id);
    for (const row of documents.all(teamId, isMeant)) {
      if (isAttached(row)) Object.assign(row, { awaitedSince: null, awaitedBy: null });
      else erase(row);
    }
  }

  return {
    store,
    discard,

    /** Ends the waiting of one attachment for a document. @returns false when it is not there. */
    hold({ teamId, projectId, id }: Ref & { projectId: string }, attachmentId: string | null): boolean {
      const row = documents.get({ teamId, id });
      if (row?.projectId !== projectId) return false;
      if (row.awaitedBy === attachmentId) Object.assign(row, { awaitedSince: null, awaitedBy: null });
      return true;
    },

    /** Removes a document that this attachment refers to no more, unless another does or waits for it. */
    release(teamId: string, documentId: string | null, attachmentId: string): void {
      const row = documentId === null ? null : documents.get({ teamId, id: documentId });
      if (row === null || isAttached(row)) return;
      const { awaitedSince, awaitedBy } = row;
      if (awaitedSince === null || awaitedBy === attachmentId || Date.now() - awaitedSince >= AWAITED_MS)
        erase(row);
    },
  };
}
