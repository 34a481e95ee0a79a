import type { Model } from 'mongoose';
import type { Message } from '../domain/conversation.ts';
import type { MessageStore } from '../ports/conversations.ts';
import { ERASED, type MessageRow, toMessage } from './message-schema.ts';
import { ONE_TRIP } from './schema.ts';

/** What a message that was deleted before it arrived is known by: its place alone. */
const TOMBSTONE = {
  conversationId: '',
  threadTs: '',
  role: 'user',
  type: 'text',
  userId: '',
  editedTs: null,
  clientMsgId: null,
  settled: false,
  madeFor: null,
  answerTo: null,
  arrival: null,
} as const;

/** How messages go: emptied in their place, or removed with it. */
export function createMessageRemoval(
  messages: Model<MessageRow>,
): Pick<MessageStore, 'erase' | 'listMadeFrom' | 'eraseMadeFrom' | 'removeThrough'> {
  return {
    async erase(teamId, channelId, ts) {
      const appended = await messages
        .findOneAndUpdate({ teamId, channelId, postedTs: ts }, { $set: ERASED })
        .lean();
      if (appended !== null) return toMessage(appended);
      const update = { $set: ERASED, $setOnInsert: TOMBSTONE };
      const before = await messages
        .findOneAndUpdate({ teamId, channelId, ts }, update, { upsert: true, returnDocument: 'before' })
        .lean<MessageRow | null>();
      return before === null || before.conversationId === '' ? null : toMessage(before);
    },
    async listMadeFrom(teamId, attachmentId) {
      const rows = await messages
        .find({ teamId, 'metadata.used': attachmentId }, { conversationId: 1, ts: 1 })
        .batchSize(ONE_TRIP)
        .lean();
      return rows.map(({ conversationId, ts }) => ({ teamId, conversationId, ts }));
    },
    async eraseMadeFrom(teamId, attachmentId) {
      const erased: Message[] = [];
      for (;;) {
        const before = await messages
          .findOneAndUpdate({ teamId, 'metadata.used': attachmentId }, { $set: ERASED })
          .lean();
        if (before === null) return erased;
        erased.push(toMessage(before));
      }
    },
    async removeThrough({ teamId, id }, throughTs) {
      const own = { teamId, conversationId: id };
      const through = { $gt: '', $lte: throughTs };
      const filters = [
        { ...own, answerTo: through },
        { ...own, postedTs: through },
        { ...own, deleted: { $in: [true, false] }, ts: { $lte: throughTs } },
      ];
      let removed = 0;
      for (const filter of filters) removed += (await messages.deleteMany(filter)).deletedCount;
      return removed;
    },
  };
}
