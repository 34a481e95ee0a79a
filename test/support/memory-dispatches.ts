import type { Dispatch } from '../../src/domain/dispatch.ts';
import type { DispatchStore, WaitingQuery } from '../../src/ports/dispatches.ts';
import { copyOf, copyWithout, createTable } from './memory-table.ts';

type DispatchRow = Dispatch & { origin: string; changedAt: number };

const FRESH = {
  ...({ state: 'proposed', version: 1, unsettled: true, cardTs: null, confirming: null } as const),
  ...{ decidedBy: null, steps: [], fence: 0, stoppedBy: null, ending: null },
  ...{ reference: null, taskThreadId: null, result: null },
};

const out = (row: DispatchRow): Dispatch => copyWithout(row, 'origin', 'changedAt');

const oldestFirst = (a: Dispatch, b: Dispatch): number =>
  a.proposedAt.getTime() - b.proposedAt.getTime() || (a.id < b.id ? -1 : 1);

function isMadeFrom({ sources, result }: Dispatch, attachmentId: string): boolean {
  const named = result?.receipt.items ?? [];
  return sources.includes(attachmentId) || named.some((item) => item.attachmentId === attachmentId);
}

export function memoryDispatches(): DispatchStore {
  const table = createTable<DispatchRow>();
  const list = (teamId: string, fits: (row: DispatchRow) => boolean): Dispatch[] =>
    table.all(teamId, fits).sort(oldestFirst).map(out);
  const waiting = ({ teamId, projectIds, userId }: WaitingQuery): Dispatch[] =>
    list(
      teamId,
      (row) =>
        row.state === 'proposed' && (projectIds.includes(row.projectId ?? '') || row.userId === userId),
    );

  return {
    async create(news) {
      const held = table.one(news.teamId, (row) => row.origin === news.origin);
      const row = held ?? table.add({ ...news, ...FRESH, changedAt: Date.now() });
      return { dispatch: out(row), made: held === null };
    },
    async findById(ref) {
      const row = table.get(ref);
      return row === null ? null : out(row);
    },
    async change(dispatch, change) {
      const row = table.get(dispatch);
      if (row?.version !== dispatch.version) return null;
      const moved = { version: row.version + 1, unsettled: true, changedAt: Date.now() };
      return out(Object.assign(row, copyOf(change), moved));
    },
    async shown(ref, cardTs) {
      Object.assign(table.get(ref) ?? {}, { cardTs });
    },
    async settled(dispatch) {
      const row = table.get(dispatch);
      if (row?.version === dispatch.version) row.unsettled = false;
    },
    async listUnsettled(teamId, forMs, limit) {
      const before = Date.now() - forMs;
      const left = table.all(teamId, (row) => row.unsettled && row.changedAt < before);
      return left.slice(0, limit).map(out);
    },
    listByConversation: async ({ teamId, id }, states, limit) =>
      list(teamId, (row) => row.conversationId === id && states.includes(row.state))
        .reverse()
        .slice(0, limit),
    listByQuestion: async (teamId, channelId, questionTs) =>
      list(teamId, (row) => row.channelId === channelId && row.questionTs === questionTs),
    listMadeFrom: async (teamId, attachmentId) => list(teamId, (row) => isMadeFrom(row, attachmentId)),
    listWaiting: async ({ skip, limit, ...query }) => waiting(query).slice(skip, skip + limit),
    countWaiting: async (query) => waiting(query).length,
    async removeByConversation({ teamId, id }) {
      table.all(teamId, (row) => row.conversationId === id && row.task !== '').forEach(table.delete);
    },
  };
}
