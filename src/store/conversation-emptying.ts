import type { Model, QueryFilter } from 'mongoose';
import type { ConversationStore } from '../ports/conversations.ts';
import { type ConversationRow, orNull } from './conversation-schema.ts';
import { byRef } from './ids.ts';

/** How a conversation forgets: its summary, or all that was said in it. */
export function createEmptying(
  conversations: Model<ConversationRow>,
): Pick<ConversationStore, 'empty' | 'setSummary' | 'dropSummary' | 'dropSummaryOf' | 'revisionOf'> {
  async function drop(filter: QueryFilter<ConversationRow>, ts: string): Promise<void> {
    const outdated = { $gte: ['$summary.throughTs', { $literal: ts }] };
    const $set = {
      revision: { $add: ['$revision', 1] },
      summary: { $cond: [outdated, null, '$summary'] },
    };
    await conversations.updateOne(filter, [{ $set }], { updatePipeline: true });
  }

  return {
    async empty(ref, resets, since) {
      // Those of version 0.1 do not say how often: never.
      const asRead = resets === 0 ? { $in: [0, null] } : resets;
      const update = {
        $set: { resets: resets + 1, title: '', summary: null },
        $max: { since },
        $inc: { revision: 1 },
      };
      const emptied = conversations.findOneAndUpdate({ ...byRef(ref), resets: asRead }, update, {
        returnDocument: 'after',
      });
      return orNull(await emptied.lean());
    },
    async setSummary(ref, revision, summary) {
      const result = await conversations.updateOne({ ...byRef(ref), revision }, { $set: { summary } });
      return result.matchedCount === 1;
    },
    async dropSummary(teamId, channelId, threadTs, ts) {
      await drop({ teamId, channelId, threadTs }, ts);
    },
    async dropSummaryOf(ref, ts) {
      await drop(byRef(ref), ts);
    },
    async revisionOf(ref) {
      return (await conversations.findOne(byRef(ref), { revision: 1 }).lean())?.revision ?? 0;
    },
  };
}
