import type { Attachment, Source } from '../../src/domain/attachment.ts';
import { DomainError } from '../../src/domain/errors.ts';
import { linkTitle } from '../../src/domain/link.ts';
import { inScope, type Ref } from '../../src/domain/scope.ts';
import type { AttachmentStore, DocumentStore } from '../../src/ports/attachments.ts';
import { memoryDocuments } from './memory-documents.ts';
import { copyWithout, createTable } from './memory-table.ts';

type Row = Attachment & { readFence: number; formerKeys: string[] };
type SourceRow = Source & { id: string; teamId: string; attachmentId: string; keys: string[] };
type KeyedSource = Source & { keys: string[] };

function createTables() {
  const attachments = createTable<Row>();
  const isAttached = ({ teamId, id }: Ref) =>
    attachments.one(teamId, (row) => row.documentId === id) !== null;
  return { attachments, sources: createTable<SourceRow>(), documents: memoryDocuments(isAttached) };
}

type Tables = ReturnType<typeof createTables>;

export function memoryAttachments(): { attachments: AttachmentStore; documents: DocumentStore } {
  const tables = createTables();
  const steps = createSteps(tables);
  return {
    attachments: { ...asking(tables, steps), ...changing(tables, steps), ...reading(tables, steps) },
    documents: tables.documents.store,
  };
}

const toAttachment = (row: Row): Attachment => copyWithout(row, 'readFence', 'formerKeys');

const byAge = (a: Row, b: Row): number => a.addedAt.getTime() - b.addedAt.getTime() || (a.id < b.id ? -1 : 1);

const oldestFirst = (rows: Row[]): Attachment[] => rows.sort(byAge).map(toAttachment);

type Keyed = Pick<Row, 'projectId' | 'milestoneId' | 'key'> & { formerKeys?: string[] };

/** In one place, with a key in common, be it a former one. */
function isSame(a: Row, b: Keyed): boolean {
  const keys = [b.key, ...(b.formerKeys ?? [])];
  const isHere = a.projectId === b.projectId && a.milestoneId === b.milestoneId;
  return isHere && [a.key, ...a.formerKeys].some((key) => keys.includes(key));
}

/** Nobody shares anything by the id of a document. */
const formerKeysOf = ({ key, formerKeys }: Row): string[] =>
  /^[0-9a-f]{24}$/u.test(key) ? formerKeys : [...formerKeys, key];

type Reading = Pick<AttachmentStore, 'askReading' | 'finishReading'>;
type Changing = Pick<
  AttachmentStore,
  'attach' | 'withdraw' | 'remove' | 'finishCutShort' | 'move' | 'releaseMilestone'
>;

function asking(
  { attachments, sources }: Tables,
  { rowOf }: Steps,
): Omit<AttachmentStore, keyof Changing | keyof Reading> {
  const ofProject = (teamId: string, projectId: string) =>
    attachments.all(teamId, (row) => row.projectId === projectId);
  const find = (ref: Ref): Attachment | null => {
    const row = rowOf(ref);
    return row === null ? null : toAttachment(row);
  };

  return {
    exists: async (wanted) => attachments.one(wanted.teamId, (row) => isSame(row, wanted)) !== null,
    findById: async (ref) => find(ref),
    findMany: async (teamId, ids) =>
      [...new Set(ids.flatMap((id) => rowOf({ teamId, id }) ?? []))].map(toAttachment),
    async rename(ref, title) {
      Object.assign(rowOf(ref) ?? {}, { title });
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
      const keysOf = new Map(named.map((row) => [row.attachmentId, row.keys]));
      const rows = attachments.all(teamId, (row) => keysOf.has(row.id)).sort(byAge);
      return rows.map((row) => ({
        ...toAttachment(row),
        sharedAs: [...(keysOf.get(row.id) ?? [])],
      }));
    },
  };
}

/** What several calls do on their way. */
function createSteps({ attachments, sources, documents }: Tables) {
  const sourcesOf = ({ teamId, id }: Ref) => sources.all(teamId, (row) => row.attachmentId === id);

  function addSource({ teamId, id: attachmentId }: Ref, added: KeyedSource): void {
    const { channelId, messageTs, userId, keys } = added;
    const same = (row: SourceRow) =>
      row.channelId === channelId && row.messageTs === messageTs && row.attachmentId === attachmentId;
    const held = sources.one(teamId, same);
    if (held === null) sources.add({ teamId, attachmentId, channelId, messageTs, userId, keys });
    else held.keys = [...new Set([...held.keys, ...keys])];
  }

  function removeRow(row: Row): void {
    attachments.delete(row);
    sourcesOf(row).forEach(sources.delete);
    documents.release(row.teamId, row.documentId, row.id);
    documents.discard(row.teamId, row.id);
  }

  /** Nothing is held of the one that stays: it takes what was read of the other, unless a later reading failed. */
  function giveText({ documentId, unread, readAt, page, teamId, projectId }: Row, there: Row): void {
    if (documentId === null || there.documentId !== null) return;
    if (there.state === 'failed' && there.readAt !== null && readAt !== null && there.readAt > readAt) return;
    const isUnnamed = there.url !== null && there.title === linkTitle({ url: there.url, label: null });
    const title = isUnnamed ? (page?.title ?? there.title) : there.title;
    const outcome = there.state === 'pending' ? {} : { state: 'ready', unread, readAt, page, title };
    Object.assign(there, { documentId, ...outcome });
    documents.hold({ teamId, projectId, id: documentId }, there.id);
  }

  const survivorOf = ({ teamId, id }: Ref): Row | null =>
    attachments.one(teamId, (row) => row.formerIds.includes(id));

  return {
    sourcesOf,
    addSource,
    removeRow,
    survivorOf,
    rowOf: (ref: Ref): Row | null => attachments.get(ref) ?? survivorOf(ref),
    merge(row: Row, there: Row): Row {
      for (const source of sourcesOf(row)) addSource(there, source);
      there.formerIds = [...new Set([...there.formerIds, row.id, ...row.formerIds])];
      const former = [...there.formerKeys, ...formerKeysOf(row)].filter((key) => key !== there.key);
      there.formerKeys = [...new Set(former)];
      giveText(row, there);
      removeRow(row);
      return there;
    },
  };
}

type Steps = ReturnType<typeof createSteps>;

function changing({ attachments, sources, documents }: Tables, steps: Steps): Changing {
  const { sourcesOf, addSource, removeRow, rowOf, survivorOf, merge } = steps;

  function moveRow(row: Row, milestoneId: string | null): Row {
    const there = attachments.one(row.teamId, (one) => one !== row && isSame(one, { ...row, milestoneId }));
    return there === null ? Object.assign(row, { milestoneId }) : merge(row, there);
  }

  return {
    async attach(attachment, source) {
      const { teamId, projectId, documentId, key } = attachment;
      if (documentId !== null && !documents.hold({ teamId, projectId, id: documentId }, null)) {
        throw new DomainError(
          'attachment_not_found',
          'This document was removed a moment ago. Add it again.',
        );
      }
      const held = attachments.one(teamId, (row) => isSame(row, attachment));
      const now = new Date();
      const news = { addedAt: now, askedAt: now, readFence: 0, formerIds: [], formerKeys: [] };
      const row = held ?? attachments.add({ ...attachment, ...news });
      addSource(row, { ...source, keys: [key] });
      return { attachment: toAttachment(row), added: held === null };
    },
    async withdraw(teamId, { channelId, messageTs }, ids) {
      const meant = ids.map((id) => survivorOf({ teamId, id })?.id ?? id);
      const named = (row: SourceRow) =>
        row.channelId === channelId && row.messageTs === messageTs && meant.includes(row.attachmentId);
      sources.all(teamId, named).forEach(sources.delete);
      const bare = attachments.all(teamId, (row) => meant.includes(row.id) && sourcesOf(row).length === 0);
      bare.forEach(removeRow);
      return bare.map(toAttachment);
    },
    // Nothing is cut short here.
    async finishCutShort() {},
    async remove(ref) {
      const row = rowOf(ref);
      if (row === null) return null;
      removeRow(row);
      return toAttachment(row);
    },
    async move(ref, milestoneId) {
      const row = rowOf(ref);
      return row === null ? null : toAttachment(moveRow(row, milestoneId));
    },
    async releaseMilestone(teamId, projectId, milestoneId) {
      const here = (row: Row) => row.projectId === projectId && row.milestoneId === milestoneId;
      for (const row of attachments.all(teamId, here)) moveRow(row, null);
    },
  };
}

function reading({ attachments, documents }: Tables, { rowOf, survivorOf, merge }: Steps): Reading {
  return {
    async askReading(ref) {
      const row = rowOf(ref);
      if (row === null) return null;
      const again = row.documentId === null ? { state: 'pending' as const, unread: null } : {};
      return toAttachment(Object.assign(row, { askedAt: new Date(), ...again }));
    },
    async finishReading(ref, result, fence) {
      const { teamId, id } = ref;
      const row = attachments.get(ref);
      if (row === null) {
        documents.discard(teamId, id);
        const survivor = survivorOf(ref);
        return survivor === null ? null : toAttachment(survivor);
      }
      if (row.readFence > fence) {
        if (result.documentId != null) documents.discard(teamId, id, result.documentId);
        return toAttachment(row);
      }
      const { key = row.key, documentId = row.documentId } = result;
      const { projectId, milestoneId } = row;
      const isThere = (one: Row) => one !== row && isSame(one, { projectId, milestoneId, key });
      const there = attachments.one(teamId, isThere);
      if (there !== null) {
        // What was read is written down here first, so that one of which nothing is held takes it over.
        if (there.documentId === null && result.documentId != null)
          Object.assign(row, structuredClone({ ...result, key: row.key }), { readAt: new Date() });
        return toAttachment(merge(row, there));
      }
      const former = row.documentId;
      const formerKeys = key === row.key ? row.formerKeys : formerKeysOf(row).filter((one) => one !== key);
      Object.assign(row, structuredClone(result), { readAt: new Date(), readFence: fence, formerKeys });
      const held = documentId === null || documents.hold({ teamId, projectId, id: documentId }, id);
      if (former !== row.documentId) documents.release(teamId, former, id);
      documents.discard(teamId, id);
      if (held) return toAttachment(row);
      Object.assign(row, { documentId: null, state: 'pending', unread: null });
      throw new Error('What was read was removed again: it is read once more.');
    },
  };
}
