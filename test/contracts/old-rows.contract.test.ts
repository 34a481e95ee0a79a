import type { Connection } from 'mongoose';
import { mongo } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_SOURCES } from '../../src/domain/context-entry.ts';
import { FIRST_PAGES } from '../../src/ports/homes.ts';
import { type ConnectedStores, connectStores } from '../../src/store/connect.ts';
import { useMongo } from '../support/mongo.ts';
import { item, receipt, UNKNOWN } from './builders.ts';
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
