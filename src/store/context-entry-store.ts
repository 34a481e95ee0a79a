import type { Connection, Types } from 'mongoose';
import type { ContextEntry } from '../domain/context-entry.ts';
import type { ContextEntryStore } from '../ports/context-entries.ts';
import { objectId } from './ids.ts';
import { modelOf, storeSchema } from './schema.ts';

interface ContextEntryRow extends Omit<ContextEntry, 'id' | 'value'> {
  _id: Types.ObjectId;
  /** JSON as text: keys such as "$where" or "a.b" are no names for fields of MongoDB. */
  value: string;
}

const schema = storeSchema<ContextEntryRow>({
  teamId: String,
  conversationId: String,
  key: String,
  type: { type: String },
  value: String,
  updatedAt: Date,
});
schema.index({ teamId: 1, conversationId: 1, key: 1 }, { unique: true });
schema.index({ teamId: 1, conversationId: 1, updatedAt: -1, _id: -1 });
schema.index({ teamId: 1, conversationId: 1, type: 1, updatedAt: -1, _id: -1 });

const contextEntryModel = modelOf('ContextEntry', 'context_entries', schema);

export function createContextEntryStore(connection: Connection): ContextEntryStore {
  const entries = contextEntryModel(connection);

  return {
    async put({ teamId, id }, { key, type, value }) {
      const $set = { type, value: JSON.stringify(value), updatedAt: new Date() };
      const row = await entries
        .findOneAndUpdate(
          { teamId, conversationId: id, key },
          { $set },
          { upsert: true, returnDocument: 'after' },
        )
        .lean();
      return toEntry(row);
    },
    async list({ teamId, id }, { type, before, limit }) {
      const older =
        before === undefined
          ? {}
          : {
              updatedAt: { $lte: before.updatedAt },
              $or: [
                { updatedAt: { $lt: before.updatedAt } },
                { updatedAt: before.updatedAt, _id: { $lt: objectId(before.id) } },
              ],
            };
      const rows = await entries
        .find({ teamId, conversationId: id, ...(type === undefined ? {} : { type }), ...older })
        .sort({ updatedAt: -1, _id: -1 })
        .limit(limit)
        .batchSize(limit)
        .lean();
      return rows.map(toEntry);
    },
  };
}

function toEntry({ _id, value, ...entry }: ContextEntryRow): ContextEntry {
  return { id: _id.toHexString(), ...entry, value: JSON.parse(value) };
}
