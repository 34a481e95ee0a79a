import type { Attachment, Document, Passage, Source } from '../../src/domain/attachment.ts';
import { DomainError } from '../../src/domain/errors.ts';
import { inScope } from '../../src/domain/scope.ts';
import type { AttachmentStore, DocumentStore, NewAttachment } from '../../src/ports/attachments.ts';
import { copyOf, copyWithout, createTable } from './memory-table.ts';

type SourceRow = Source & { id: string; teamId: string; attachmentId: string };
type DocumentRow = Document & { awaitedSince: number | null };

const AWAITED_MS = 5 * 60_000;

function createTables() {
  return {
    attachments: createTable<Attachment>(),
    sources: createTable<SourceRow>(),
    documents: createTable<DocumentRow>(),
    passages: createTable<Passage>(),
  };
}

type Tables = ReturnType<typeof createTables>;

export function memoryAttachments(): { attachments: AttachmentStore; documents: DocumentStore } {
  const tables = createTables();
  return { attachments: { ...reading(tables), ...changing(tables) }, documents: documents(tables) };
}

const oldestFirst = (rows: Attachment[]): Attachment[] =>
  rows
    .sort((a, b) => a.addedAt.getTime() - b.addedAt.getTime() || (a.id < b.id ? -1 : 1))
    .map((row) => copyOf(row));

const samePlace = (a: NewAttachment, b: Pick<NewAttachment, 'projectId' | 'milestoneId' | 'key'>): boolean =>
  a.projectId === b.projectId && a.milestoneId === b.milestoneId && a.key === b.key;

type Changing = Pick<AttachmentStore, 'attach' | 'withdraw' | 'remove' | 'move' | 'releaseMilestone'>;

function reading({ attachments, sources }: Tables): Omit<AttachmentStore, keyof Changing> {
  const ofProject = (teamId: string, projectId: string) =>
    attachments.all(teamId, (row) => row.projectId === projectId);

  return {
    exists: async (wanted) => attachments.one(wanted.teamId, (row) => samePlace(row, wanted)) !== null,
    findById: async (ref) => copyOf(attachments.get(ref)),
    findMany: async (teamId, ids) =>
      [...new Set(ids)].flatMap((id) => copyOf(attachments.get({ teamId, id }) ?? [])),
    async rename(ref, title) {
      Object.assign(attachments.get(ref) ?? {}, { title });
    },
    listInScope: async (scope) => oldestFirst(attachments.all(scope.teamId, (row) => inScope(scope, row))),
    listByProject: async (teamId, projectId) => oldestFirst(ofProject(teamId, projectId)),
    countByProject: async (teamId, projectId) => ofProject(teamId, projectId).length,
    countByPlace: async (teamId, { projectId, milestoneId }) =>
      ofProject(teamId, projectId).filter((row) => row.milestoneId === milestoneId).length,
    countElsewhere: async (scope) =>
      ofProject(scope.teamId, scope.projectId).filter((row) => !inScope(scope, row)).length,
    async listByMessage(teamId, channelId, messageTs) {
      const named = sources.all(teamId, (row) => row.channelId === channelId && row.messageTs === messageTs);
      const ids = new Set(named.map((row) => row.attachmentId));
      return oldestFirst(attachments.all(teamId, (row) => ids.has(row.id)));
    },
  };
}

function changing({ attachments, sources, documents, passages }: Tables): Changing {
  const sourcesOf = ({ teamId, id }: Attachment) => sources.all(teamId, (row) => row.attachmentId === id);

  function addSource(
    { teamId, id: attachmentId }: Attachment,
    { channelId, messageTs, userId }: Source,
  ): void {
    const same = (row: SourceRow) =>
      row.channelId === channelId && row.messageTs === messageTs && row.attachmentId === attachmentId;
    if (sources.one(teamId, same) === null)
      sources.add({ teamId, attachmentId, channelId, messageTs, userId });
  }

  function removeRow(row: Attachment): void {
    attachments.delete(row);
    sourcesOf(row).forEach(sources.delete);
    const { teamId, documentId } = row;
    const document = documentId === null ? null : documents.get({ teamId, id: documentId });
    if (document === null || attachments.one(teamId, (one) => one.documentId === documentId) !== null) return;
    if (document.awaitedSince !== null && Date.now() - document.awaitedSince < AWAITED_MS) return;
    documents.delete(document);
    passages.all(teamId, (one) => one.documentId === documentId).forEach(passages.delete);
  }

  function moveRow(row: Attachment, milestoneId: string | null): Attachment {
    const there = attachments.one(row.teamId, (one) => samePlace(one, { ...row, milestoneId }));
    if (there === null || there === row) return Object.assign(row, { milestoneId });
    for (const source of sourcesOf(row)) addSource(there, source);
    removeRow(row);
    return there;
  }

  return {
    async attach(attachment, source) {
      const { teamId, projectId, documentId } = attachment;
      const document = documentId === null ? null : documents.get({ teamId, id: documentId });
      if (documentId !== null && document?.projectId !== projectId) {
        throw new DomainError(
          'attachment_not_found',
          'This document was removed a moment ago. Add it again.',
        );
      }
      if (document !== null) document.awaitedSince = null;
      const held = attachments.one(teamId, (row) => samePlace(row, attachment));
      const row = held ?? attachments.add({ ...attachment, addedAt: new Date() });
      addSource(row, source);
      return { attachment: copyOf(row), added: held === null };
    },
    async withdraw(teamId, { channelId, messageTs }, ids) {
      const named = (row: SourceRow) =>
        row.channelId === channelId && row.messageTs === messageTs && ids.includes(row.attachmentId);
      sources.all(teamId, named).forEach(sources.delete);
      const bare = attachments.all(teamId, (row) => ids.includes(row.id) && sourcesOf(row).length === 0);
      bare.forEach(removeRow);
      return bare.map((row) => copyOf(row));
    },
    async remove(ref) {
      const row = attachments.get(ref);
      if (row !== null) removeRow(row);
      return copyOf(row);
    },
    async move(ref, milestoneId) {
      const row = attachments.get(ref);
      return row === null ? null : copyOf(moveRow(row, milestoneId));
    },
    async releaseMilestone(teamId, projectId, milestoneId) {
      for (const row of attachments.all(
        teamId,
        (one) => one.projectId === projectId && one.milestoneId === milestoneId,
      )) {
        moveRow(row, null);
      }
    },
  };
}

function documents({ documents: table, passages }: Tables): DocumentStore {
  return {
    async keep({ passages: texts, ...news }) {
      const { teamId, projectId, hash, name } = news;
      const same = (row: Document) => row.projectId === projectId && row.hash === hash && row.name === name;
      const held = table.one(teamId, same);
      const row = held ?? table.add({ ...news, createdAt: new Date(), awaitedSince: null });
      row.awaitedSince = Date.now();
      if (held === null) {
        for (const [n, text] of texts.entries())
          passages.add({ teamId, projectId, documentId: row.id, n, ...text });
      }
      return copyWithout(row, 'awaitedSince');
    },
    passagesOf: async (teamId, projectId, ids) =>
      passages
        .all(teamId, (row) => row.projectId === projectId && ids.includes(row.documentId))
        .sort((a, b) => (a.documentId === b.documentId ? a.n - b.n : a.documentId < b.documentId ? -1 : 1))
        .map((row) => copyOf(row)),
  };
}
