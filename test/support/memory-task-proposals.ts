import type { TaskProposal } from '../../src/domain/task-proposal.ts';
import type { TaskProposalStore } from '../../src/ports/task-proposals.ts';
import { copyOf, copyWithout, createTable } from './memory-table.ts';

type ProposalRow = TaskProposal & { changedAt: number };

const FRESH = { state: 'open', version: 1, decidedBy: null, taskId: null, unsettled: true } as const;

const out = (row: ProposalRow): TaskProposal => copyWithout(row, 'changedAt');

export function memoryTaskProposals(): TaskProposalStore {
  const table = createTable<ProposalRow>();
  const list = (teamId: string, fits: (row: ProposalRow) => boolean): TaskProposal[] =>
    table.all(teamId, fits).map(out);

  return {
    async create(news) {
      const held = table.one(news.teamId, (row) => row.origin === news.origin);
      return out(held ?? table.add({ ...news, ...FRESH, changedAt: Date.now() }));
    },
    async findById(ref) {
      const row = table.get(ref);
      return row === null ? null : out(row);
    },
    async change(proposal, change) {
      const row = table.get(proposal);
      if (row?.version !== proposal.version) return null;
      const moved = { version: row.version + 1, unsettled: true, changedAt: Date.now() };
      return out(Object.assign(row, copyOf(change), moved));
    },
    async madeTask(ref, taskId) {
      Object.assign(table.get(ref) ?? {}, { taskId });
    },
    async settled(proposal) {
      const row = table.get(proposal);
      if (row?.version === proposal.version) row.unsettled = false;
    },
    async listUnsettled(teamId, forMs, limit) {
      const before = Date.now() - forMs;
      return list(teamId, (row) => row.unsettled && row.changedAt < before).slice(0, limit);
    },
    listByConversation: async ({ teamId, id }, limit) =>
      list(teamId, (row) => row.conversationId === id && row.title !== '').slice(0, limit),
    listByQuestion: async (teamId, channelId, questionTs) =>
      list(teamId, (row) => row.channelId === channelId && row.questionTs === questionTs),
    listMadeFrom: async (teamId, attachmentId) =>
      list(teamId, ({ sources }) => sources.includes(attachmentId)),
  };
}
