import { type Actor, bot, person } from '../../src/domain/actor.ts';
import type { Attachment, Source } from '../../src/domain/attachment.ts';
import { NO_SOURCES } from '../../src/domain/context-entry.ts';
import type { Dispatch } from '../../src/domain/dispatch.ts';
import type { TextMetadata } from '../../src/domain/message-metadata.ts';
import type { Receipt, ReceiptItem } from '../../src/domain/receipt.ts';
import type { Ref } from '../../src/domain/scope.ts';
import type { PlanStamp, Task, TaskEvent } from '../../src/domain/task.ts';
import type { TaskProposal } from '../../src/domain/task-proposal.ts';
import type { RequestRecord } from '../../src/ports/api-keys.ts';
import type { NewAttachment, NewDocument, SharedAttachment } from '../../src/ports/attachments.ts';
import type { NewEntry } from '../../src/ports/context-entries.ts';
import type {
  AppendedMessage,
  NewConversation,
  NewMessage,
  NewUnopened,
} from '../../src/ports/conversations.ts';
import type { NewDispatch } from '../../src/ports/dispatches.ts';
import { FIRST_PAGES, type HomeState } from '../../src/ports/homes.ts';
import type { NewMilestone, NewProject } from '../../src/ports/projects.ts';
import type { NewProposal } from '../../src/ports/task-proposals.ts';
import type { NewTask, OfferedPlan } from '../../src/ports/tasks.ts';

/** An id in the right form that no record has. */
export const UNKNOWN = 'f'.repeat(24);

export function project(teamId: string, more: Partial<NewProject> = {}): NewProject {
  return {
    teamId,
    channelId: 'C1',
    channelName: 'talk',
    name: 'Talk',
    purpose: '',
    createdBy: 'U1',
    ...more,
  };
}

export function milestone(teamId: string, more: Partial<NewMilestone> = {}): NewMilestone {
  const place = { projectId: UNKNOWN, channelId: 'C1', threadTs: null };
  return { teamId, ...place, title: 'Outline', description: '', createdBy: 'U1', ...more };
}

export function link(teamId: string, more: Partial<NewAttachment> = {}): NewAttachment {
  const url = more.key ?? 'https://example.com/';
  return {
    teamId,
    projectId: UNKNOWN,
    milestoneId: null,
    kind: 'link',
    key: url,
    documentId: null,
    url,
    linkType: 'website',
    title: 'example.com',
    file: null,
    state: 'pending',
    unread: null,
    readAt: null,
    page: null,
    addedBy: 'U1',
    ...more,
  };
}

export function document(teamId: string, more: Partial<NewDocument> = {}): NewDocument {
  const passages = ['The first part.', 'The second part.'].map((text, n) => ({
    ...{ text, tokens: 4, place: { page: n + 1 } },
  }));
  const content = { name: 'notes.md', size: 31, hash: 'a1', passages, awaitedBy: null };
  return { teamId, projectId: UNKNOWN, createdBy: 'U1', ...content, ...more };
}

/** The attachment of a kept document. */
export function attached(
  teamId: string,
  documentId: string,
  more: Partial<NewAttachment> = {},
): NewAttachment {
  const content = { key: documentId, documentId, url: null, linkType: null, title: 'notes.md' };
  const read = { state: 'ready', readAt: new Date('2026-03-01T09:00:00Z') } as const;
  return link(teamId, { kind: 'document', ...content, ...read, ...more });
}

/** An attachment as a message shares it. */
export function shared(attachment: Attachment, more: Partial<SharedAttachment> = {}): SharedAttachment {
  return { ...attachment, sharedAs: [attachment.key], ...more };
}

export function source(messageTs: string, more: Partial<Source> = {}): Source {
  return { channelId: 'C1', messageTs, userId: 'U1', ...more };
}

export function conversation(teamId: string, more: Partial<NewConversation> = {}): NewConversation {
  const place = { channelId: 'C1', threadTs: '100.0', projectId: UNKNOWN, milestoneId: null };
  return { teamId, type: 'project', title: 'Outline', ...place, ...more };
}

export function message(teamId: string, ts: string, more: Partial<NewMessage> = {}): NewMessage {
  const place = { conversationId: UNKNOWN, channelId: 'C1', threadTs: '100.0' };
  return {
    teamId,
    ...place,
    ts,
    role: 'user',
    userId: 'U1',
    content: `said at ${ts}`,
    clientMsgId: null,
    settled: false,
    madeFor: null,
    answerTo: null,
    metadata: null,
    ...more,
  };
}

/** A conversation whose thread is not opened yet. */
export function unopened(teamId: string, more: Partial<NewUnopened> = {}): NewUnopened {
  const { threadTs, ...rest } = conversation(teamId, { type: 'planning' });
  const whose = { userId: null, mode: 'auto' } as const;
  return { ...rest, ...whose, key: 'planning:1', parentId: null, taskId: UNKNOWN, ...more };
}

/** A message that did not come from Slack. */
const RESULT = { summary: '', dispatchId: null, specialist: null } as const;

export function appended(teamId: string, more: Partial<AppendedMessage> = {}): AppendedMessage {
  const { ts, threadTs, settled, answerTo, ...rest } = message(teamId, '', { role: 'assistant' });
  const news = {
    ...rest,
    type: 'text',
    clientMsgId: 'a1',
    content: 'The plan.',
    arrival: null,
    ...more,
  } as const;
  return news.type === 'agent_result' && news.metadata === null
    ? { ...news, metadata: { ...RESULT, ...madeWith([]) } }
    : news;
}

export const BOT: Actor = bot('K1', 'Builder');
export const ANNA: Actor = person('U1');

export function task(teamId: string, more: Partial<NewTask> = {}): NewTask {
  const place = { projectId: UNKNOWN, channelId: 'C1', milestoneId: null, askedIn: null };
  return {
    teamId,
    ...place,
    title: 'Write chapter three',
    description: '',
    createdBy: ANNA,
    origin: null,
    ...more,
  };
}

export function eventOf(more: Partial<TaskEvent> = {}): TaskEvent {
  const at = new Date('2026-03-01T09:00:00Z');
  const moved = { what: 'moved', from: 'planning', to: 'backlog', version: null } as const;
  return { revision: 2, at, by: ANNA, ...moved, ...more };
}

/** A task as somebody read it, for calls that name one. */
export function taskAs(teamId: string, id: string, more: Partial<Task> = {}): Task {
  const { origin, ...news } = task(teamId);
  const at = new Date('2026-03-01T09:00:00Z');
  return {
    ...news,
    ...{
      id,
      status: 'planning',
      plan: null,
      checklist: [],
      feedback: 0,
      lastFeedback: null,
      lease: null,
      doneBy: null,
      doneWorker: '',
    },
    ...{ completion: null, revision: 1, unsettled: true, createdAt: at, statusSince: at },
    lastChange: eventOf({ revision: 1, what: 'created', from: null, to: 'planning' }),
    ...more,
  };
}

export function stamp(version: number, more: Partial<PlanStamp> = {}): PlanStamp {
  const at = new Date('2026-03-02T09:00:00Z');
  return {
    version,
    hash: `hash ${version}`,
    at,
    by: BOT,
    firstLine: `Plan ${version}`,
    madeFor: null,
    ...more,
  };
}

export function offer({ teamId, id }: Ref, more: Partial<OfferedPlan> = {}): OfferedPlan {
  const plan = { text: '# Plan\n1. Write.', hash: 'hash 1', checklist: [{ text: 'Write', done: false }] };
  return { teamId, taskId: id, key: 'p1', ...plan, by: BOT, ...more };
}

export function request(teamId: string, more: Partial<RequestRecord> = {}): RequestRecord {
  return { teamId, keyId: 'K1', idempotencyKey: 'once', fingerprint: 'POST /tasks', ...more };
}

/** Something to be remembered for a conversation. */
export function entry(key: string, more: Partial<NewEntry> = {}): NewEntry {
  return { key, type: 'domain', value: key, sources: NO_SOURCES, madeFor: null, ...more };
}

/** A specialist that is proposed in a project. */
export function dispatch(teamId: string, more: Partial<NewDispatch> = {}): NewDispatch {
  const place = { conversationId: UNKNOWN, channelId: 'C1', threadTs: '100.0', projectId: UNKNOWN };
  return {
    ...{ teamId, ...place, userId: null, origin: 'answer:1', questionTs: '101.0', askedBy: 'U1' },
    ...{ specialist: 'reviewer', task: 'Review chapter three.', summary: 'A review of chapter three' },
    ...{ actions: ['Read chapter three'], destructive: false, madeFor: null, sources: [] },
    proposedAt: new Date('2026-03-03T09:00:00Z'),
    expiresAt: new Date('2026-03-10T09:00:00Z'),
    ...more,
  };
}

/** A dispatch as somebody read it, for calls that name one. */
export function dispatchAs(teamId: string, id: string, more: Partial<Dispatch> = {}): Dispatch {
  const { origin, ...news } = dispatch(teamId);
  return {
    ...{ ...news, id, state: 'proposed', version: 1, unsettled: true, cardTs: null, confirming: null },
    ...{ decidedBy: null, steps: [], fence: 0, stoppedBy: null, ending: null, reference: null },
    ...{ taskThreadId: null, result: null },
    ...more,
  };
}

export function proposal(teamId: string, more: Partial<NewProposal> = {}): NewProposal {
  const place = { projectId: UNKNOWN, conversationId: UNKNOWN, channelId: 'C1', threadTs: '100.0' };
  return {
    ...{ teamId, ...place, questionTs: '101.0', title: 'Write chapter three', details: 'Keep it short.' },
    ...{ madeFor: null, sources: [], origin: 'proposed:1' },
    ...more,
  };
}

/** A proposed task as somebody read it, for calls that name one. */
export function proposalAs(teamId: string, id: string, more: Partial<TaskProposal> = {}): TaskProposal {
  const fresh = { state: 'open', version: 1, decidedBy: null, taskId: null, unsettled: true } as const;
  return { ...proposal(teamId), id, ...fresh, ...more };
}

export function receipt(items: ReceiptItem[] = [], more: Partial<Receipt> = {}): Receipt {
  const counts = { messages: 3, summarised: 0, messagesLeftOut: 0, elsewhere: 2, tokens: 812 };
  return { section: 'Outline', items, ...counts, ...more };
}

export function item(attachmentId: string, more: Partial<ReceiptItem> = {}): ReceiptItem {
  const title = { title: 'Chapter three', url: 'https://example.com/3', section: null };
  return { n: 1, attachmentId, ...title, included: 'whole', unread: null, ...more };
}

/** What an answer was made with, when it uses these attachments. */
export function madeWith(used: string[]): TextMetadata {
  return { toolCalls: ['read_attachment'], sources: used, used, tokens: 812 };
}

export const HOME: HomeState = { projectId: null, pages: FIRST_PAGES };
