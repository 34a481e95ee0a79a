import { Schema, type Types } from 'mongoose';
import type { AnswerEffects, WantedEntry } from '../domain/answer-effects.ts';
import type { Answer } from '../domain/conversation.ts';
import { anyString, modelOf, storeSchema } from './schema.ts';

/** Values are JSON as text: keys such as "$where" or "a.b" are no names for fields of MongoDB. */
export interface EffectsRow extends Omit<AnswerEffects, 'entries' | 'task'> {
  entries: (Omit<WantedEntry, 'value'> & { value: string })[];
  /** Those of earlier versions propose no tasks. */
  task?: AnswerEffects['task'];
}

/** Those of version 0.1 do not have these. */
type Added = 'remembered' | 'used' | 'toolCalls';

export interface AnswerRow extends Omit<Answer, 'id' | 'effects' | Added>, Partial<Pick<Answer, Added>> {
  _id: Types.ObjectId;
  effects?: EffectsRow | null;
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
  effects: Schema.Types.Mixed,
  remembered: [
    new Schema<Answer['remembered'][number]>({ about: String, id: String }, { _id: false, id: false }),
  ],
  used: [String],
  toolCalls: [String],
  parts: Number,
  fence: Number,
});
answers.index({ teamId: 1, channelId: 1, questionTs: 1 }, { unique: true });
answers.index({ teamId: 1, used: 1 });
answers.index({ teamId: 1, conversationId: 1, questionTs: 1 });
answers.index(
  { teamId: 1, 'receipt.items.attachmentId': 1 },
  { partialFilterExpression: { 'receipt.items.attachmentId': anyString } },
);

const votes = storeSchema<VoteRow>({ teamId: String, answerId: String, userId: String, vote: String });
votes.index({ teamId: 1, answerId: 1, userId: 1 }, { unique: true });

export const answerModel = modelOf('Answer', 'answers', answers);
export const voteModel = modelOf('Vote', 'votes', votes);

export function toAnswer({ _id, fence, ...row }: AnswerRow): Answer {
  const { effects = null, remembered = [], used = [], toolCalls = [] } = row;
  return {
    id: _id.toHexString(),
    ...row,
    ...{ remembered, used, toolCalls },
    effects: effects === null ? null : fromRow(effects),
  };
}

export function orNull(row: AnswerRow | null): Answer | null {
  return row === null ? null : toAnswer(row);
}

export function toRow({ entries, ...effects }: AnswerEffects): EffectsRow {
  return {
    ...effects,
    entries: entries.map(({ value, ...entry }) => ({ ...entry, value: JSON.stringify(value) })),
  };
}

function fromRow({ entries, task = null, ...effects }: EffectsRow): AnswerEffects {
  return {
    ...effects,
    task,
    entries: entries.map(({ value, ...entry }) => ({ ...entry, value: JSON.parse(value) })),
  };
}
