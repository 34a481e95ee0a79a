import type { Answer } from '../../src/domain/conversation.ts';
import type { Receipt } from '../../src/domain/receipt.ts';
import type { AnswerStore } from '../../src/ports/conversations.ts';
import { FencedError } from '../../src/ports/jobs.ts';
import { copyOf, copyWithout, createTable } from './memory-table.ts';

type AnswerRow = Answer & { fence: number };

export function memoryAnswers(): AnswerStore {
  const table = createTable<AnswerRow>();
  const votes = new Map<string, 'up' | 'down'>();
  const out = (row: AnswerRow): Answer => copyWithout(row, 'fence');
  const fresh = {
    questionEditedTs: null,
    state: 'working',
    text: '',
    receipt: null,
    madeFor: null,
    reference: null,
    effects: null,
    parts: 0,
  } as const;
  const lists = { urls: [], remembered: [], used: [], toolCalls: [] };

  function write(row: AnswerRow | null, fence: number, change: Partial<Answer>): Answer {
    if (row === null || row.fence > fence) throw new FencedError();
    return out(Object.assign(row, copyOf(change), { fence }));
  }
  const ofQuestion = (teamId: string, channelId: string, questionTs: string) =>
    table.one(teamId, (row) => row.channelId === channelId && row.questionTs === questionTs);

  return {
    async begin(key, start, fence) {
      const held = ofQuestion(key.teamId, key.channelId, key.questionTs);
      return write(held ?? table.add({ ...key, ...fresh, ...lists, ...start, fence }), fence, {});
    },
    async find({ teamId, channelId, questionTs }) {
      const row = ofQuestion(teamId, channelId, questionTs);
      return row === null ? null : out(row);
    },
    async findById(ref) {
      const row = table.get(ref);
      return row === null ? null : out(row);
    },
    save: async (ref, fence, made) =>
      write(table.get(ref), fence, { ...made, state: 'saved', reference: null }),
    async settle(ref, fence, end) {
      write(table.get(ref), fence, { ...end, effects: null, urls: [] });
    },
    fail: async (ref, fence, reference) => write(table.get(ref), fence, { state: 'failed', reference }),
    async eraseMadeFrom(teamId, attachmentId) {
      for (const row of table.all(
        teamId,
        ({ receipt, used }) => names(receipt, attachmentId) || used.includes(attachmentId),
      ))
        eraseFrom(row, attachmentId);
    },
    async erase({ teamId, channelId, questionTs }) {
      for (const row of table.all(
        teamId,
        (one) => one.channelId === channelId && one.questionTs === questionTs,
      ))
        Object.assign(row, { text: '', urls: [], effects: null });
    },
    async removeThrough({ teamId, id }, throughTs) {
      table
        .all(teamId, (row) => row.conversationId === id && row.questionTs <= throughTs)
        .forEach(table.delete);
    },
    async vote(ref, userId, vote) {
      if (table.get(ref) !== null) votes.set(`${ref.teamId} ${ref.id} ${userId}`, vote);
    },
  };
}

const names = (receipt: Receipt | null, attachmentId: string): boolean =>
  (receipt?.items ?? []).some((item) => item.attachmentId === attachmentId);

function eraseFrom(row: AnswerRow, attachmentId: string): void {
  for (const item of row.receipt?.items ?? [])
    if (item.attachmentId === attachmentId) Object.assign(item, { title: '', url: null });
  if (row.used.includes(attachmentId)) Object.assign(row, { text: '', urls: [], effects: null });
  if (row.effects === null) return;
  row.effects.entries = row.effects.entries.filter(
    ({ sources }) => !sources.attachmentIds.includes(attachmentId),
  );
}
