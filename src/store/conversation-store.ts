import type { Connection } from 'mongoose';
import type { Conversation } from '../domain/conversation.ts';
import type { ConversationStore } from '../ports/conversations.ts';
import { type ConversationRow, conversationModel } from './conversation-schema.ts';
import { byRef } from './ids.ts';

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
      const $setOnInsert = { ...rest, mode: 'auto', parentId: null, summary: null, revision: 0 } as const;
      const row = await conversations
        .findOneAndUpdate(
          { teamId, channelId, threadTs },
          { $setOnInsert },
          { upsert: true, returnDocument: 'after' },
        )
        .lean();
      return toConversation(row);
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

function toConversation({ _id, revision, ...conversation }: ConversationRow): Conversation {
  return { id: _id.toHexString(), ...conversation };
}

function orNull(row: ConversationRow | null): Conversation | null {
  return row === null ? null : toConversation(row);
}
