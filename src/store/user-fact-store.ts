import { type Connection, Schema, type Types } from 'mongoose';
import type { UserFact } from '../domain/user-fact.ts';
import type { UserFactStore } from '../ports/user-facts.ts';
import { byRef } from './ids.ts';
import { modelOf, storeSchema } from './schema.ts';

interface UserFactRow extends Omit<UserFact, 'id' | 'value'> {
  _id: Types.ObjectId;
  /** JSON as text: keys such as "$where" or "a.b" are no names for fields of MongoDB. */
  value: string;
}

const schema = storeSchema<UserFactRow>({
  teamId: String,
  userId: String,
  key: String,
  value: String,
  updatedAt: Date,
  from: [new Schema<UserFact['from'][number]>({ channelId: String, ts: String }, { _id: false })],
});
schema.index({ teamId: 1, userId: 1, key: 1 }, { unique: true });
schema.index({ teamId: 1, userId: 1, updatedAt: -1, _id: -1 });
schema.index({ teamId: 1, 'from.channelId': 1, 'from.ts': 1 });

const userFactModel = modelOf('UserFact', 'user_facts', schema);

export function createUserFactStore(connection: Connection): UserFactStore {
  const facts = userFactModel(connection);

  return {
    async put(teamId, userId, { key, value, from }) {
      const $set = { value: JSON.stringify(value), from, updatedAt: new Date() };
      const row = await facts
        .findOneAndUpdate({ teamId, userId, key }, { $set }, { upsert: true, returnDocument: 'after' })
        .lean();
      return toFact(row);
    },
    async list(teamId, userId, { skip, limit }) {
      const rows = await facts
        .find({ teamId, userId })
        .sort({ updatedAt: -1, _id: -1 })
        .skip(skip)
        .limit(limit)
        .batchSize(limit)
        .lean();
      return rows.map(toFact);
    },
    async count(teamId, userId) {
      return facts.countDocuments({ teamId, userId });
    },
    async has(teamId, userId, key) {
      return (await facts.findOne({ teamId, userId, key }, { _id: 1 }).lean()) !== null;
    },
    async forget(ref, userId, updatedAt) {
      const asShown = updatedAt === undefined ? {} : { updatedAt };
      return (await facts.deleteOne({ ...byRef(ref), userId, ...asShown })).deletedCount === 1;
    },
    async forgetFrom(teamId, { channelId, ts }, onlyAsked = false) {
      const asked = onlyAsked ? { 'from.0.ts': ts } : {};
      const forgotten: UserFact[] = [];
      // One by one: what is stored anew from elsewhere in between stays.
      for (;;) {
        const filter = { teamId, from: { $elemMatch: { channelId, ts } }, ...asked };
        const row = await facts.findOneAndDelete(filter).lean();
        if (row === null) return forgotten;
        forgotten.push(toFact(row));
      }
    },
  };
}

function toFact({ _id, value, ...fact }: UserFactRow): UserFact {
  return { id: _id.toHexString(), ...fact, value: JSON.parse(value) };
}
