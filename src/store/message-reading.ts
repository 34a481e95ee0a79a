import type { Model } from 'mongoose';
import type { MessageStore } from '../ports/conversations.ts';
import { byRef } from './ids.ts';
import { type MessageRow, orNull, toMessage } from './message-schema.ts';

type Reading = 'find' | 'findById' | 'hasFeedbackAfter' | 'newest' | 'latest' | 'oldest' | 'newestTs';

/** How messages are read. What was deleted is told to nobody. */
export function createMessageReading(messages: Model<MessageRow>): Pick<MessageStore, Reading> {
  return {
    async find(teamId, channelId, ts) {
      return orNull(await messages.findOne({ teamId, channelId, ts }).lean());
    },
    async findById(ref) {
      return orNull(await messages.findOne(byRef(ref)).lean());
    },
    async hasFeedbackAfter({ teamId, id }, arrival) {
      const later = [{ arrival: { $gt: arrival } }, { arrival: null }];
      const filter = { teamId, conversationId: id, deleted: false, role: 'user', $or: later } as const;
      return (await messages.findOne(filter, { _id: 1 }).lean()) !== null;
    },
    async newest(ref, afterTs, questionTs, limit) {
      const before = [{ ts: { $lt: questionTs } }, { answerTo: { $gt: '', $lt: questionTs } }];
      const rows = await messages
        .find({
          teamId: ref.teamId,
          conversationId: ref.id,
          deleted: false,
          ts: { $gt: afterTs },
          $or: before,
        })
        .sort({ ts: -1 })
        .limit(limit)
        .batchSize(limit)
        .lean();
      return rows.reverse().map(toMessage);
    },
    async latest({ teamId, id }, limit) {
      const rows = await messages
        .find({ teamId, conversationId: id, deleted: false })
        .sort({ ts: -1 })
        .limit(limit)
        .batchSize(limit)
        .lean();
      return rows.reverse().map(toMessage);
    },
    async oldest(ref, afterTs, beforeTs, limit) {
      const rows = await messages
        .find({
          teamId: ref.teamId,
          conversationId: ref.id,
          deleted: false,
          ts: { $gt: afterTs, $lt: beforeTs },
        })
        .sort({ ts: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean();
      return rows.map(toMessage);
    },
    async newestTs({ teamId, id }) {
      const own = { teamId, conversationId: id };
      const [said, posted] = await Promise.all([
        messages
          .findOne({ ...own, deleted: { $in: [true, false] } }, { ts: 1 })
          .sort({ ts: -1 })
          .lean(),
        messages
          .findOne({ ...own, postedTs: { $gt: '' } }, { postedTs: 1 })
          .sort({ postedTs: -1 })
          .lean(),
      ]);
      return [said?.ts, posted?.postedTs].reduce<string>(
        (newest, ts = '0') => (ts > newest ? ts : newest),
        '0',
      );
    },
  };
}
