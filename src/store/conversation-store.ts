import type { Connection, Model } from 'mongoose';
import type { ConversationStore } from '../ports/conversations.ts';
import { createEmptying } from './conversation-emptying.ts';
import { type ConversationRow, conversationModel, orNull, toConversation } from './conversation-schema.ts';
import { isDuplicateKey } from './duplicate-key.ts';
import { byRef, objectId } from './ids.ts';
import { ONE_TRIP } from './schema.ts';

const FRESH = { summary: null, revision: 0, since: '', resets: 0, deleted: false } as const;

export function createConversationStore(connection: Connection): ConversationStore {
  const conversations = conversationModel(connection);
  return {
    ...finding(conversations),
    ...making(conversations),
    ...opening(conversations),
    ...changing(conversations),
    ...createEmptying(conversations),
  };
}

function finding(
  conversations: Model<ConversationRow>,
): Pick<ConversationStore, 'findByThread' | 'findById' | 'findByKeys' | 'findCoaching' | 'list'> {
  return {
    async findByThread(teamId, channelId, threadTs) {
      // Past mongoose's query building: this one read stands between every message and its acknowledgement.
      return orNull(await conversations.collection.findOne<ConversationRow>({ teamId, channelId, threadTs }));
    },
    async findById(ref) {
      return orNull(await conversations.findOne(byRef(ref)).lean());
    },
    async findByKeys(teamId, keys) {
      const rows = await conversations
        .find({ teamId, key: { $in: keys } })
        .batchSize(ONE_TRIP)
        .lean();
      return rows.map(toConversation);
    },
    async findCoaching(teamId, userId) {
      return orNull(await conversations.findOne({ teamId, key: coachingKey(userId) }).lean());
    },
    async list({ teamId, types, projectId, parentId, after, limit }) {
      const filter = {
        teamId,
        ...(projectId === undefined ? {} : { projectId }),
        ...(parentId === undefined ? {} : { parentId }),
        type: { $in: types },
        userId: null,
        // Those of version 0.1 do not say.
        deleted: { $in: [false, null] },
        ...(after === undefined ? {} : { _id: { $lt: objectId(after) } }),
      };
      const rows = await conversations.find(filter).sort({ _id: -1 }).limit(limit).batchSize(limit).lean();
      return rows.map(toConversation);
    },
  };
}

const coachingKey = (userId: string): string => `coaching:${userId}`;

/** Every upsert is an equality on a unique key, so that it cannot collide with another. */
function making(
  conversations: Model<ConversationRow>,
): Pick<ConversationStore, 'findOrCreate' | 'findOrOpen' | 'findOrCreateCoaching'> {
  return {
    async findOrCreate({ teamId, channelId, threadTs, ...rest }) {
      const none = { userId: null, parentId: null, taskId: null };
      const $setOnInsert = { ...rest, ...FRESH, ...none, mode: 'auto' } as const;
      const row = await conversations
        .findOneAndUpdate(
          { teamId, channelId, threadTs },
          { $setOnInsert },
          { upsert: true, returnDocument: 'after' },
        )
        .lean();
      return toConversation(row);
    },
    async findOrOpen({ teamId, key, ...rest }) {
      const $setOnInsert = { ...rest, threadTs: null, ...FRESH, unopened: true } as const;
      const row = await conversations
        .findOneAndUpdate({ teamId, key }, { $setOnInsert }, { upsert: true, returnDocument: 'after' })
        .lean();
      return toConversation(row);
    },
    async findOrCreateCoaching({ teamId, userId, channelId }) {
      const key = coachingKey(userId);
      const held = await conversations.findOne({ teamId, key }).lean();
      if (held?.channelId === channelId) return toConversation(held);
      const none = { threadTs: null, projectId: null, milestoneId: null, parentId: null, taskId: null };
      const $setOnInsert = {
        ...{ ...FRESH, ...none, userId, title: '' },
        ...({ type: 'coaching', mode: 'coaching' } as const),
      };
      const row = await conversations
        .findOneAndUpdate(
          { teamId, key },
          { $setOnInsert, $set: { channelId } },
          { upsert: true, returnDocument: 'after' },
        )
        .lean();
      return toConversation(row);
    },
  };
}

function opening(
  conversations: Model<ConversationRow>,
): Pick<ConversationStore, 'opening' | 'opened' | 'isOpening'> {
  return {
    async opening(ref) {
      await conversations.updateOne({ ...byRef(ref), unopened: true }, { $set: { openingAt: new Date() } });
    },
    async opened(ref, threadTs) {
      try {
        await conversations.updateOne(
          { ...byRef(ref), unopened: true },
          { $set: { threadTs }, $unset: { unopened: '', openingAt: '' } },
        );
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    },
    async isOpening(teamId, channelId, since) {
      const filter = { teamId, channelId, unopened: true, openingAt: { $gte: since } };
      return (await conversations.findOne(filter, { _id: 1 }).lean()) !== null;
    },
  };
}

function changing(
  conversations: Model<ConversationRow>,
): Pick<ConversationStore, 'change' | 'setDeleted' | 'releaseMilestone'> {
  return {
    async change(ref, change) {
      await conversations.updateOne(byRef(ref), { $set: change });
    },
    async setDeleted(ref, deleted) {
      const $set = deleted ? { deleted, title: '' } : { deleted };
      await conversations.updateOne(byRef(ref), { $set });
    },
    async releaseMilestone(teamId, milestoneId) {
      await conversations.updateMany({ teamId, milestoneId }, { $set: { milestoneId: null } });
    },
  };
}
