import type { Attachment, Passage } from '../../../src/domain/attachment.ts';
import type { ContextRecords } from '../../../src/domain/context.ts';
import type { Conversation, Message } from '../../../src/domain/conversation.ts';
import type { Milestone } from '../../../src/domain/project.ts';
import type { Corpus } from './corpus.ts';

export const TEAM = 'T0BENCH';
const PROJECT = 'project';
const CHANNEL = 'C0BENCH';
const PERSON = 'U0BENCH';
const START = new Date(Date.UTC(2026, 0, 5, 9));

/** Everything a project holds: the context has to narrow it by itself. */
export function recordsOf({
  sections,
  documents,
}: Corpus): Omit<ContextRecords, 'conversation' | 'question'> {
  const passages: Passage[] = [];
  const attachments = documents.map((document, n): Attachment => {
    const documentId = `document-${n}`;
    for (const [at, passage] of document.passages.entries())
      passages.push({ id: `${n}-${at}`, teamId: TEAM, projectId: PROJECT, documentId, n: at, ...passage });
    return {
      ...{ id: `attachment-${n}`, teamId: TEAM, projectId: PROJECT, milestoneId: document.section },
      ...{ kind: 'document', key: documentId, documentId, url: null, linkType: null, title: document.name },
      ...{
        file: null,
        state: 'ready',
        unread: null,
        readAt: START,
        askedAt: START,
        page: null,
        formerIds: [],
      },
      ...{ addedBy: PERSON, addedAt: new Date(START.getTime() + n * 60_000) },
    };
  });
  return {
    project: {
      ...{ id: PROJECT, teamId: TEAM, channelId: CHANNEL, channelName: 'salt-road', name: 'The Salt Road' },
      ...{ purpose: 'A travelling exhibition and its catalogue.', state: 'active', archiveReason: null },
      ...{ cardTs: '1.000001', createdBy: PERSON, createdAt: START },
    },
    milestones: sections.map(milestoneOf),
    ...{ attachments, passages, messages: [], entries: [], elsewhere: 0, names: new Map() },
  };
}

function milestoneOf(section: string, order: number): Milestone {
  const threadTs = `2.${String(order).padStart(6, '0')}`;
  return {
    ...{ id: section, teamId: TEAM, projectId: PROJECT, channelId: CHANNEL, threadTs, cardTs: threadTs },
    ...{ title: section, description: '', order, dueOn: null, state: 'open' },
    ...{ createdBy: PERSON, createdAt: START },
  };
}

export function conversationOf(milestoneId: string | null): Conversation {
  return {
    ...{ id: 'conversation', teamId: TEAM, channelId: CHANNEL, threadTs: '2.000001', type: 'project' },
    ...{ mode: 'auto', projectId: PROJECT, milestoneId, parentId: null, taskId: null, title: '' },
    ...{ summary: null, userId: null, since: '', resets: 0, deleted: false },
  };
}

export function questionOf(content: string): Message {
  return {
    ...{ id: 'question', teamId: TEAM, conversationId: 'conversation', channelId: CHANNEL, ts: '9.000001' },
    ...{ role: 'user', type: 'text', userId: PERSON, content, editedTs: null, deleted: false, settled: true },
    ...{ madeFor: null, answerTo: null, arrival: null, metadata: null },
  };
}

export const scopeOf = (milestoneId: string | null) => ({ teamId: TEAM, projectId: PROJECT, milestoneId });
