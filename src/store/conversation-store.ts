import type { Connection } from 'mongoose';
import type { Conversation } from '../domain/conversation.ts';
import type { ConversationStore } from '../ports/conversations.ts';
import { type ConversationRow, conversationModel } from './conversation-schema.ts';
import { isDuplicateKey } from './duplicate-key.ts';
import { byRef, objectId } from './ids.ts';
import { ONE_TRIP } from './schema.ts';

const FRESH = { mode: 'auto', summary: null, revision: 0 } as const;

export function createConversationStore(connection: Connection): ConversationStore {
  const conversations = conversationModel(connection);

  return {
    async findByThread(teamId, channelId, threadTs) {
      // Past mongoose's query building: this one read stands between every message and its acknowledgement.
      return orNull(await conversations.collection.findOne<ConversationRow>({ teamId, channelId, threadTs }));
    },
    async findById(ref) {
      return orNull(await conversations.findOne(byRef(ref)).lean());
    },
    async findOrCreate({ teamId, channelId, threadTs, ...rest }) {
      const $setOnInsert = { ...rest, ...FRESH, parentId: null, taskId: null } as const;
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
    async findByKeys(teamId, keys) {
      const rows = await conversations
        .find({ teamId, key: { $in: keys } })
        .batchSize(ONE_TRIP)
        .lean();
      return rows.map(toConversation);
    },
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
    async list({ teamId, types, projectId, parentId, after, limit }) {
      const filter = {
        teamId,
        ...(projectId === undefined ? {} : { projectId }),
        ...(parentId === undefined ? {} : { parentId }),
        type: { $in: types },
        ...(after === undefined ? {} : { _id: { $lt: objectId(after) } }),
      };
      const rows = await conversations.find(filter).sort({ _id: -1 }).limit(limit).batchSize(limit).lean();
      return rows.map(toConversation);
    },
    async change(ref, change) {
      await conversations.updateOne(byRef(ref), { $set: change });
    },
    async releaseMilestone(teamId, milestoneId) {
      await conversations.updateMany({ teamId, milestoneId }, { $set: { milestoneId: null } });
    },
    async setSummary(ref, revision, summary) {
      const result = await conversations.updateOne({ ...byRef(ref), revision }, { $set: { summary } });
      return result.matchedCount === 1;
    },
    async dropSummary(teamId, channelId, threadTs, ts) {
      const outdated = { $gte: ['$summary.throughTs', { $literal: ts }] };
      await conversations.updateOne(
        { teamId, channelId, threadTs },
        [
          {
            $set: {
              revision: { $add: ['$revision', 1] },
              summary: { $cond: [outdated, null, '$summary'] },
            },
          },
        ],
        { updatePipeline: true },
      );
    },
    async revisionOf(ref) {
      return (await conversations.findOne(byRef(ref), { revision: 1 }).lean())?.revision ?? 0;
    },
  };
}

function toConversation(row: ConversationRow): Conversation {
  const { _id, revision, key, unopened, openingAt, ...conversation } = row;
  // Those of version 0.1 name no task.
  return { id: _id.toHexString(), ...conversation, taskId: conversation.taskId ?? null };
}

function orNull(row: ConversationRow | null): Conversation | null {
  return row === null ? null : toConversation(row);
}
