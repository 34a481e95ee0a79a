import type { Connection } from 'mongoose';
import { mongo } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_SOURCES } from '../../src/domain/context-entry.ts';
import { FIRST_PAGES } from '../../src/ports/homes.ts';
import { type ConnectedStores, connectStores } from '../../src/store/connect.ts';
import { hashOf } from '../../src/store/ids.ts';
import { useMongo } from '../support/mongo.ts';
import { document, item, link, receipt, source, UNKNOWN } from './builders.ts';
import { newTeam, silent } from './drivers.ts';

/** Writes a row as an earlier version wrote it. @returns its id. */
async function write(connection: Connection, model: string, row: object): Promise<string> {
  const _id = new mongo.ObjectId();
  await connection.model(model).collection.insertOne({ _id, ...row });
  return _id.toHexString();
}

describe('rows that earlier versions wrote', () => {
  const { uri } = useMongo('old_rows');
  let connected: ConnectedStores;
  beforeAll(async () => {
    connected = await connectStores(uri, silent);
  });
  afterAll(async () => connected.close());

  const TALK = {
    ...{ channelId: 'C1', threadTs: '100.0', type: 'project', mode: 'auto', projectId: UNKNOWN },
    ...{ milestoneId: null, parentId: null, title: 'Outline', summary: null },
  };

  it('are conversations of everybody, never emptied and not deleted', async () => {
    const { conversations } = connected.stores;
    const teamId = newTeam();
    const id = await write(connected.connection, 'Conversation', { teamId, ...TALK, revision: 0 });
    const wanted = { ...TALK, id, teamId, taskId: null, userId: null, since: '', resets: 0, deleted: false };
    expect(await conversations.findByThread(teamId, 'C1', '100.0')).toEqual(wanted);
    expect(await conversations.list({ teamId, types: ['project'], limit: 9 })).toEqual([wanted]);
    const emptied = { ...wanted, title: '', since: '200.0', resets: 1 };
    expect(await conversations.empty({ teamId, id }, 0, '200.0')).toEqual(emptied);
    expect(await conversations.empty({ teamId, id }, 0, '200.0')).toBeNull();
    await conversations.setDeleted({ teamId, id }, true);
    expect(await conversations.list({ teamId, types: ['project'], limit: 9 })).toEqual([]);
  });

  it('are messages without metadata', async () => {
    const { messages } = connected.stores;
    const teamId = newTeam();
    const said = {
      ...{ teamId, conversationId: UNKNOWN, channelId: 'C1', ts: '101.0', role: 'user', type: 'text' },
      ...{ userId: 'U1', content: 'Hello', editedTs: null, deleted: false, settled: true },
      ...{ madeFor: null, answerTo: null },
    };
    const stored = { ...said, threadTs: '100.0', clientMsgId: null };
    const id = await write(connected.connection, 'Message', stored);
    const wanted = { ...said, id, arrival: null, metadata: null };
    expect(await messages.find(teamId, 'C1', '101.0')).toEqual(wanted);
    expect(await messages.eraseMadeFrom(teamId, UNKNOWN)).toEqual([]);
    expect(await messages.erase(teamId, 'C1', '101.0')).toEqual(wanted);
  });

  it('are answers that lead to nothing else', async () => {
    const { answers } = connected.stores;
    const teamId = newTeam();
    const given = {
      ...{ teamId, conversationId: UNKNOWN, channelId: 'C1', threadTs: '100.0', questionTs: '101.0' },
      ...{ questionEditedTs: null, askedBy: 'U1', state: 'delivered', text: 'Blue.', urls: [] },
      ...{ madeFor: null, reference: null, parts: 1 },
    };
    const stored = { ...given, receipt: receipt([item(UNKNOWN)]), fence: 7 };
    const id = await write(connected.connection, 'Answer', stored);
    const lists = { remembered: [], used: [], toolCalls: [] };
    const wanted = { ...given, ...lists, id, receipt: stored.receipt, effects: null };
    expect(await answers.findById({ teamId, id })).toEqual(wanted);
    await answers.eraseMadeFrom(teamId, UNKNOWN);
    const unnamed = receipt([item(UNKNOWN, { title: '', url: null })]);
    expect(await answers.findById({ teamId, id })).toEqual({ ...wanted, receipt: unnamed });
  });

  it('are answers whose effects propose no task', async () => {
    const { answers } = connected.stores;
    const teamId = newTeam();
    const key = { channelId: 'C1', questionTs: '101.0' };
    const effects = { entries: [], refused: [{ key: 'long', why: 'It is too long.' }], dispatch: null };
    const id = await write(connected.connection, 'Answer', { teamId, ...key, fence: 7, effects });
    expect(await answers.findById({ teamId, id })).toMatchObject({ effects: { ...effects, task: null } });
  });

  const SHARED = {
    ...{
      projectId: UNKNOWN,
      milestoneId: null,
      documentId: null,
      url: 'https://example.com/',
      addedBy: 'U1',
    },
    ...{ kind: 'link', key: 'https://example.com/', linkType: 'website', title: 'example.com' },
    addedAt: new Date('2026-01-05T09:00:00Z'),
  };

  /** An attachment of one message as version 0.1 wrote it. @returns its id. */
  async function writeShared(teamId: string, row: object): Promise<string> {
    const hidden = { keyHash: hashOf(SHARED.key), generation: 1, gone: false };
    const id = await write(connected.connection, 'Attachment', { teamId, ...SHARED, ...hidden, ...row });
    const shared = { teamId, attachmentId: id, channelId: 'C1', messageTs: '101.0', userId: 'U1' };
    await write(connected.connection, 'AttachmentSource', shared);
    return id;
  }

  it('are links that were never opened, shared under their own address', async () => {
    const { attachments } = connected.stores;
    const teamId = newTeam();
    const id = await writeShared(teamId, { unread: 'page_not_opened' });
    const unknown = { file: null, readAt: null, page: null, formerIds: [], askedAt: SHARED.addedAt };
    const wanted = { ...SHARED, id, teamId, ...unknown, state: 'failed', unread: 'page_not_opened' };
    expect(await attachments.findById({ teamId, id })).toEqual(wanted);
    const shared = { sharedAs: [SHARED.key] };
    expect(await attachments.listByMessage(teamId, 'C1', '101.0')).toEqual([{ ...wanted, ...shared }]);
    const asked = { ...wanted, state: 'pending', unread: null, askedAt: expect.any(Date) };
    expect(await attachments.askReading({ teamId, id })).toEqual(asked);
    const key = 'https://example.com/final';
    const read = { ...asked, key, state: 'ready', readAt: expect.any(Date) };
    const result = { state: 'ready', unread: null, key } as const;
    expect(await attachments.finishReading({ teamId, id }, result, 5)).toEqual(read);
    expect(await attachments.listByMessage(teamId, 'C1', '101.0')).toEqual([{ ...read, ...shared }]);
  });

  it('are links that become one with others, each under its own address', async () => {
    const { attachments } = connected.stores;
    const teamId = newTeam();
    const id = await writeShared(teamId, { unread: 'page_not_opened' });
    const other = link(teamId, { key: 'https://example.com/other' });
    const { attachment } = await attachments.attach(other, source('101.0'));
    const result = { state: 'ready', unread: null, key: SHARED.key } as const;
    expect(await attachments.finishReading(attachment, result, 5)).toMatchObject({ id });
    const [one, ...more] = await attachments.listByMessage(teamId, 'C1', '101.0');
    expect(more).toEqual([]);
    expect(one).toMatchObject({ id, formerIds: [attachment.id] });
    expect(one?.sharedAs.sort()).toEqual([SHARED.key, 'https://example.com/other']);
  });

  it('are documents that were read when they were attached, in passages that do not say where they stand', async () => {
    const { attachments, documents } = connected.stores;
    const teamId = newTeam();
    const held = {
      ...{ teamId, projectId: UNKNOWN, name: 'notes.md', size: 31, hash: 'a1', unread: null },
      ...{ createdBy: 'U1', createdAt: SHARED.addedAt, complete: true, generation: 2, awaitedSince: null },
    };
    const documentId = await write(connected.connection, 'Document', { ...held, gone: false });
    const passage = { teamId, projectId: UNKNOWN, documentId, n: 0, text: 'The whole text.', tokens: 4 };
    await write(connected.connection, 'Passage', passage);
    const own = { kind: 'document', key: documentId, documentId, url: null, linkType: null, unread: null };
    const id = await writeShared(teamId, { ...own, keyHash: hashOf(documentId) });
    const unknown = {
      file: null,
      page: null,
      formerIds: [],
      askedAt: SHARED.addedAt,
      readAt: SHARED.addedAt,
    };
    const wanted = { ...SHARED, ...own, id, teamId, ...unknown, state: 'ready' };
    expect(await attachments.findById({ teamId, id })).toEqual(wanted);
    expect(await attachments.askReading({ teamId, id })).toEqual({ ...wanted, askedAt: expect.any(Date) });
    const { awaitedBy, passages, ...news } = document(teamId);
    expect(await documents.keep(document(teamId))).toEqual({
      ...news,
      id: documentId,
      createdAt: SHARED.addedAt,
    });
    const [first, ...more] = await documents.passagesOf(teamId, UNKNOWN, [documentId]);
    expect(more).toEqual([]);
    expect(first).toEqual({ ...passage, id: expect.any(String), place: {} });
    expect((await documents.passagesOf(teamId, UNKNOWN, [documentId]))[0]).toBe(first);
  });

  it('are documents of which only the name was kept, with the reason', async () => {
    const { attachments } = connected.stores;
    const teamId = newTeam();
    const own = { kind: 'document', documentId: UNKNOWN, url: null, linkType: null, unread: 'too_large' };
    const id = await writeShared(teamId, own);
    const failed = { state: 'failed', unread: 'too_large', readAt: SHARED.addedAt };
    expect(await attachments.findById({ teamId, id })).toMatchObject(failed);
    expect(await attachments.askReading({ teamId, id })).toMatchObject(failed);
  });

  it('are context entries that do not say what they were learned from', async () => {
    const { contextEntries } = connected.stores;
    const teamId = newTeam();
    const put = { teamId, conversationId: UNKNOWN, key: 'tone', type: 'preference', updatedAt: new Date() };
    const id = await write(connected.connection, 'ContextEntry', { ...put, value: '"plain"' });
    const wanted = { ...put, id, value: 'plain', sources: NO_SOURCES, madeFor: null };
    expect(await contextEntries.list({ teamId, id: UNKNOWN }, { limit: 9 })).toEqual([wanted]);
    expect(await contextEntries.forgetFrom(teamId, { attachmentId: UNKNOWN })).toEqual([]);
    expect(await contextEntries.forgetFrom(teamId, { channelId: 'C1', ts: '101.0' })).toEqual([]);
    expect(await contextEntries.findById({ teamId, id })).toEqual(wanted);
  });

  it('are Homes on the first page of the lists they did not have', async () => {
    const { homes } = connected.stores;
    const teamId = newTeam();
    const pages = { ready: 2, planning: 1, projects: 3 };
    const home = { teamId, userId: 'U1', hash: 'hash', gathered: 7 };
    const stored = { ...home, state: { projectId: null, pages }, openedAt: new Date() };
    await write(connected.connection, 'Home', stored);
    const state = { projectId: null, pages: { ...FIRST_PAGES, ...pages } };
    expect(await homes.find(teamId, 'U1')).toEqual({ ...home, state });
  });
});
