import type { Source } from '../../src/domain/attachment.ts';
import type { NewAttachment, NewDocument } from '../../src/ports/attachments.ts';
import type { NewConversation, NewMessage } from '../../src/ports/conversations.ts';
import type { NewMilestone, NewProject } from '../../src/ports/projects.ts';

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
    unread: 'page_not_opened',
    addedBy: 'U1',
    ...more,
  };
}

export function document(teamId: string, more: Partial<NewDocument> = {}): NewDocument {
  const passages = ['The first part.', 'The second part.'].map((text) => ({ text, tokens: 4 }));
  const content = { name: 'notes.md', size: 31, hash: 'a1', unread: null, passages };
  return { teamId, projectId: UNKNOWN, createdBy: 'U1', ...content, ...more };
}

/** The attachment of a kept document. */
export function attached(
  teamId: string,
  documentId: string,
  more: Partial<NewAttachment> = {},
): NewAttachment {
  const content = { key: documentId, documentId, url: null, linkType: null, title: 'notes.md', unread: null };
  return link(teamId, { kind: 'document', ...content, ...more });
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
    ...more,
  };
}
