import { Schema, type Types } from 'mongoose';
import type { Conversation, Summary } from '../domain/conversation.ts';
import { modelOf, storeSchema } from './schema.ts';

export interface ConversationRow extends Omit<Conversation, 'id'> {
  _id: Types.ObjectId;
  /** Grows with every edit and deletion of a message; a summary is stored only against the one it was made at. */
  revision: number;
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
  title: String,
  summary,
  revision: Number,
});
schema.index({ teamId: 1, channelId: 1, threadTs: 1 }, { unique: true });
schema.index({ teamId: 1, milestoneId: 1 });

export const conversationModel = modelOf('Conversation', 'conversations', schema);
