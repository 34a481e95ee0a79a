import type { Connection } from 'mongoose';
import type { AnswerStore } from '../ports/conversations.ts';
import { answerModel, voteModel } from './answer-schema.ts';

const ERASED = { text: '', urls: [], effects: null } as const;

/** How answers go: with what they were made from, or with their conversation. */
export function createAnswerRemoval(
  connection: Connection,
): Pick<AnswerStore, 'erase' | 'eraseMadeFrom' | 'removeThrough'> {
  const answers = answerModel(connection);
  const votes = voteModel(connection);

  return {
    async eraseMadeFrom(teamId, attachmentId) {
      await answers.updateMany(
        { teamId, 'receipt.items.attachmentId': attachmentId },
        [{ $set: withoutAttachment({ $literal: attachmentId }) }],
        { updatePipeline: true },
      );
      // Those that no model was asked for have no receipt.
      await answers.updateMany({ teamId, used: attachmentId }, { $set: ERASED });
    },
    async erase({ teamId, channelId, questionTs }) {
      await answers.updateOne({ teamId, channelId, questionTs }, { $set: ERASED });
    },
    async removeThrough({ teamId, id }, throughTs) {
      const filter = { teamId, conversationId: id, questionTs: { $lte: throughTs } };
      const rows = await answers.find(filter, { _id: 1 }).lean();
      const ids = rows.map((row) => row._id.toHexString());
      await votes.deleteMany({ teamId, answerId: { $in: ids } });
      await answers.deleteMany(filter);
    },
  };
}

function withoutAttachment(id: { $literal: string }) {
  const used = { $in: [id, { $ifNull: ['$used', []] }] };
  const isIt = { $eq: ['$$item.attachmentId', id] };
  const unnamed = { $mergeObjects: ['$$item', { title: '', url: null }] };
  const learnedElsewhere = { $not: { $in: [id, '$$entry.sources.attachmentIds'] } };
  const entries = { $filter: { input: '$effects.entries', as: 'entry', cond: learnedElsewhere } };
  const left = {
    $cond: [
      { $eq: [{ $type: '$effects' }, 'object'] },
      { $mergeObjects: ['$effects', { entries }] },
      '$effects',
    ],
  };
  return {
    'receipt.items': {
      $map: { input: '$receipt.items', as: 'item', in: { $cond: [isIt, unnamed, '$$item'] } },
    },
    text: { $cond: [used, '', '$text'] },
    urls: { $cond: [used, [], '$urls'] },
    effects: { $cond: [used, null, left] },
  };
}
