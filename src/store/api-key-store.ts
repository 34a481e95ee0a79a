import type { Connection, Types } from 'mongoose';
import type { ApiKey } from '../domain/api-key.ts';
import type { ApiKeyStore } from '../ports/api-keys.ts';
import { byRef } from './ids.ts';
import { modelOf, storeSchema } from './schema.ts';

interface ApiKeyRow extends Omit<ApiKey, 'id'> {
  _id: Types.ObjectId;
  /** SHA-256 of the whole key. It is random, so that nothing slower is needed. */
  hash: string;
}

const schema = storeSchema<ApiKeyRow>({
  teamId: String,
  name: String,
  hash: String,
  createdAt: Date,
  revokedAt: Date,
});
schema.index({ teamId: 1, hash: 1 }, { unique: true });
schema.index({ teamId: 1, _id: 1 });

const apiKeyModel = modelOf('ApiKey', 'api_keys', schema);

export function createApiKeyStore(connection: Connection): ApiKeyStore {
  const keys = apiKeyModel(connection);

  return {
    async create({ teamId, name, hash }) {
      const made = await keys.create({ teamId, name, hash, createdAt: new Date(), revokedAt: null });
      return toKey(made.toObject());
    },
    async findByHash(teamId, hash) {
      const row = await keys.findOne({ teamId, hash, revokedAt: null }).lean();
      return row === null ? null : toKey(row);
    },
    async list(teamId) {
      return (await keys.find({ teamId }).sort({ _id: 1 }).lean()).map(toKey);
    },
    async revoke(ref) {
      const revoked = [{ $set: { revokedAt: { $ifNull: ['$revokedAt', '$$NOW'] } } }];
      const row = await keys
        .findOneAndUpdate(byRef(ref), revoked, { returnDocument: 'after', updatePipeline: true })
        .lean();
      return row === null ? null : toKey(row);
    },
  };
}

function toKey({ _id, hash, ...key }: ApiKeyRow): ApiKey {
  return { id: _id.toHexString(), ...key };
}
