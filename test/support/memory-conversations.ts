import type { Conversation } from '../../src/domain/conversation.ts';
import type { AnswerStore, ConversationStore, MessageStore } from '../../src/ports/conversations.ts';
import type { DeliveryStore } from '../../src/ports/deliveries.ts';
import { FencedError } from '../../src/ports/jobs.ts';
import { memoryAnswers } from './memory-answers.ts';
import { memoryMessages } from './memory-messages.ts';
import { copyOf, copyWithout, createTable } from './memory-table.ts';

type ConversationRow = Conversation & {
  revision: number;
  key: string | null;
  unopened: boolean;
  openingAt: Date | null;
};
type DeliveryRow = {
  id: string;
  teamId: string;
  key: string;
  state: 'sending' | 'sent';
  ts: string | null;
  fence: number;
};

export function memoryConversations(): {
  conversations: ConversationStore;
  messages: MessageStore;
  answers: AnswerStore;
  deliveries: DeliveryStore;
} {
  return {
    conversations: conversations(),
    messages: memoryMessages(),
    answers: memoryAnswers(),
    deliveries: deliveries(),
  };
}

const FRESH = { summary: null, revision: 0, since: '', resets: 0, deleted: false, openingAt: null } as const;
const coachingKey = (userId: string): string => `coaching:${userId}`;

function conversations(): ConversationStore {
  const table = createTable<ConversationRow>();
  const out = (row: ConversationRow): Conversation =>
    copyWithout(row, 'revision', 'key', 'unopened', 'openingAt');
  const ofThread = (teamId: string, channelId: string, threadTs: string) =>
    table.one(teamId, (row) => row.channelId === channelId && row.threadTs === threadTs);
  const ofKey = (teamId: string, key: string) => table.one(teamId, (row) => row.key === key);
  function drop(row: ConversationRow | null, ts: string): void {
    if (row === null) return;
    row.revision += 1;
    if (row.summary !== null && row.summary.throughTs >= ts) row.summary = null;
  }

  return {
    async findByThread(teamId, channelId, threadTs) {
      const row = ofThread(teamId, channelId, threadTs);
      return row === null ? null : out(row);
    },
    async findById(ref) {
      const row = table.get(ref);
      return row === null ? null : out(row);
    },
    async findOrCreate(news) {
      const none = { userId: null, parentId: null, taskId: null, key: null };
      const fresh = { ...FRESH, ...none, mode: 'auto', unopened: false } as const;
      return out(ofThread(news.teamId, news.channelId, news.threadTs) ?? table.add({ ...news, ...fresh }));
    },
    async findOrCreateCoaching({ teamId, userId, channelId }) {
      const none = { threadTs: null, projectId: null, milestoneId: null, parentId: null, taskId: null };
      const kind = { type: 'coaching', mode: 'coaching', unopened: false } as const;
      const key = coachingKey(userId);
      const fresh = { ...FRESH, ...none, ...kind, teamId, userId, channelId, key, title: '' };
      return out(Object.assign(ofKey(teamId, key) ?? table.add(fresh), { channelId }));
    },
    async findCoaching(teamId, userId) {
      const row = ofKey(teamId, coachingKey(userId));
      return row === null ? null : out(row);
    },
    async findOrOpen(news) {
      const held = ofKey(news.teamId, news.key);
      return out(held ?? table.add({ ...news, ...FRESH, threadTs: null, unopened: true }));
    },
    findByKeys: async (teamId, keys) =>
      table.all(teamId, (row) => row.key !== null && keys.includes(row.key)).map(out),
    async opening(ref) {
      const row = table.get(ref);
      if (row?.unopened) row.openingAt = new Date();
    },
    async opened(ref, threadTs) {
      const row = table.get(ref);
      if (!row?.unopened || ofThread(row.teamId, row.channelId, threadTs) !== null) return;
      Object.assign(row, { threadTs, unopened: false, openingAt: null });
    },
    isOpening: async (teamId, channelId, since) =>
      table.one(
        teamId,
        (row) => row.channelId === channelId && row.openingAt !== null && row.openingAt >= since,
      ) !== null,
    list: async ({ teamId, types, projectId, parentId, after, limit }) =>
      table
        .all(teamId, (row) => types.includes(row.type) && row.userId === null && !row.deleted)
        .filter((row) => projectId === undefined || row.projectId === projectId)
        .filter((row) => parentId === undefined || row.parentId === parentId)
        .filter((row) => after === undefined || row.id < after)
        .sort((a, b) => (a.id < b.id ? 1 : -1))
        .slice(0, limit)
        .map(out),
    async change(ref, change) {
      Object.assign(table.get(ref) ?? {}, change);
    },
    async setDeleted(ref, deleted) {
      Object.assign(table.get(ref) ?? {}, deleted ? { deleted, title: '' } : { deleted });
    },
    async empty(ref, resets, since) {
      const row = table.get(ref);
      if (row?.resets !== resets) return null;
      const gone = { title: '', summary: null, resets: resets + 1, revision: row.revision + 1 };
      return out(Object.assign(row, gone, { since: since > row.since ? since : row.since }));
    },
    async releaseMilestone(teamId, milestoneId) {
      for (const row of table.all(teamId, (one) => one.milestoneId === milestoneId)) row.milestoneId = null;
    },
    async setSummary(ref, revision, summary) {
      const row = table.get(ref);
      if (row?.revision !== revision) return false;
      row.summary = copyOf(summary);
      return true;
    },
    dropSummary: async (teamId, channelId, threadTs, ts) => drop(ofThread(teamId, channelId, threadTs), ts),
    dropSummaryOf: async (ref, ts) => drop(table.get(ref), ts),
    revisionOf: async (ref) => table.get(ref)?.revision ?? 0,
  };
}

function deliveries(): DeliveryStore {
  const table = createTable<DeliveryRow>();

  return {
    async begin(teamId, key, fence) {
      const held = table.one(teamId, (row) => row.key === key);
      const row = held ?? table.add({ teamId, key, state: 'sending', ts: null, fence });
      if (row.fence > fence) throw new FencedError();
      row.fence = fence;
      return { id: row.id, state: row.state, ts: row.ts, fresh: held === null };
    },
    async sent(teamId, id, ts) {
      const row = table.get({ teamId, id });
      if (row?.state === 'sending') Object.assign(row, { state: 'sent', ts });
    },
  };
}
