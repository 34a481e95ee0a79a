import { Schema, type Types } from 'mongoose';
import type { Message } from '../domain/conversation.ts';
import { anyString, modelOf, storeSchema } from './schema.ts';

/** Those of version 0.1 have no order of arrival and no metadata. */
type Added = 'arrival' | 'metadata';

export interface MessageRow extends Omit<Message, 'id' | Added>, Partial<Pick<Message, Added>> {
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
  metadata: Schema.Types.Mixed,
  postedTs: String,
});
schema.index({ teamId: 1, channelId: 1, ts: 1 }, { unique: true });
schema.index(
  { teamId: 1, channelId: 1, clientMsgId: 1 },
  { unique: true, partialFilterExpression: { clientMsgId: anyString } },
);
schema.index({ teamId: 1, channelId: 1, postedTs: 1 }, { partialFilterExpression: { postedTs: anyString } });
schema.index({ teamId: 1, conversationId: 1, deleted: 1, ts: 1 });
schema.index(
  { teamId: 1, conversationId: 1, postedTs: 1 },
  { partialFilterExpression: { postedTs: anyString } },
);
schema.index(
  { teamId: 1, conversationId: 1, answerTo: 1 },
  { partialFilterExpression: { answerTo: anyString } },
);
schema.index({ teamId: 1, 'metadata.used': 1 }, { partialFilterExpression: { 'metadata.used': anyString } });

export const messageModel = modelOf('Message', 'messages', schema);

/** What is left of a message that was deleted. */
export const ERASED = { deleted: true, content: '', metadata: null } as const;

export function toMessage({ _id, threadTs, clientMsgId, postedTs, ...message }: MessageRow): Message {
  const { arrival = null, metadata = null } = message;
  return { id: _id.toHexString(), ...message, arrival, metadata };
}

export function orNull(row: MessageRow | null): Message | null {
  return row === null ? null : toMessage(row);
}
