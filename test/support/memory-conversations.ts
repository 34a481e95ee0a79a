import type { Answer, Conversation, Message } from '../../src/domain/conversation.ts';
import type { Ref } from '../../src/domain/scope.ts';
import type { AnswerStore, ConversationStore, MessageStore } from '../../src/ports/conversations.ts';
import type { DeliveryStore } from '../../src/ports/deliveries.ts';
import { FencedError } from '../../src/ports/jobs.ts';
import { copyOf, copyWithout, createTable } from './memory-table.ts';

type ConversationRow = Conversation & {
  revision: number;
  key: string | null;
  unopened: boolean;
  openingAt: Date | null;
};
type MessageRow = Message & { threadTs: string; clientMsgId: string | null; postedTs?: string };
type AnswerRow = Answer & { fence: number };
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
    messages: messages(),
    answers: answers(),
    deliveries: deliveries(),
  };
}

const FRESH = { mode: 'auto', summary: null, revision: 0 } as const;

function conversations(): ConversationStore {
  const table = createTable<ConversationRow>();
  const out = (row: ConversationRow): Conversation =>
    copyWithout(row, 'revision', 'key', 'unopened', 'openingAt');
  const ofThread = (teamId: string, channelId: string, threadTs: string) =>
    table.one(teamId, (row) => row.channelId === channelId && row.threadTs === threadTs);

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
      const fresh = { ...FRESH, parentId: null, taskId: null, key: null, unopened: false, openingAt: null };
      return out(ofThread(news.teamId, news.channelId, news.threadTs) ?? table.add({ ...news, ...fresh }));
    },
    async findOrOpen(news) {
      const held = table.one(news.teamId, (row) => row.key === news.key);
      return out(held ?? table.add({ ...news, ...FRESH, threadTs: null, unopened: true, openingAt: null }));
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
        .all(teamId, (row) => types.includes(row.type))
        .filter((row) => projectId === undefined || row.projectId === projectId)
        .filter((row) => parentId === undefined || row.parentId === parentId)
        .filter((row) => after === undefined || row.id < after)
        .sort((a, b) => (a.id < b.id ? 1 : -1))
        .slice(0, limit)
        .map(out),
    async change(ref, change) {
      Object.assign(table.get(ref) ?? {}, change);
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
    async dropSummary(teamId, channelId, threadTs, ts) {
      const row = ofThread(teamId, channelId, threadTs);
      if (row === null) return;
      row.revision += 1;
      if (row.summary !== null && row.summary.throughTs >= ts) row.summary = null;
    },
    revisionOf: async (ref) => table.get(ref)?.revision ?? 0,
  };
}

function messages(): MessageStore {
  const table = createTable<MessageRow>();
  const out = (row: MessageRow): Message => copyWithout(row, 'threadTs', 'clientMsgId', 'postedTs');
  const at = (teamId: string, channelId: string, ts: string) =>
    table.one(teamId, (row) => row.channelId === channelId && row.ts === ts);
  const after = ({ teamId, id }: Ref, afterTs: string, fits: (row: MessageRow) => boolean) =>
    table
      .all(teamId, (row) => row.conversationId === id && !row.deleted && row.ts > afterTs && fits(row))
      .sort((a, b) => (a.ts < b.ts ? -1 : 1))
      .map(out);

  return {
    async keep(message) {
      const { teamId, channelId, ts, clientMsgId } = message;
      const held = at(teamId, channelId, ts);
      if (held !== null) return { as: held.deleted ? 'deleted' : 'known', settled: held.settled };
      const twin = (row: MessageRow) => row.channelId === channelId && row.clientMsgId === clientMsgId;
      if (clientMsgId !== null && table.one(teamId, twin) !== null)
        return { as: 'duplicate', settled: false };
      table.add({ ...message, type: 'text', editedTs: null, deleted: false, arrival: null });
      return { as: 'new', settled: false };
    },
    async settle(teamId, channelId, ts) {
      Object.assign(at(teamId, channelId, ts) ?? {}, { settled: true });
    },
    async find(teamId, channelId, ts) {
      const row = at(teamId, channelId, ts);
      return row === null ? null : out(row);
    },
    async findById(ref) {
      const row = table.get(ref);
      return row === null ? null : out(row);
    },
    async append(message) {
      const { teamId, channelId, clientMsgId } = message;
      const held = table.one(teamId, (row) => row.channelId === channelId && row.clientMsgId === clientMsgId);
      return out(held ?? table.add({ ...message, ...APPENDED, ts: slackTsNow() }));
    },
    async posted(ref, ts) {
      const row = table.get(ref);
      if (row === null) return;
      row.postedTs = ts;
      if (at(row.teamId, row.channelId, ts)?.deleted) Object.assign(row, { deleted: true, content: '' });
    },
    async arrived(teamId, channelId, ts, arrival) {
      Object.assign(at(teamId, channelId, ts) ?? {}, { arrival, settled: true });
    },
    newest: async (ref, afterTs, questionTs, limit) =>
      after(ref, afterTs, ({ ts, answerTo }) => (answerTo ?? ts) < questionTs || ts < questionTs).slice(
        -limit,
      ),
    hasFeedbackAfter: async (ref, arrival) =>
      after(ref, '', (row) => row.role === 'user' && (row.arrival ?? arrival + 1) > arrival).length > 0,
    latest: async (ref, limit) => after(ref, '', () => true).slice(-limit),
    oldest: async (ref, afterTs, beforeTs, limit) =>
      after(ref, afterTs, ({ ts }) => ts < beforeTs).slice(0, limit),
    async edit(teamId, channelId, ts, content, editedTs) {
      const row = at(teamId, channelId, ts);
      if (row === null || row.deleted || (row.editedTs ?? '') > editedTs) return null;
      return out(Object.assign(row, { content, editedTs, arrival: null }));
    },
    async erase(teamId, channelId, ts) {
      const appended = table.one(teamId, (one) => one.channelId === channelId && one.postedTs === ts);
      const row = appended ?? at(teamId, channelId, ts);
      const before = row === null || row.conversationId === '' ? null : out(row);
      const erased = { content: '', deleted: true };
      if (row !== null) Object.assign(row, erased);
      else table.add({ ...TOMBSTONE, teamId, channelId, ts, ...erased });
      return before;
    },
  };
}

const TOMBSTONE = {
  conversationId: '',
  threadTs: '',
  role: 'user',
  type: 'text',
  userId: '',
  editedTs: null,
  clientMsgId: null,
  settled: false,
  madeFor: null,
  answerTo: null,
  arrival: null,
} as const;

const APPENDED = { threadTs: '', editedTs: null, deleted: false, settled: true, answerTo: null } as const;

let lastMicros = 0;

/** This moment as a Slack ts, never the same twice. */
function slackTsNow(): string {
  lastMicros = Math.max(lastMicros + 1, Date.now() * 1_000);
  const digits = String(lastMicros);
  return `${digits.slice(0, -6)}.${digits.slice(-6)}5`;
}

function answers(): AnswerStore {
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
    parts: 0,
  } as const;

  function write(row: AnswerRow | null, fence: number, change: Partial<Answer>): Answer {
    if (row === null || row.fence > fence) throw new FencedError();
    return out(Object.assign(row, copyOf(change), { fence }));
  }
  const ofQuestion = (teamId: string, channelId: string, questionTs: string) =>
    table.one(teamId, (row) => row.channelId === channelId && row.questionTs === questionTs);

  return {
    async begin(key, start, fence) {
      const held = ofQuestion(key.teamId, key.channelId, key.questionTs);
      return write(held ?? table.add({ ...key, ...fresh, urls: [], ...start, fence }), fence, {});
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
    async settle(ref, fence, state, parts) {
      write(table.get(ref), fence, { state, parts });
    },
    fail: async (ref, fence, reference) => write(table.get(ref), fence, { state: 'failed', reference }),
    async vote(ref, userId, vote) {
      if (table.get(ref) !== null) votes.set(`${ref.teamId} ${ref.id} ${userId}`, vote);
    },
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
