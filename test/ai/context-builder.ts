import { rank } from '../../src/ai/ranker.ts';
import type { Attachment, Passage, ReadState, UnreadReason } from '../../src/domain/attachment.ts';
import { buildContext, type Context } from '../../src/domain/context.ts';
import type { Message, MessageRole } from '../../src/domain/conversation.ts';
import type { PassagePlace } from '../../src/domain/passage-place.ts';
import { countTokens } from '../../src/domain/tokens.ts';

export interface Paper {
  title: string;
  passages?: string[];
  /** Where each passage stands. */
  places?: PassagePlace[];
  /** It was not read yet. */
  pending?: boolean;
  url?: string;
  unread?: UnreadReason;
  /** Left out: it hangs at the milestone "Outline". */
  shared?: boolean;
}

export interface Situation {
  question: string;
  papers?: Paper[];
  earlier?: { role?: MessageRole; text: string }[];
  projectLevel?: boolean;
  budget?: number;
}

const day = new Date('2026-03-01T09:00:00Z');
const ids = { teamId: 'T1', projectId: 'P1' };

/**
 * The context of one question by Anna in the milestone "Outline" of the project "Book", made by the real
 * function.
 */
export function contextOf({
  question,
  papers = [],
  earlier = [],
  projectLevel,
  budget = 10_000,
}: Situation): Context {
  const scope = { ...ids, milestoneId: projectLevel === true ? null : 'M1' };
  return buildContext(
    scope,
    {
      project: { ...project, id: 'P1' },
      milestones: [milestone],
      attachments: papers.map(toAttachment),
      passages: papers.flatMap(toPassages),
      conversation,
      messages: earlier.map(({ role = 'user', text }, at) => message(at, role, text)),
      question: message(earlier.length, 'user', question),
      entries: [],
      elsewhere: 0,
      names: new Map([['U1', 'Anna']]),
    },
    budget,
    rank,
  );
}

const project = {
  teamId: 'T1',
  channelId: 'C1',
  channelName: 'book',
  name: 'Book',
  purpose: '',
  state: 'active' as const,
  archiveReason: null,
  cardTs: null,
  createdBy: 'U1',
  createdAt: day,
};

const milestone = {
  ...ids,
  id: 'M1',
  channelId: 'C1',
  threadTs: '1.0',
  cardTs: '1.0',
  title: 'Outline',
  description: '',
  order: 1,
  dueOn: null,
  state: 'open' as const,
  createdBy: 'U1',
  createdAt: day,
};

const conversation = {
  ...ids,
  id: 'V1',
  channelId: 'C1',
  threadTs: '1.0',
  type: 'project' as const,
  mode: 'auto' as const,
  milestoneId: 'M1',
  parentId: null,
  taskId: null,
  title: 'Outline',
  summary: null,
  userId: null,
  since: '',
  resets: 0,
  deleted: false,
};

function message(at: number, role: MessageRole, content: string): Message {
  return {
    id: `X${at}`,
    teamId: 'T1',
    conversationId: 'V1',
    channelId: 'C1',
    ts: `2.${String(at).padStart(6, '0')}`,
    role,
    type: 'text',
    userId: 'U1',
    content,
    editedTs: null,
    deleted: false,
    settled: true,
    madeFor: null,
    answerTo: null,
    arrival: null,
    metadata: null,
  };
}

function toAttachment(paper: Paper, at: number): Attachment {
  return {
    ...ids,
    id: `A${String(at).padStart(4, '0')}`,
    milestoneId: paper.shared === true ? null : 'M1',
    kind: paper.url === undefined ? 'document' : 'link',
    key: `K${at}`,
    documentId: paper.passages === undefined ? null : `D${at}`,
    url: paper.url ?? null,
    linkType: paper.url === undefined ? null : 'website',
    title: paper.title,
    file: null,
    state: stateOf(paper),
    unread: paper.unread ?? null,
    readAt: paper.passages === undefined ? null : day,
    askedAt: day,
    page: null,
    formerIds: [],
    addedBy: 'U1',
    addedAt: day,
  };
}

function stateOf({ pending, unread, passages }: Paper): ReadState {
  if (pending === true) return 'pending';
  return unread !== undefined && passages === undefined ? 'failed' : 'ready';
}

function toPassages(paper: Paper, at: number): Passage[] {
  return (paper.passages ?? []).map((text, n) => ({
    ...ids,
    id: `D${at}-${n}`,
    documentId: `D${at}`,
    n,
    text,
    tokens: countTokens(text),
    place: paper.places?.[n] ?? {},
  }));
}
