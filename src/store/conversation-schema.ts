import { Schema, type Types } from 'mongoose';
import type { Conversation, Summary } from '../domain/conversation.ts';
import { anyString, modelOf, storeSchema } from './schema.ts';

export interface ConversationRow extends Omit<Conversation, 'id'> {
  _id: Types.ObjectId;
  /** Grows with every edit and deletion of a message; a summary is stored only against the one it was made at. */
  revision: number;
  /** What makes it one before it has a thread. */
  key?: string;
  /** Set until its thread is opened. */
  unopened?: boolean;
  openingAt?: Date;
}

const summary = new Schema<Summary>({ text: String, throughTs: String, messages: Number }, { _id: false });

const schema = storeSchema<ConversationRow>({
  teamId: String,
  channelId: String,
  threadTs: String,
  type: { type: String },
  mode: String,
  projectId: String,
  milestoneId: String,
  parentId: String,
  taskId: String,
  title: String,
  summary,
  revision: Number,
  key: String,
  unopened: Boolean,
  openingAt: Date,
});
schema.index(
  { teamId: 1, channelId: 1, threadTs: 1 },
  { unique: true, partialFilterExpression: { threadTs: anyString } },
);
schema.index({ teamId: 1, key: 1 }, { unique: true, partialFilterExpression: { key: anyString } });
schema.index({ teamId: 1, channelId: 1, unopened: 1 }, { partialFilterExpression: { unopened: true } });
schema.index({ teamId: 1, type: 1, _id: 1 });
schema.index({ teamId: 1, projectId: 1, type: 1, _id: 1 });
schema.index({ teamId: 1, parentId: 1, type: 1, _id: 1 });
schema.index({ teamId: 1, milestoneId: 1 });

export const conversationModel = modelOf('Conversation', 'conversations', schema);
