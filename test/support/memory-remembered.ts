import type { ContextEntry } from '../../src/domain/context-entry.ts';
import type { UserFact } from '../../src/domain/user-fact.ts';
import type { ContextEntryStore, RemovedSource } from '../../src/ports/context-entries.ts';
import type { UserFactStore } from '../../src/ports/user-facts.ts';
import { copyOf, createTable } from './memory-table.ts';

export function memoryRemembered(): { contextEntries: ContextEntryStore; userFacts: UserFactStore } {
  return { contextEntries: contextEntries(), userFacts: userFacts() };
}

type Dated = Pick<ContextEntry, 'updatedAt' | 'id'>;

const newestFirst = (a: Dated, b: Dated): number =>
  b.updatedAt.getTime() - a.updatedAt.getTime() || (a.id === b.id ? 0 : a.id < b.id ? 1 : -1);

const isAsShown = (row: Dated, updatedAt: Date | undefined): boolean =>
  updatedAt === undefined || row.updatedAt.getTime() === updatedAt.getTime();

const names = ({ sources }: ContextEntry, source: RemovedSource): boolean =>
  'attachmentId' in source
    ? sources.attachmentIds.includes(source.attachmentId)
    : sources.messages.some(({ channelId, ts }) => channelId === source.channelId && ts === source.ts);

function contextEntries(): ContextEntryStore {
  const table = createTable<ContextEntry>();
  const of = ({ teamId, id }: { teamId: string; id: string }, fits: (row: ContextEntry) => boolean) =>
    table.all(teamId, (row) => row.conversationId === id && fits(row));

  return {
    async put(conversation, { key, ...entry }) {
      const [held] = of(conversation, (row) => row.key === key);
      const change = { ...copyOf(entry), updatedAt: new Date() };
      const place = { teamId: conversation.teamId, conversationId: conversation.id };
      return copyOf(Object.assign(held ?? table.add({ ...place, key, ...change }), change));
    },
    list: async (conversation, { type, before, limit }) =>
      of(conversation, (row) => type === undefined || row.type === type)
        .filter((row) => before === undefined || newestFirst(before, row) < 0)
        .sort(newestFirst)
        .slice(0, limit)
        .map((row) => copyOf(row)),
    count: async (conversation) => of(conversation, () => true).length,
    findById: async (ref) => copyOf(table.get(ref)),
    findByKeys: async (conversation, keys) =>
      of(conversation, (row) => keys.includes(row.key)).map((row) => copyOf(row)),
    async forget(ref, updatedAt) {
      const row = table.get(ref);
      return row !== null && isAsShown(row, updatedAt) && table.delete(row);
    },
    async forgetFrom(teamId, source, onlyAsked = false) {
      const isAsked = ({ sources }: ContextEntry): boolean =>
        !onlyAsked || ('ts' in source && sources.messages[0]?.ts === source.ts);
      const forgotten = table.all(teamId, (row) => names(row, source) && isAsked(row));
      forgotten.forEach(table.delete);
      return forgotten.map((row) => copyOf(row));
    },
    async removeAll(conversation) {
      const all = of(conversation, () => true);
      all.forEach(table.delete);
      return all.length;
    },
  };
}

function userFacts(): UserFactStore {
  const table = createTable<UserFact>();
  const of = (teamId: string, userId: string) => table.all(teamId, (row) => row.userId === userId);

  return {
    async put(teamId, userId, { key, ...fact }) {
      const held = of(teamId, userId).find((row) => row.key === key);
      const change = { ...copyOf(fact), updatedAt: new Date() };
      return copyOf(Object.assign(held ?? table.add({ teamId, userId, key, ...change }), change));
    },
    list: async (teamId, userId, { skip, limit }) =>
      of(teamId, userId)
        .sort(newestFirst)
        .slice(skip, skip + limit)
        .map((row) => copyOf(row)),
    count: async (teamId, userId) => of(teamId, userId).length,
    has: async (teamId, userId, key) => of(teamId, userId).some((row) => row.key === key),
    async forget(ref, userId, updatedAt) {
      const row = table.get(ref);
      return row?.userId === userId && isAsShown(row, updatedAt) && table.delete(row);
    },
    async forgetFrom(teamId, { channelId, ts }, onlyAsked = false) {
      const forgotten = table.all(teamId, ({ from }) =>
        (onlyAsked ? from.slice(0, 1) : from).some((one) => one.channelId === channelId && one.ts === ts),
      );
      forgotten.forEach(table.delete);
      return forgotten.map((row) => copyOf(row));
    },
  };
}
