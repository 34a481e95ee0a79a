import { Schema, type Types } from 'mongoose';
import type { Answer } from '../domain/conversation.ts';
import { modelOf, storeSchema } from './schema.ts';

export interface AnswerRow extends Omit<Answer, 'id'> {
  _id: Types.ObjectId;
  /** The newest claim that works on this answer: writes of older ones are refused. */
  fence: number;
}

interface VoteRow {
  _id: Types.ObjectId;
  teamId: string;
  answerId: string;
  userId: string;
  vote: 'up' | 'down';
}

const answers = storeSchema<AnswerRow>({
  teamId: String,
  conversationId: String,
  channelId: String,
  threadTs: String,
  questionTs: String,
  questionEditedTs: String,
  askedBy: String,
  state: String,
  text: String,
  receipt: Schema.Types.Mixed,
  urls: [String],
  madeFor: String,
  reference: String,
  parts: Number,
  fence: Number,
});
answers.index({ teamId: 1, channelId: 1, questionTs: 1 }, { unique: true });

const votes = storeSchema<VoteRow>({ teamId: String, answerId: String, userId: String, vote: String });
votes.index({ teamId: 1, answerId: 1, userId: 1 }, { unique: true });

export const answerModel = modelOf('Answer', 'answers', answers);
export const voteModel = modelOf('Vote', 'votes', votes);
