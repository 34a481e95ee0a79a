import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Log } from '../../src/ports/log.ts';
import { type ConnectedStores, connectStores } from '../../src/store/connect.ts';
import { useMongo } from '../support/mongo.ts';
import { link, project, source, UNKNOWN } from './builders.ts';
import { newTeam, refusal, silent } from './drivers.ts';

const WRITES = new Set(['insert', 'update', 'delete', 'findAndModify']);

/** The indexes that decide concurrency, each beginning with the workspace. */
const UNIQUE = [
  'answers: teamId channelId questionTs',
  'api_keys: teamId hash',
  'api_requests: teamId keyId idempotencyKey',
  'attachment_sources: teamId channelId messageTs attachmentId',
  'attachments: teamId projectId milestoneId keyHash',
  'context_entries: teamId conversationId key',
  'conversations: teamId channelId threadTs',
  'conversations: teamId key',
  'deliveries: teamId key',
  'dispatches: teamId origin',
  'documents: teamId projectId hash name',
  'homes: teamId userId',
  'messages: teamId channelId clientMsgId',
  'messages: teamId channelId ts',
  'milestones: teamId channelId threadTs',
  'milestones: teamId origin',
  'passages: teamId projectId documentId n',
  'people: teamId userId',
  'plans: teamId taskId key',
  'plans: teamId taskId version',
  'projects: teamId channelId',
  'task_events: teamId taskId revision',
  'task_proposals: teamId origin',
  'tasks: teamId origin',
  'user_facts: teamId userId key',
  'votes: teamId answerId userId',
];

describe('the connection to MongoDB', () => {
  const { uri } = useMongo('connect');
  const concerns: unknown[] = [];
  let connected: ConnectedStores;
  beforeAll(async () => {
    [connected] = await Promise.all([
      connectStores(uri, silent, { monitorCommands: true }),
      connectStores(uri, silent).then((other) => other.close()),
    ]);
    connected.connection.getClient().on('commandStarted', ({ command, commandName }) => {
      if (WRITES.has(commandName)) concerns.push(command.writeConcern);
    });
  });
  afterAll(async () => connected.close());

  it('puts the indexes of version 0.1 right, in which every conversation had a thread', async () => {
    const conversations = connected.connection.collection('conversations');
    const name = 'teamId_1_channelId_1_threadTs_1';
    await conversations.dropIndex(name);
    await conversations.createIndex({ teamId: 1, channelId: 1, threadTs: 1 }, { unique: true });
    await (await connectStores(uri, silent)).close();
    const index = (await conversations.indexes()).find((one) => one.name === name);
    expect(index?.partialFilterExpression).toBeDefined();
  });

  it('has every unique index when it is ready, also when two processes start at once', async () => {
    const unique: string[] = [];
    for (const { collection } of Object.values(connected.connection.models)) {
      for (const index of await collection.indexes()) {
        const fields = Object.keys(index.key);
        // Replies are forgotten after a day in all workspaces alike.
        const forgets = index.expireAfterSeconds !== undefined;
        if (fields[0] !== '_id' && !forgets) expect(fields[0], collection.name).toBe('teamId');
        if (index.unique === true) unique.push(`${collection.name}: ${fields.join(' ')}`);
      }
    }
    expect(unique.sort()).toEqual(UNIQUE);
  });

  it('writes with majority, which waits for the journal', async () => {
    concerns.length = 0;
    await connected.stores.projects.create(project(newTeam()));
    await connected.stores.attachments.attach(link(newTeam()), source('1.0'));
    expect(concerns.length).toBeGreaterThan(3);
    for (const concern of concerns) expect(concern).toEqual({ w: 'majority' });
  });

  it('refuses questions that do not name their workspace, or name a field that does not exist', async () => {
    const { Project } = connected.connection.models;
    const nowhere = 'A query without a workspace was refused.';
    expect(await refusal(Object(Project).find({ channelId: 'C1' }))).toMatchObject({ message: nowhere });
    expect(await refusal(Object(Project).updateMany({}, { name: 'x' }))).toMatchObject({ message: nowhere });
    expect(await refusal(Object(Project).find({ teamId: { $ne: '' } }))).toMatchObject({ message: nowhere });
    expect(await refusal(Object(Project).find({ teamId: 'T1', chanelId: 'C1' }))).toMatchObject({
      name: 'StrictModeError',
    });
  });

  it('counts the last vote of each person', async () => {
    const { answers } = connected.stores;
    const teamId = newTeam();
    const key = { teamId, channelId: 'C1', questionTs: '101.0' };
    const answer = await answers.begin(key, { conversationId: UNKNOWN, threadTs: '100.0', askedBy: 'U1' }, 1);
    await answers.vote(answer, 'U1', 'up');
    await answers.vote(answer, 'U2', 'up');
    await answers.vote(answer, 'U1', 'down');
    await answers.vote({ teamId, id: UNKNOWN }, 'U1', 'down');
    const votes = await connected.connection.collection('votes').find({ teamId }).toArray();
    expect(votes.map((one) => [one.userId, one.vote]).sort()).toEqual([
      ['U1', 'down'],
      ['U2', 'up'],
    ]);
  });

  it('says no at once when it was closed', async () => {
    const closed = await connectStores(uri, silent);
    await closed.close();
    const began = Date.now();
    expect(await refusal(closed.stores.projects.findByChannel('T1', 'C1'))).toBeInstanceOf(Error);
    expect(Date.now() - began).toBeLessThan(1_000);
  });

  it('gives up within seconds where there is no MongoDB, and logs no password', async () => {
    const logged: string[] = [];
    const note = (fields: Record<string, unknown>, event: string) =>
      logged.push(event, JSON.stringify(fields));
    const log: Log = { debug: note, info: note, warn: note, error: note };
    const nobody = 'mongodb://ada:secret@127.0.0.1:1/none';
    const error = await refusal(connectStores(nobody, log, { serverSelectionTimeoutMS: 300 }));
    expect(error).toMatchObject({ name: 'MongooseServerSelectionError' });
    expect(`${logged.join(' ')} ${error}`).not.toContain('secret');
  });
});
