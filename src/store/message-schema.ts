import type { Types } from 'mongoose';
import type { Message } from '../domain/conversation.ts';
import { anyString, modelOf, storeSchema } from './schema.ts';

export interface MessageRow extends Omit<Message, 'id'> {
  _id: Types.ObjectId;
  threadTs: string;
  /** Stays when the message is erased, so that a late duplicate of it is still known as one. */
  clientMsgId: string | null;
  /** Where an appended message stands in Slack. */
  postedTs?: string;
}

const schema = storeSchema<MessageRow>({
  teamId: String,
  conversationId: String,
  channelId: String,
  threadTs: String,
  ts: String,
  role: String,
  type: { type: String },
  userId: String,
  content: String,
  editedTs: String,
  deleted: Boolean,
  clientMsgId: String,
  settled: Boolean,
  madeFor: String,
  answerTo: String,
  arrival: Number,
  postedTs: String,
});
schema.index({ teamId: 1, channelId: 1, ts: 1 }, { unique: true });
schema.index(
  { teamId: 1, channelId: 1, clientMsgId: 1 },
  { unique: true, partialFilterExpression: { clientMsgId: anyString } },
);
schema.index({ teamId: 1, channelId: 1, postedTs: 1 }, { partialFilterExpression: { postedTs: anyString } });
schema.index({ teamId: 1, conversationId: 1, deleted: 1, ts: 1 });

export const messageModel = modelOf('Message', 'messages', schema);
