import type { Connection } from 'mongoose';
import type { RequestRecord, RequestStore } from '../ports/api-keys.ts';
import { modelOf, storeSchema } from './schema.ts';

interface RequestRow extends RequestRecord {
  /** Null while it runs. */
  status: number | null;
  /** Sealed; rows of earlier versions hold the reply as it was sent. */
  body: string;
  /** Until then the one that began it may finish it, on the server's clock. */
  heldUntil: Date;
  at: Date;
}

/** Nobody holds it. */
const NEVER = new Date(0);
const DAY_SECONDS = 24 * 3_600;

const schema = storeSchema<RequestRow>({
  teamId: String,
  keyId: String,
  idempotencyKey: String,
  fingerprint: String,
  status: Number,
  body: String,
  heldUntil: Date,
  at: Date,
});
schema.index({ teamId: 1, keyId: 1, idempotencyKey: 1 }, { unique: true });
schema.index({ at: 1 }, { expireAfterSeconds: DAY_SECONDS });

const requestModel = modelOf('Request', 'api_requests', schema);

export function createRequestStore(connection: Connection): RequestStore {
  const requests = requestModel(connection);
  const keyOf = ({ teamId, keyId, idempotencyKey }: RequestRecord) => ({ teamId, keyId, idempotencyKey });

  return {
    async begin(request, holdMs) {
      const { fingerprint } = request;
      const fresh = { fingerprint, status: null, body: '', heldUntil: NEVER, at: new Date() };
      await requests.updateOne(keyOf(request), { $setOnInsert: fresh }, { upsert: true });
      const free = { ...keyOf(request), fingerprint, status: null, $expr: { $lt: ['$heldUntil', '$$NOW'] } };
      const held = [{ $set: { heldUntil: { $add: ['$$NOW', holdMs] } } }];
      const taken = await requests.findOneAndUpdate(free, held, { updatePipeline: true }).lean();
      if (taken !== null) return { as: 'new' };
      const row = await requests.findOne(keyOf(request)).lean();
      if (row !== null && row.fingerprint !== fingerprint) return { as: 'other' };
      return row === null || row.status === null
        ? { as: 'running' }
        : { as: 'done', reply: { status: row.status, body: row.body } };
    },
    async finish(request, { status, body }) {
      // The first reply stays: a run that lost its hold must not change what was told under this key.
      const unanswered = { ...keyOf(request), fingerprint: request.fingerprint, status: null };
      await requests.updateOne(unanswered, { $set: { status, body } });
    },
    async release(request) {
      await requests.updateOne({ ...keyOf(request), status: null }, { $set: { heldUntil: NEVER } });
    },
  };
}
