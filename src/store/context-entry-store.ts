import { type Connection, Schema, type Types } from 'mongoose';
import { type ContextEntry, type EntrySources, NO_SOURCES } from '../domain/context-entry.ts';
import type { ContextEntryStore, RemovedSource } from '../ports/context-entries.ts';
import { byRef, objectId } from './ids.ts';
import { anyString, modelOf, ONE_TRIP, storeSchema } from './schema.ts';

/** Those of version 0.1 do not say what they were learned from. */
type Added = 'sources' | 'madeFor';

interface ContextEntryRow
  extends Omit<ContextEntry, 'id' | 'value' | Added>,
    Partial<Pick<ContextEntry, Added>> {
  _id: Types.ObjectId;
  /** JSON as text: keys such as "$where" or "a.b" are no names for fields of MongoDB. */
  value: string;
}

const message = new Schema<EntrySources['messages'][number]>(
  { channelId: String, ts: String },
  { _id: false },
);
const schema = storeSchema<ContextEntryRow>({
  teamId: String,
  conversationId: String,
  key: String,
  type: { type: String },
  value: String,
  updatedAt: Date,
  sources: new Schema<EntrySources>({ messages: [message], attachmentIds: [String] }, { _id: false }),
  madeFor: String,
});
schema.index({ teamId: 1, conversationId: 1, key: 1 }, { unique: true });
schema.index({ teamId: 1, conversationId: 1, updatedAt: -1, _id: -1 });
schema.index({ teamId: 1, conversationId: 1, type: 1, updatedAt: -1, _id: -1 });
schema.index({ teamId: 1, 'sources.messages.ts': 1, 'sources.messages.channelId': 1 });
schema.index(
  { teamId: 1, 'sources.attachmentIds': 1 },
  { partialFilterExpression: { 'sources.attachmentIds': anyString } },
);

const contextEntryModel = modelOf('ContextEntry', 'context_entries', schema);

export function createContextEntryStore(connection: Connection): ContextEntryStore {
  const entries = contextEntryModel(connection);

  return {
    async put({ teamId, id }, { value, key, ...entry }) {
      const $set = { ...entry, value: JSON.stringify(value), updatedAt: new Date() };
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
    async count({ teamId, id }) {
      return entries.countDocuments({ teamId, conversationId: id });
    },
    async findById(ref) {
      const row = await entries.findOne(byRef(ref)).lean();
      return row === null ? null : toEntry(row);
    },
    async findByKeys({ teamId, id }, keys) {
      const rows = await entries
        .find({ teamId, conversationId: id, key: { $in: keys } })
        .batchSize(ONE_TRIP)
        .lean();
      return rows.map(toEntry);
    },
    async forget(ref, updatedAt) {
      const asShown = updatedAt === undefined ? {} : { updatedAt };
      return (await entries.deleteOne({ ...byRef(ref), ...asShown })).deletedCount === 1;
    },
    async forgetFrom(teamId, source, onlyAsked = false) {
      const asked = onlyAsked && 'ts' in source ? { 'sources.messages.0.ts': source.ts } : {};
      const forgotten: ContextEntry[] = [];
      // One by one: what is stored anew from elsewhere in between stays.
      for (;;) {
        const row = await entries.findOneAndDelete({ teamId, ...naming(source), ...asked }).lean();
        if (row === null) return forgotten;
        forgotten.push(toEntry(row));
      }
    },
    async removeAll({ teamId, id }) {
      return (await entries.deleteMany({ teamId, conversationId: id })).deletedCount;
    },
  };
}

function naming(source: RemovedSource) {
  if ('attachmentId' in source) return { 'sources.attachmentIds': source.attachmentId };
  const { channelId, ts } = source;
  return { 'sources.messages': { $elemMatch: { ts, channelId } } };
}

function toEntry({ _id, value, ...entry }: ContextEntryRow): ContextEntry {
  const { sources = NO_SOURCES, madeFor = null } = entry;
  return {
    id: _id.toHexString(),
    ...entry,
    sources: structuredClone(sources),
    madeFor,
    value: JSON.parse(value),
  };
}
