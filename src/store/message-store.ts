import { type Connection, Types } from 'mongoose';
import type { Message } from '../domain/conversation.ts';
import type { MessageStore } from '../ports/conversations.ts';
import { isDuplicateKey } from './duplicate-key.ts';
import { byRef } from './ids.ts';
import { type MessageRow, messageModel } from './message-schema.ts';

const FRESH = { type: 'text', editedTs: null, deleted: false, arrival: null } as const;

const ERASED = { deleted: true, content: '' } as const;

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

const APPENDED = { threadTs: '', editedTs: null, deleted: false, settled: true, answerTo: null } as const;

let lastMicros = 0;

/**
 * This moment in the order of Slack's ts, never the same twice in one process. It has a decimal more than Slack's: a
 * message of that very moment in Slack must not be taken for this one.
 */
function momentAsTs(): string {
  lastMicros = Math.max(lastMicros + 1, Date.now() * 1_000);
  const digits = String(lastMicros);
  return `${digits.slice(0, -6)}.${digits.slice(-6)}5`;
}

export function createMessageStore(connection: Connection): MessageStore {
  const messages = messageModel(connection);

  return {
    async keep(message) {
      try {
        // Past mongoose's casting: this one write stands between every message and its acknowledgement.
        await messages.collection.insertOne({ ...message, ...FRESH, _id: new Types.ObjectId() });
        return { as: 'new', settled: false };
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      const { teamId, channelId, ts } = message;
      const held = await messages.findOne({ teamId, channelId, ts }).lean();
      // Messages are never removed: refused, but not under its ts, means that another ts has its client_msg_id.
      if (held === null) return { as: 'duplicate', settled: false };
      return { as: held.deleted ? 'deleted' : 'known', settled: held.settled };
    },
    async settle(teamId, channelId, ts) {
      await messages.updateOne({ teamId, channelId, ts }, { $set: { settled: true } });
    },
    async find(teamId, channelId, ts) {
      return orNull(await messages.findOne({ teamId, channelId, ts }).lean());
    },
    async findById(ref) {
      return orNull(await messages.findOne(byRef(ref)).lean());
    },
    async append(message) {
      const { teamId, channelId, clientMsgId } = message;
      for (;;) {
        const row: MessageRow = {
          ...message,
          ...APPENDED,
          ts: momentAsTs(),
          _id: new Types.ObjectId(),
        };
        try {
          await messages.create([row]);
          return toMessage(row);
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
        }
        const held = await messages.findOne({ teamId, channelId, clientMsgId }).lean();
        if (held !== null) return toMessage(held);
        // Its ts was taken: this moment is another one by now.
      }
    },
    async posted(ref, ts) {
      const posted = await messages.findOneAndUpdate(byRef(ref), { $set: { postedTs: ts } }).lean();
      if (posted === null) return;
      const { teamId, channelId } = posted;
      // Slack may have told of its deletion before we knew its ts.
      const erased = await messages.findOne({ teamId, channelId, ts, deleted: true }, { _id: 1 }).lean();
      if (erased !== null) await messages.updateOne(byRef(ref), { $set: ERASED });
    },
    async arrived(teamId, channelId, ts, arrival) {
      await messages.updateOne({ teamId, channelId, ts }, { $set: { arrival, settled: true } });
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
    async edit(teamId, channelId, ts, content, editedTs) {
      // The same edit once more counts as a change: its first run may have ended half-way.
      const filter = { teamId, channelId, ts, deleted: false, editedTs: { $not: { $gt: editedTs } } };
      const edited = messages.findOneAndUpdate(
        filter,
        { $set: { content, editedTs, arrival: null } },
        { returnDocument: 'after' },
      );
      return orNull(await edited.lean());
    },
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
  };
}

function toMessage({ _id, threadTs, clientMsgId, postedTs, ...message }: MessageRow): Message {
  // Those of version 0.1 have no order of arrival.
  return { id: _id.toHexString(), ...message, arrival: message.arrival ?? null };
}

function orNull(row: MessageRow | null): Message | null {
  return row === null ? null : toMessage(row);
}
