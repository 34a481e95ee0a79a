import type { Message } from '../../src/domain/conversation.ts';
import { usedBy } from '../../src/domain/message-metadata.ts';
import type { Ref } from '../../src/domain/scope.ts';
import type { MessageStore } from '../../src/ports/conversations.ts';
import { copyOf, copyWithout, createTable } from './memory-table.ts';

type MessageRow = Message & { threadTs: string; clientMsgId: string | null; postedTs?: string };

export function memoryMessages(): MessageStore {
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
      return out(held ?? table.add({ ...APPENDED, ...message, ts: slackTsNow() }));
    },
    async posted(ref, ts) {
      const row = table.get(ref);
      if (row === null) return;
      row.postedTs = ts;
      if (at(row.teamId, row.channelId, ts)?.deleted) Object.assign(row, ERASED);
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
    async edit(teamId, channelId, ts, content, editedTs, metadata) {
      const row = at(teamId, channelId, ts);
      if (row === null || row.deleted || (row.editedTs ?? '') > editedTs) return null;
      const made = metadata === undefined ? {} : { metadata: copyOf(metadata) };
      return out(Object.assign(row, { content, editedTs, arrival: null, ...made }));
    },
    async erase(teamId, channelId, ts) {
      const appended = table.one(teamId, (one) => one.channelId === channelId && one.postedTs === ts);
      const row = appended ?? at(teamId, channelId, ts);
      const before = row === null || row.conversationId === '' ? null : out(row);
      if (row !== null) Object.assign(row, ERASED);
      else table.add({ ...TOMBSTONE, teamId, channelId, ts, ...ERASED });
      return before;
    },
    listMadeFrom: async (teamId, attachmentId) =>
      table
        .all(teamId, (row) => usedBy(row.metadata).includes(attachmentId))
        .map(({ conversationId, ts }) => ({ teamId, conversationId, ts })),
    async eraseMadeFrom(teamId, attachmentId) {
      const rows = table.all(teamId, (row) => usedBy(row.metadata).includes(attachmentId));
      return rows.map((row) => {
        const before = out(row);
        Object.assign(row, ERASED);
        return before;
      });
    },
    async removeThrough({ teamId, id }, throughTs) {
      const gone = table
        .all(teamId, (row) => row.conversationId === id)
        .filter((row) => [row.ts, row.postedTs, row.answerTo].some((ts) => (ts ?? '~') <= throughTs));
      gone.forEach(table.delete);
      return gone.length;
    },
    newestTs: async ({ teamId, id }) =>
      table
        .all(teamId, (row) => row.conversationId === id)
        .flatMap((row) => [row.ts, row.postedTs ?? '0'])
        .reduce((newest, ts) => (ts > newest ? ts : newest), '0'),
  };
}

const ERASED = { deleted: true, content: '', metadata: null } as const;

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
