import { type Connection, Types } from 'mongoose';
import { checkMetadata } from '../domain/message-metadata.ts';
import type { MessageStore } from '../ports/conversations.ts';
import { isDuplicateKey } from './duplicate-key.ts';
import { byRef } from './ids.ts';
import { createMessageReading } from './message-reading.ts';
import { createMessageRemoval } from './message-removal.ts';
import { ERASED, type MessageRow, messageModel, orNull, toMessage } from './message-schema.ts';

const FRESH = { type: 'text', editedTs: null, deleted: false, arrival: null } as const;

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
    ...createMessageReading(messages),
    ...createMessageRemoval(messages),
    async keep(message) {
      checkMetadata('text', message.metadata);
      try {
        // Past mongoose's casting: this one write stands between every message and its acknowledgement.
        await messages.collection.insertOne({ ...message, ...FRESH, _id: new Types.ObjectId() });
        return { as: 'new', settled: false };
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      const { teamId, channelId, ts } = message;
      const held = await messages.findOne({ teamId, channelId, ts }).lean();
      // Refused, but not under its ts: another ts has its client_msg_id, or it was removed a moment ago.
      if (held === null) return { as: 'duplicate', settled: false };
      return { as: held.deleted ? 'deleted' : 'known', settled: held.settled };
    },
    async settle(teamId, channelId, ts) {
      await messages.updateOne({ teamId, channelId, ts }, { $set: { settled: true } });
    },
    async append(message) {
      checkMetadata(message.type, message.metadata);
      const { teamId, channelId, clientMsgId } = message;
      for (;;) {
        const row: MessageRow = {
          ...APPENDED,
          ...message,
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
    async edit(teamId, channelId, ts, content, editedTs, metadata) {
      // The same edit once more counts as a change: its first run may have ended half-way.
      const filter = { teamId, channelId, ts, deleted: false, editedTs: { $not: { $gt: editedTs } } };
      const made = metadata === undefined ? {} : { metadata };
      const $set = { content, editedTs, arrival: null, ...made };
      return orNull(await messages.findOneAndUpdate(filter, { $set }, { returnDocument: 'after' }).lean());
    },
  };
}
