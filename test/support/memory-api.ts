import type { ApiKey } from '../../src/domain/api-key.ts';
import type { ApiKeyStore, RequestRecord, RequestStore, StoredReply } from '../../src/ports/api-keys.ts';
import type { Home, HomeStore } from '../../src/ports/homes.ts';
import { copyOf, copyWithout, createTable } from './memory-table.ts';

export function memoryApi(): {
  apiKeys: ApiKeyStore;
  requests: RequestStore;
  homes: HomeStore;
} {
  return { apiKeys: apiKeys(), requests: requests(), homes: homes() };
}

function apiKeys(): ApiKeyStore {
  const table = createTable<ApiKey & { hash: string }>();
  const out = (row: ApiKey & { hash: string }): ApiKey => copyWithout(row, 'hash');

  return {
    create: async (key) => out(table.add({ ...key, createdAt: new Date(), revokedAt: null })),
    async findByHash(teamId, hash) {
      const row = table.one(teamId, (one) => one.hash === hash && one.revokedAt === null);
      return row === null ? null : out(row);
    },
    list: async (teamId) => table.all(teamId, () => true).map(out),
    async revoke(ref) {
      const row = table.get(ref);
      if (row === null) return null;
      row.revokedAt ??= new Date();
      return out(row);
    },
  };
}

type RequestRow = RequestRecord & { id: string; reply: StoredReply | null; heldUntil: number };

function requests(): RequestStore {
  const table = createTable<RequestRow>();
  const find = ({ teamId, keyId, idempotencyKey }: RequestRecord) =>
    table.one(teamId, (row) => row.keyId === keyId && row.idempotencyKey === idempotencyKey);

  return {
    async begin(request, holdMs) {
      const row = find(request) ?? table.add({ ...request, reply: null, heldUntil: 0 });
      if (row.fingerprint !== request.fingerprint) return { as: 'other' };
      if (row.reply !== null) return { as: 'done', reply: copyOf(row.reply) };
      if (row.heldUntil >= Date.now()) return { as: 'running' };
      row.heldUntil = Date.now() + holdMs;
      return { as: 'new' };
    },
    async finish(request, reply) {
      const row = find(request);
      if (row?.fingerprint === request.fingerprint) row.reply ??= copyOf(reply);
    },
    async release(request) {
      Object.assign(find(request) ?? {}, { heldUntil: 0 });
    },
  };
}

function homes(): HomeStore {
  const table = createTable<Home & { id: string; openedAt: Date }>();
  const of = (teamId: string, userId: string) => table.one(teamId, (row) => row.userId === userId);

  return {
    async find(teamId, userId) {
      const row = of(teamId, userId);
      return row === null ? null : copyWithout(row, 'id', 'openedAt');
    },
    async choose(teamId, userId, state) {
      const change = { state: copyOf(state), openedAt: new Date() };
      const row = of(teamId, userId) ?? table.add({ teamId, userId, hash: null, gathered: 0, ...change });
      Object.assign(row, change);
    },
    async published(teamId, userId, hash, gathered) {
      Object.assign(of(teamId, userId) ?? {}, { hash, gathered });
    },
    isAnyOpenedSince: async (teamId, since) => table.one(teamId, (row) => row.openedAt >= since) !== null,
    openedSince: async (teamId, userIds, since) =>
      table
        .all(teamId, (row) => userIds.includes(row.userId) && row.openedAt >= since)
        .map((row) => row.userId),
  };
}
