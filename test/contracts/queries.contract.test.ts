import { randomBytes } from 'node:crypto';
import { type Connection, mongo } from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { person } from '../../src/domain/actor.ts';
import { TASK_STATUSES, type Task, type TaskStatus } from '../../src/domain/task.ts';
import { type ConnectedStores, connectStores } from '../../src/store/connect.ts';
import { useMongo } from '../support/mongo.ts';
import { dispatch, task, taskAs, UNKNOWN, unopened } from './builders.ts';
import { newTeam, silent } from './drivers.ts';
import { allCalls } from './every-call.ts';
import { type Known, seed } from './seed.ts';

type Command = Record<string, unknown>;

const PLACE =
  /^(?:projectId|channelId|conversationId|attachmentId|attachmentIds|sources|used|documentId|awaitedBy|formerIds|formerKeyHashes|formerDocumentId|answerId|userId|key|keyHash|releasedBy|origin|taskId|hash|keyId)$/u;

/** A row as it would be in another place, whatever depth names the place. */
function elsewhere(value: unknown, field: string, n: number): unknown {
  if (typeof value === 'string') return PLACE.test(field) ? `${value}-${n}` : value;
  if (Array.isArray(value)) return value.map((one) => elsewhere(one, field, n));
  if (typeof value !== 'object' || value === null || value.constructor !== Object) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, elsewhere(one, name, n)]));
}

/** Copies of every row, far more than the rows themselves: of other workspaces, and of other places of this one. */
async function addNoise(connection: Connection, teamId: string): Promise<void> {
  for (const model of Object.values(connection.models)) {
    const rows = await model.collection.find({}).toArray();
    expect(rows, model.modelName).not.toHaveLength(0);
    const copies = rows.flatMap((row) =>
      Array.from({ length: Math.ceil(2_000 / rows.length) }, (_, n) => {
        const copy = n % 2 === 0 ? { ...row, teamId: `${teamId}-${n}` } : Object(elsewhere(row, '', n));
        return { ...copy, _id: new mongo.ObjectId(randomBytes(12)) };
      }),
    );
    await model.collection.insertMany(copies);
  }
}

/** What explain can be asked of a command as the driver sent it: one write at a time, and nothing of inserts. */
function explainable(command: Command): Command[] {
  const { lsid, txnNumber, $clusterTime, $db, $readPreference, writeConcern, ordered, ...rest } = command;
  if ('insert' in rest || 'getMore' in rest || 'endSessions' in rest) return [];
  const batch = ['updates', 'deletes'].find((field) => Array.isArray(rest[field]));
  if (batch === undefined) return [rest];
  const writes = rest[batch];
  return Array.isArray(writes) ? writes.map((one: unknown) => ({ ...rest, [batch]: [one] })) : [];
}

/** How many values a question lists: reading the index ends one key past each of them. */
function listed(question: unknown): number {
  if (typeof question !== 'object' || question === null) return 0;
  const own = '$in' in question && Array.isArray(question.$in) ? question.$in.length : 0;
  return own + Object.values(question).reduce((sum: number, one) => sum + listed(one), 0);
}

/** Every filter in a command. */
function filtersOf(command: Command): unknown[] {
  const pipeline = Array.isArray(command.pipeline)
    ? command.pipeline.map((stage: Command) => stage.$match)
    : [];
  const batches = [command.updates, command.deletes].flatMap((batch) => (Array.isArray(batch) ? batch : []));
  const single = [command.filter, command.query, ...pipeline, ...batches.map((one: Command) => one.q)];
  return single.filter((filter) => filter !== undefined);
}

interface Cost {
  stages: string[];
  keys: number;
  returned: number;
}

/** Walks an explain answer, whatever its form, for what the plan that ran examined and found. */
function costOf(plan: unknown, cost: Cost = { stages: [], keys: 0, returned: 0 }): Cost {
  if (typeof plan !== 'object' || plan === null) return cost;
  for (const [field, value] of Object.entries(plan)) {
    if (field === 'stage' && typeof value === 'string') cost.stages.push(value);
    // Some stages tell the sum of those below them once more.
    if (field === 'totalKeysExamined' && 'executionTimeMillis' in plan) cost.keys += Number(value);
    if (/^(?:nReturned|nMatched|nWouldDelete|nWouldModify)$/u.test(field))
      cost.returned = Math.max(cost.returned, Number(value));
    if (field !== 'queryPlanner') costOf(value, cost);
  }
  return cost;
}

describe('every question to MongoDB', () => {
  const uri = useMongo('queries').uri;
  const commands: Command[] = [];
  let connected: ConnectedStores;
  let known: Known;

  beforeAll(async () => {
    connected = await connectStores(uri, silent, { monitorCommands: true });
    known = await seed(connected.stores, newTeam());
    await addNoise(connected.connection, known.teamId);
    connected.connection.getClient().on('commandStarted', (event) => commands.push(event.command));
  });
  afterAll(async () => connected.close());

  describe('names the workspace and reads no more of an index than it finds', () => {
    for (const { name, run } of allCalls) {
      it(name, async () => {
        commands.length = 0;
        await run(connected.stores, known);
        const asked = [...commands];
        expect(asked).not.toHaveLength(0);
        for (const filter of asked.flatMap(filtersOf)) expect(filter).toMatchObject({ teamId: known.teamId });
        for (const command of asked.flatMap(explainable)) {
          const explained = await explain(command);
          const { keys, returned, stages } = costOf(explained);
          const question = `${JSON.stringify(command)} found ${returned}`;
          expect(stages, question).not.toContain('COLLSCAN');
          expect(keys, question).toBeLessThanOrEqual(1.2 * returned + 1 + listed(filtersOf(command)));
        }
      });
    }
  });

  describe('reads of an index what one page of tasks shows', () => {
    const LIMIT = 20;

    for (const status of ['ready', 'planning'] as const) {
      for (const spread of [1_000, 0]) {
        const when = spread === 0 ? 'that came into it at one moment' : 'that came into it one by one';
        it(`of those in ${status} ${when}, beside hundreds in other statuses and workspaces`, async () => {
          const teamId = newTeam();
          const wanted = await addTasks(teamId, status, spread);
          const listed: Task[] = [];
          for (let ended = false; !ended; ) {
            commands.length = 0;
            const after = listed.at(-1);
            const page = { teamId, status, limit: LIMIT, ...(after === undefined ? {} : { after }) };
            const found = await connected.stores.tasks.list(page);
            listed.push(...found);
            ended = found.length < LIMIT;
            const costs = await Promise.all(
              commands.flatMap(explainable).map(async (command) => costOf(await explain(command))),
            );
            expect(costs.flatMap(({ stages }) => stages)).not.toContain('SORT');
            const keys = costs.reduce((sum, cost) => sum + cost.keys, 0);
            expect(keys).toBeLessThanOrEqual(1.2 * found.length);
          }
          expect(listed.map((one) => one.id)).toEqual(wanted);
        });
      }
    }

    /** Tasks of two workspaces in every status. @returns the ids of those in one of them and `status`, in order. */
    async function addTasks(teamId: string, status: TaskStatus, spread: number): Promise<string[]> {
      const rows = Array.from({ length: 720 }, (_, n) => {
        const { id, ...fields } = taskAs(n % 2 === 0 ? teamId : `${teamId}-2`, '', {
          projectId: `P${n % 9}`,
        });
        const one = TASK_STATUSES[Math.floor(n / 2) % TASK_STATUSES.length] ?? status;
        const statusSince = new Date(fields.statusSince.getTime() + ((n * 7) % 720) * spread);
        return {
          ...fields,
          _id: new mongo.ObjectId(randomBytes(12)),
          status: one,
          statusSince,
          origin: null,
        };
      });
      await connected.connection.model('Task').collection.insertMany(rows);
      return rows
        .filter((row) => row.teamId === teamId && row.status === status)
        .map((row) => ({ id: row._id.toHexString(), since: row.statusSince.getTime() }))
        .sort((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1))
        .map((row) => row.id);
    }
  });

  describe('reads next to nothing besides', () => {
    const LIMIT = 20;

    /** What the questions of a call examined in all. */
    async function keysOf(call: () => Promise<unknown>): Promise<number> {
      commands.length = 0;
      await call();
      const costs = await Promise.all(
        commands.flatMap(explainable).map(async (command) => costOf(await explain(command))),
      );
      expect(costs.length).toBeGreaterThan(0);
      return costs.reduce((sum, cost) => sum + cost.keys, 0);
    }

    /** Copies of one row, each changed by its number. */
    async function addRows(model: string, id: string, change: (n: number) => object): Promise<void> {
      const { collection } = connected.connection.model(model);
      const [row] = await collection.find({ _id: new mongo.ObjectId(id) }).toArray();
      if (row === undefined) throw new Error('There is no row to copy.');
      const copies = Array.from({ length: 600 }, (_, n) => ({
        ...row,
        _id: new mongo.ObjectId(randomBytes(12)),
        ...change(n),
      }));
      await collection.insertMany(copies);
    }

    it('hundreds of conversations that are private or deleted', async () => {
      const { conversations } = connected.stores;
      const teamId = newTeam();
      const shared = await conversations.findOrOpen(unopened(teamId, { type: 'task', parentId: UNKNOWN }));
      await addRows('Conversation', shared.id, (n) => ({
        ...{ key: `key ${n}`, type: n % 5 === 0 ? 'project' : 'task' },
        ...(n % 2 === 0 ? { userId: `U${n}` } : { deleted: true }),
      }));
      for (const place of [{}, { projectId: UNKNOWN }, { parentId: UNKNOWN }]) {
        const list = () => conversations.list({ teamId, types: ['project', 'task'], ...place, limit: LIMIT });
        expect(await list()).toEqual([shared]);
        expect(await keysOf(list)).toBeLessThanOrEqual(LIMIT);
      }
    });

    it('hundreds of proposals that wait for others, and as many that are over', async () => {
      const { dispatches } = connected.stores;
      const teamId = newTeam();
      const { dispatch: first } = await dispatches.create(dispatch(teamId));
      const kinds = [{ state: 'declined' }, { projectId: 'P9' }, { projectId: null, userId: 'U9' }, {}];
      await addRows('Dispatch', first.id, (n) => ({
        ...{ origin: `answer:${n + 9}`, proposedAt: new Date(first.proposedAt.getTime() + n + 1) },
        ...kinds[n % kinds.length],
      }));
      const query = { teamId, projectIds: [UNKNOWN, 'P2', 'P3'], userId: 'U1' };
      expect(await dispatches.countWaiting(query)).toBe(151);
      const page = () => dispatches.listWaiting({ ...query, skip: 0, limit: LIMIT });
      expect(await page()).toHaveLength(LIMIT);
      expect(await keysOf(page)).toBeLessThanOrEqual(1.5 * LIMIT);
      expect(await keysOf(() => dispatches.countWaiting(query))).toBeLessThanOrEqual(151 + LIMIT);
    });

    it("hundreds of tasks that are others', elsewhere or over", async () => {
      const { tasks } = connected.stores;
      const teamId = newTeam();
      const { task: first } = await tasks.create(task(teamId));
      const kinds = [{ status: 'done' }, { projectId: 'P9' }, { createdBy: person('U9') }, {}];
      await addRows('Task', first.id, (n) => kinds[n % kinds.length] ?? {});
      const page = () => tasks.listOwn(teamId, 'U1', [UNKNOWN, 'P2'], LIMIT);
      expect(await page()).toHaveLength(LIMIT);
      expect(await keysOf(page)).toBeLessThanOrEqual(2 * LIMIT);
    });
  });

  async function explain(command: Command): Promise<unknown> {
    return connected.connection.db?.command({ explain: command, verbosity: 'executionStats' });
  }
});
