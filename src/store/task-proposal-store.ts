import { type Connection, type QueryFilter, Types } from 'mongoose';
import type { TaskProposal } from '../domain/task-proposal.ts';
import type { TaskProposalStore } from '../ports/task-proposals.ts';
import { isDuplicateKey } from './duplicate-key.ts';
import { byRef } from './ids.ts';
import { modelOf, ONE_TRIP, storeSchema } from './schema.ts';

interface ProposalRow extends Omit<TaskProposal, 'id'> {
  _id: Types.ObjectId;
  /** On the server's clock. */
  changedAt: Date;
}

const schema = storeSchema<ProposalRow>({
  teamId: String,
  projectId: String,
  conversationId: String,
  channelId: String,
  threadTs: String,
  questionTs: String,
  title: String,
  details: String,
  madeFor: String,
  sources: [String],
  origin: String,
  state: String,
  version: Number,
  decidedBy: String,
  taskId: String,
  unsettled: Boolean,
  changedAt: Date,
});
schema.index({ teamId: 1, origin: 1 }, { unique: true });
schema.index({ teamId: 1, unsettled: 1, _id: 1 }, { partialFilterExpression: { unsettled: true } });
schema.index({ teamId: 1, conversationId: 1, title: 1 });
schema.index({ teamId: 1, channelId: 1, questionTs: 1, _id: 1 });
schema.index({ teamId: 1, sources: 1 });

const proposalModel = modelOf('TaskProposal', 'task_proposals', schema);

const FRESH = { state: 'open', version: 1, decidedBy: null, taskId: null, unsettled: true } as const;

function toProposal({ _id, changedAt, ...proposal }: ProposalRow): TaskProposal {
  return { id: _id.toHexString(), ...proposal };
}

const orNull = (row: ProposalRow | null): TaskProposal | null => (row === null ? null : toProposal(row));

/** Proposed tasks in MongoDB. When one was changed last is on the server's clock, whichever process changed it. */
export function createTaskProposalStore(connection: Connection): TaskProposalStore {
  const proposals = proposalModel(connection);
  const list = async (filter: QueryFilter<ProposalRow>, limit = ONE_TRIP): Promise<TaskProposal[]> =>
    (await proposals.find(filter).limit(limit).batchSize(limit).lean()).map(toProposal);

  return {
    async create({ teamId, ...news }) {
      const creation = { $setOnInsert: { ...news, ...FRESH }, $currentDate: { changedAt: true } } as const;
      // An upsert under an id that nobody has: an insert could not take its time from the server.
      const made = proposals.findOneAndUpdate({ _id: new Types.ObjectId(), teamId }, creation, {
        upsert: true,
        returnDocument: 'after',
      });
      try {
        return toProposal(await made.lean());
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
      // Proposals are emptied and never removed: whoever was first has left it there.
      return toProposal(await proposals.findOne({ teamId, origin: news.origin }).orFail().lean());
    },
    async findById(ref) {
      return orNull(await proposals.findOne(byRef(ref)).lean());
    },
    async change(proposal, change) {
      const { version } = proposal;
      const update = {
        $set: { ...change, version: version + 1, unsettled: true },
        $currentDate: { changedAt: true },
      } as const;
      const changed = proposals.findOneAndUpdate({ ...byRef(proposal), version }, update, {
        returnDocument: 'after',
      });
      return orNull(await changed.lean());
    },
    async madeTask(ref, taskId) {
      await proposals.updateOne(byRef(ref), { $set: { taskId } });
    },
    async settled(proposal) {
      const filter = { ...byRef(proposal), version: proposal.version };
      await proposals.updateOne(filter, { $set: { unsettled: false } });
    },
    async listUnsettled(teamId, forMs, limit) {
      const before = { $expr: { $lt: ['$changedAt', { $subtract: ['$$NOW', forMs] }] } };
      const rows = await proposals
        .find({ teamId, unsettled: true, ...before })
        .sort({ _id: 1 })
        .limit(limit)
        .batchSize(limit)
        .lean();
      return rows.map(toProposal);
    },
    listByConversation: ({ teamId, id }, limit) =>
      list({ teamId, conversationId: id, title: { $gt: '' } }, limit),
    listByQuestion: (teamId, channelId, questionTs) => list({ teamId, channelId, questionTs }),
    listMadeFrom: (teamId, attachmentId) => list({ teamId, sources: attachmentId }),
  };
}
