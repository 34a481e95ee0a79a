import { Schema, type Types } from 'mongoose';
import type { Conversation, Summary } from '../domain/conversation.ts';
import { anyString, modelOf, storeSchema } from './schema.ts';

/** Those of version 0.1 lack a task, a person, and whatever tells of resets and deletion. */
type Added = 'taskId' | 'userId' | 'since' | 'resets' | 'deleted';

export interface ConversationRow
  extends Omit<Conversation, 'id' | Added>,
    Partial<Pick<Conversation, Added>> {
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
  userId: String,
  milestoneId: String,
  parentId: String,
  taskId: String,
  title: String,
  summary,
  since: String,
  resets: Number,
  deleted: Boolean,
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
// Lists leave out what is private or deleted without reading it.
schema.index({ teamId: 1, type: 1, userId: 1, deleted: 1, _id: 1 });
schema.index({ teamId: 1, projectId: 1, type: 1, userId: 1, deleted: 1, _id: 1 });
schema.index({ teamId: 1, parentId: 1, type: 1, userId: 1, deleted: 1, _id: 1 });
schema.index({ teamId: 1, milestoneId: 1 });

export const conversationModel = modelOf('Conversation', 'conversations', schema);

export function toConversation(row: ConversationRow): Conversation {
  const { _id, revision, key, unopened, openingAt, ...conversation } = row;
  const { taskId = null, userId = null, since = '', resets = 0, deleted = false } = conversation;
  return { id: _id.toHexString(), ...conversation, taskId, userId, since, resets, deleted };
}

export function orNull(row: ConversationRow | null): Conversation | null {
  return row === null ? null : toConversation(row);
}
