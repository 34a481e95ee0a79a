import { type Connection, type Model, type QueryFilter, Types } from 'mongoose';
import type { Dispatch } from '../domain/dispatch.ts';
import type { DispatchStore, WaitingQuery } from '../ports/dispatches.ts';
import { type DispatchRow, dispatchModel, orNull, toDispatch } from './dispatch-schema.ts';
import { isDuplicateKey } from './duplicate-key.ts';
import { byRef } from './ids.ts';
import { ONE_TRIP } from './schema.ts';

/** Dispatches in MongoDB. When one was changed last is on the server's clock, whichever process changed it. */
export function createDispatchStore(connection: Connection): DispatchStore {
  const dispatches = dispatchModel(connection);
  return { ...changing(dispatches), ...reading(dispatches) };
}

const FRESH = {
  ...({ state: 'proposed', version: 1, unsettled: true, cardTs: null, confirming: null } as const),
  ...{ decidedBy: null, steps: [], fence: 0, stoppedBy: null, ending: null },
  ...{ reference: null, taskThreadId: null, result: null },
};

function changing(
  dispatches: Model<DispatchRow>,
): Pick<DispatchStore, 'create' | 'change' | 'shown' | 'settled' | 'removeByConversation'> {
  return {
    async create({ teamId, ...news }) {
      const creation = { $setOnInsert: { ...news, ...FRESH }, $currentDate: { changedAt: true } } as const;
      for (;;) {
        try {
          // An upsert under an id that nobody has: an insert could not take its time from the server.
          const row = await dispatches
            .findOneAndUpdate({ _id: new Types.ObjectId(), teamId }, creation, {
              upsert: true,
              returnDocument: 'after',
            })
            .lean();
          return { dispatch: toDispatch(row), made: true };
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
        }
        const held = await dispatches.findOne({ teamId, origin: news.origin }).lean();
        if (held !== null) return { dispatch: toDispatch(held), made: false };
        // Removed with its conversation in between.
      }
    },
    async change(dispatch, change) {
      const { version } = dispatch;
      const update = {
        $set: { ...change, version: version + 1, unsettled: true },
        $currentDate: { changedAt: true },
      } as const;
      const changed = dispatches.findOneAndUpdate({ ...byRef(dispatch), version }, update, {
        returnDocument: 'after',
      });
      return orNull(await changed.lean());
    },
    async shown(ref, cardTs) {
      await dispatches.updateOne(byRef(ref), { $set: { cardTs } });
    },
    async settled(dispatch) {
      const filter = { ...byRef(dispatch), version: dispatch.version };
      await dispatches.updateOne(filter, { $set: { unsettled: false } });
    },
    async removeByConversation({ teamId, id }) {
      await dispatches.deleteMany({ teamId, conversationId: id, task: { $ne: '' } });
    },
  };
}

type Changing = keyof ReturnType<typeof changing>;

function reading(dispatches: Model<DispatchRow>): Omit<DispatchStore, Changing> {
  const all = async (filter: QueryFilter<DispatchRow>): Promise<Dispatch[]> => {
    const rows = await dispatches.find(filter).sort({ proposedAt: 1, _id: 1 }).batchSize(ONE_TRIP).lean();
    return rows.map(toDispatch);
  };

  return {
    async findById(ref) {
      return orNull(await dispatches.findOne(byRef(ref)).lean());
    },
    async listUnsettled(teamId, forMs, limit) {
      const before = { $expr: { $lt: ['$changedAt', { $subtract: ['$$NOW', forMs] }] } };
      const rows = await dispatches
        .find({ teamId, unsettled: true, ...before })
        .sort({ _id: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean();
      return rows.map(toDispatch);
    },
    async listByConversation({ teamId, id }, states, limit) {
      const rows = await dispatches
        .find({ teamId, conversationId: id, state: { $in: states } })
        .sort({ proposedAt: -1, _id: -1 })
        .limit(limit)
        .batchSize(limit)
        .lean();
      return rows.map(toDispatch);
    },
    listByQuestion: (teamId, channelId, questionTs) => all({ teamId, channelId, questionTs }),
    listMadeFrom(teamId, attachmentId) {
      return all({
        teamId,
        $or: [{ sources: attachmentId }, { 'result.receipt.items.attachmentId': attachmentId }],
      });
    },
    async listWaiting({ skip, limit, ...query }) {
      const rows = await dispatches
        .find(waiting(query))
        .sort({ proposedAt: 1, _id: 1 })
        .skip(skip)
        .limit(limit)
        .batchSize(limit)
        .lean();
      return rows.map(toDispatch);
    },
    async countWaiting(query) {
      return dispatches.countDocuments(waiting(query));
    },
  };
}

/** What waits in a project belongs to nobody alone, so that nothing is counted twice. */
function waiting({ teamId, projectIds, userId }: WaitingQuery) {
  const own = { teamId, state: 'proposed' } as const;
  return {
    teamId,
    $or: [
      { ...own, projectId: { $in: projectIds } },
      { ...own, userId },
    ],
  };
}
