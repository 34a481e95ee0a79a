import type { Connection } from 'mongoose';
import { expect, it } from 'vitest';
import type { ConnectedStores, Stores } from '../../src/store/connect.ts';
import { newTeam, refusal } from './drivers.ts';

const VARYING = [
  ...['generation', 'addedAt', 'askedAt', 'readAt', 'createdAt', 'awaitedSince', 'teamId', 'keyHash'],
  'releasedBy',
];
const WRITES = [
  ...['insertOne', 'insertMany', 'updateOne', 'updateMany', 'deleteOne', 'deleteMany', 'bulkWrite'],
  ...['findOneAndUpdate', 'findOneAndDelete'],
];

type Command = () => unknown;

/** Has `instead` run each of these commands of a connection. @returns a function that ends this. */
function intercept(connection: Connection, methods: string[], instead: (command: Command) => unknown) {
  const undo: (() => void)[] = [];
  for (const { collection } of Object.values(connection.models)) {
    for (const method of methods) {
      const original: unknown = Reflect.get(collection, method);
      if (typeof original !== 'function') continue;
      const intercepted = (...args: unknown[]): unknown =>
        instead(() => Reflect.apply(original, collection, args));
      Reflect.set(collection, method, intercepted);
      undo.push(() => Reflect.set(collection, method, original));
    }
  }
  return (): void => {
    for (const one of undo) one();
  };
}

/** Lets so many writes of a connection through and fails all after them, as if the process had ended there. */
export function endAfter(connection: Connection, writes: number): () => void {
  let left = writes;
  return intercept(connection, WRITES, (command) => {
    left -= 1;
    if (left < 0) throw new Error('The process ended.');
    return command();
  });
}

/** Lets `act` happen once, after so many commands of a connection and before the next. */
export function actAfter(connection: Connection, commands: number, act: () => Promise<unknown>) {
  let left = commands;
  let acted = false;
  const undo = intercept(connection, [...WRITES, 'findOne'], async (command) => {
    left -= 1;
    if (left === -1) {
      acted = true;
      await act();
    }
    return command();
  });
  return { undo, hasActed: (): boolean => acted };
}

/** All that MongoDB holds of a workspace, without what differs from run to run. */
export async function contents(connection: Connection, teamId: string): Promise<Record<string, unknown[]>> {
  const names = new Map<string, string>();
  const stable = (value: unknown): unknown => {
    if (!/^[0-9a-f]{24}$/u.test(String(value))) return value;
    const id = String(value);
    if (!names.has(id)) names.set(id, `id ${names.size}`);
    return names.get(id);
  };
  const all: Record<string, unknown[]> = {};
  for (const model of Object.values(connection.models)) {
    const rows = await model.find({ teamId }).sort({ _id: 1 }).lean<Record<string, unknown>[]>();
    const kept = rows.map((row) =>
      Object.entries(row)
        .sort()
        .filter(([field]) => !VARYING.includes(field)),
    );
    all[model.modelName] = kept.map((row) =>
      Object.fromEntries(row.map(([field, value]) => [field, stable(value)])),
    );
  }
  return all;
}

export interface Scene {
  name: string;
  prepare(stores: Stores, teamId: string): Promise<(stores: Stores) => Promise<unknown>>;
}

/** Cuts each call short after any of its writes, repeats it, and compares with what it leaves undisturbed. */
export function itLeavesNoTrace(
  scenes: Scene[],
  opened: () => { live: ConnectedStores; ending: ConnectedStores },
): void {
  for (const { name, prepare } of scenes) {
    it(`leaves no trace once it is repeated: ${name}`, async () => {
      const { live, ending } = opened();
      const undisturbed = newTeam();
      await (await prepare(live.stores, undisturbed))(live.stores);
      const wanted = await contents(live.connection, undisturbed);
      let writes = 0;
      for (let ended = true; ended; writes += 1) {
        const teamId = newTeam();
        const call = await prepare(live.stores, teamId);
        const revive = endAfter(ending.connection, writes);
        ended = (await refusal(call(ending.stores))) instanceof Error;
        revive();
        if (ended) await call(live.stores);
        expect(await contents(live.connection, teamId), `ended after ${writes} writes`).toEqual(wanted);
      }
      expect(writes).toBeGreaterThan(2);
    });
  }
}

/** Expects every attachment to be owed to someone, and every document to be whole and attached. */
export async function expectWhole(connection: Connection, teamId: string): Promise<void> {
  const held = await contents(connection, teamId);
  const ids = (rows: unknown[] | undefined, field: string) =>
    new Set(
      (rows ?? []).map((row) => (typeof row === 'object' && row !== null ? Reflect.get(row, field) : null)),
    );
  const attachments = ids(held.Attachment, '_id');
  expect(ids(held.AttachmentSource, 'attachmentId')).toEqual(attachments);
  const referred = ids(held.Attachment, 'documentId');
  referred.delete(null);
  expect(ids(held.Document, '_id')).toEqual(referred);
  expect(ids(held.Passage, 'documentId')).toEqual(referred);
  expect(held.Passage).toHaveLength(2 * referred.size);
}
