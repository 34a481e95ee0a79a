import type { Attachment, Passage } from '../../src/domain/attachment.ts';
import type { ContextRecords } from '../../src/domain/context.ts';
import type { ContextSource } from '../../src/domain/context-sources.ts';
import type { Conversation, Message } from '../../src/domain/conversation.ts';
import type { Milestone, Project } from '../../src/domain/project.ts';
import type { ReceiptItem } from '../../src/domain/receipt.ts';
import { countTokens } from '../../src/domain/tokens.ts';

const day = new Date('2026-03-01T09:00:00Z');

export function project(over: Partial<Project> = {}): Project {
  return {
    id: 'P1',
    teamId: 'T1',
    channelId: 'C1',
    channelName: 'book',
    name: 'Book',
    purpose: '',
    state: 'active',
    archiveReason: null,
    cardTs: '1.000001',
    createdBy: 'U1',
    createdAt: day,
    ...over,
  };
}

export function milestone(over: Partial<Milestone> = {}): Milestone {
  return {
    id: 'M1',
    teamId: 'T1',
    projectId: 'P1',
    channelId: 'C1',
    threadTs: '1.000002',
    cardTs: '1.000002',
    title: 'Outline',
    description: '',
    order: 1,
    dueOn: null,
    state: 'open',
    createdBy: 'U1',
    createdAt: day,
    ...over,
  };
}

/** One with a reason and nothing read has failed. */
export function attachment(over: Partial<Attachment> = {}): Attachment {
  const unread = over.unread ?? null;
  return {
    id: 'A1',
    teamId: 'T1',
    projectId: 'P1',
    milestoneId: 'M1',
    kind: 'document',
    key: 'D1',
    documentId: 'D1',
    url: null,
    linkType: null,
    title: 'Chapters',
    file: null,
    state: unread === null ? 'ready' : 'failed',
    unread,
    readAt: day,
    askedAt: day,
    page: null,
    addedBy: 'U1',
    addedAt: day,
    formerIds: [],
    ...over,
  };
}

export function passage(over: Partial<Passage> = {}): Passage {
  const { text = 'Chapter three has 4,200 words.' } = over;
  return {
    id: 'D1-0',
    teamId: 'T1',
    projectId: 'P1',
    documentId: 'D1',
    n: 0,
    text,
    tokens: countTokens(text),
    place: {},
    ...over,
  };
}

export function conversation(over: Partial<Conversation> = {}): Conversation {
  return {
    id: 'V1',
    teamId: 'T1',
    channelId: 'C1',
    threadTs: '1.000002',
    type: 'project',
    mode: 'auto',
    projectId: 'P1',
    milestoneId: 'M1',
    parentId: null,
    taskId: null,
    title: 'Outline',
    summary: null,
    userId: null,
    since: '',
    resets: 0,
    deleted: false,
    ...over,
  };
}

export function message(over: Partial<Message> = {}): Message {
  return {
    id: 'X1',
    teamId: 'T1',
    conversationId: 'V1',
    channelId: 'C1',
    ts: '2.000001',
    role: 'user',
    type: 'text',
    userId: 'U1',
    content: 'Hello',
    editedTs: null,
    deleted: false,
    settled: true,
    madeFor: null,
    answerTo: null,
    arrival: null,
    metadata: null,
    ...over,
  };
}

/** What one project with the milestone "Outline" holds; the question is by Anna. */
export function records(over: Partial<ContextRecords> = {}): ContextRecords {
  return {
    project: project(),
    milestones: [milestone()],
    attachments: [],
    passages: [],
    conversation: conversation(),
    messages: [],
    question: message({ id: 'Q', ts: '9.000000', content: 'How long is chapter three?' }),
    entries: [],
    elsewhere: 0,
    names: new Map([['U1', 'Anna']]),
    ...over,
  };
}

export function source(over: Partial<ContextSource> = {}): ContextSource {
  const { unread = null, url = null } = over;
  return {
    n: 1,
    attachmentId: 'A1',
    title: 'Chapters',
    url,
    section: null,
    address: url,
    state: unread === null ? 'ready' : 'failed',
    unread,
    readAt: day,
    passages: [],
    shown: [],
    ...over,
  };
}

export function item(over: Partial<ReceiptItem> = {}): ReceiptItem {
  return {
    n: 1,
    attachmentId: 'A1',
    title: 'Chapters',
    url: null,
    section: null,
    included: 'whole',
    unread: null,
    ...over,
  };
}
