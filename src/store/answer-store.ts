import type { Connection } from 'mongoose';
import type { Answer } from '../domain/conversation.ts';
import type { Ref } from '../domain/scope.ts';
import type { AnswerKey, AnswerStore } from '../ports/conversations.ts';
import { FencedError } from '../ports/jobs.ts';
import { createAnswerRemoval } from './answer-removal.ts';
import { type AnswerRow, answerModel, orNull, toAnswer, toRow, voteModel } from './answer-schema.ts';
import { byRef } from './ids.ts';

type AnswerStart = Parameters<AnswerStore['begin']>[1];

const FRESH: Omit<Answer, 'id' | keyof AnswerKey | keyof AnswerStart> = {
  questionEditedTs: null,
  state: 'working',
  text: '',
  receipt: null,
  urls: [],
  madeFor: null,
  reference: null,
  effects: null,
  remembered: [],
  used: [],
  toolCalls: [],
  parts: 0,
};

export function createAnswerStore(connection: Connection): AnswerStore {
  const answers = answerModel(connection);
  const votes = voteModel(connection);

  async function write(ref: Ref, fence: number, $set: Partial<AnswerRow>): Promise<Answer> {
    // A newer claim may write without having begun: giving up, say, after a try that failed at once.
    const filter = { ...byRef(ref), fence: { $lte: fence } };
    const update = { $set: { ...$set, fence } };
    const row = await answers.findOneAndUpdate(filter, update, { returnDocument: 'after' }).lean();
    if (row === null) throw new FencedError();
    return toAnswer(row);
  }

  return {
    ...createAnswerRemoval(connection),
    async begin({ teamId, channelId, questionTs }, start, fence) {
      // $max instead of a filter on the fence: the upsert stays an equality on the unique key and cannot collide.
      const update = { $max: { fence }, $setOnInsert: { ...FRESH, ...start } };
      const row = await answers
        .findOneAndUpdate({ teamId, channelId, questionTs }, update, {
          upsert: true,
          returnDocument: 'after',
        })
        .lean();
      if (row.fence > fence) throw new FencedError();
      return toAnswer(row);
    },
    async find({ teamId, channelId, questionTs }) {
      return orNull(await answers.findOne({ teamId, channelId, questionTs }).lean());
    },
    async findById(ref) {
      return orNull(await answers.findOne(byRef(ref)).lean());
    },
    async save(ref, fence, { effects, ...made }) {
      const kept = effects === null ? null : toRow(effects);
      return write(ref, fence, { ...made, effects: kept, state: 'saved', reference: null });
    },
    async settle(ref, fence, end) {
      // Its addresses served to show it; they may name what is removed one day.
      await write(ref, fence, { ...end, effects: null, urls: [] });
    },
    async fail(ref, fence, reference) {
      return write(ref, fence, { state: 'failed', reference });
    },
    async vote(ref, userId, vote) {
      if ((await answers.findOne(byRef(ref), { _id: 1 }).lean()) === null) return;
      const filter = { teamId: ref.teamId, answerId: ref.id, userId };
      await votes.updateOne(filter, { $set: { vote } }, { upsert: true });
    },
  };
}
