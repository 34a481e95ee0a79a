import { createHash, randomBytes } from 'node:crypto';
import type { ApiKey } from '../domain/api-key.ts';
import { cleanTitle } from '../domain/project.ts';
import type { ApiKeyStore } from '../ports/api-keys.ts';

const SECRET = /^mp_(?<teamId>[A-Za-z0-9]{1,64})_[A-Za-z0-9_-]{43}$/u;

/** Keys of bots outside. A secret is shown once, when its key is made; only its hash is kept. */
export function createApiKeys({ apiKeys }: { apiKeys: ApiKeyStore }) {
  return {
    /** @throws DomainError `title_missing` for an empty name */
    async create(teamId: string, name: string): Promise<{ key: ApiKey; secret: string }> {
      const secret = `mp_${teamId}_${randomBytes(32).toString('base64url')}`;
      const key = await apiKeys.create({ teamId, name: cleanTitle(name, 'key'), hash: hashOf(secret) });
      return { key, secret };
    },

    /** The key with this secret; null for text that is no secret, one nobody made, and one that was revoked. */
    async find(secret: string): Promise<ApiKey | null> {
      const teamId = SECRET.exec(secret)?.groups?.teamId;
      return teamId === undefined ? null : apiKeys.findByHash(teamId, hashOf(secret));
    },

    /** Oldest first, revoked ones included. */
    list: (teamId: string): Promise<ApiKey[]> => apiKeys.list(teamId),

    /** From now on its secret opens nothing. @returns null when there is no such key. */
    revoke: (teamId: string, id: string): Promise<ApiKey | null> => apiKeys.revoke({ teamId, id }),
  };
}

export type ApiKeys = ReturnType<typeof createApiKeys>;

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');
