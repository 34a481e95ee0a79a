import {
  type Attachment,
  addressOf,
  type Passage,
  type ReadState,
  UNREAD_SENTENCE,
  type UnreadReason,
} from './attachment.ts';
import type { Milestone } from './project.ts';
import type { Included, ReceiptItem } from './receipt.ts';
import { inScope, type Scope } from './scope.ts';
import { shownPlaces } from './shown-places.ts';

/** A text that may answer a question. */
export interface Candidate {
  id: string;
  /** Words that belong to it without standing in it: the title of its attachment and the heading above it. */
  label: string;
  text: string;
  /** The same object whenever the text is the same, so that a ranker may keep what it found out about it. */
  identity?: object;
}

/** Orders candidates by relevance to a question, best first; candidates with nothing in common are left out. */
export type Rank = (question: string, candidates: Candidate[]) => { id: string; score: number }[];

/** An attachment the model may read: its number, what is known of it and its passages. */
export interface ContextSource {
  n: number;
  attachmentId: string;
  title: string;
  url: string | null;
  /** Title of its milestone, or null for the project's shared ones. */
  section: string | null;
  /** Where people open it. */
  address: string | null;
  state: ReadState;
  unread: UnreadReason | null;
  readAt: Date | null;
  passages: Passage[];
  /** Positions of the passages that are in the prompt. */
  shown: number[];
}

/** Narrows attachments and passages to the scope and numbers them in a stable order: shared first, then by age. */
export function sourcesInScope(
  scope: Scope,
  milestones: Milestone[],
  attachments: Attachment[],
  passages: Passage[],
): ContextSource[] {
  const order = new Map(milestones.map((milestone, at) => [milestone.id, at]));
  const titles = new Map(milestones.map((milestone) => [milestone.id, milestone.title]));
  const section = (attachment: Attachment): number =>
    attachment.milestoneId === null ? -1 : (order.get(attachment.milestoneId) ?? milestones.length);
  const byDocument = groupByDocument(
    passages.filter((passage) => passage.teamId === scope.teamId && passage.projectId === scope.projectId),
  );
  return attachments
    .filter((attachment) => inScope(scope, attachment))
    .sort(
      (a, b) =>
        section(a) - section(b) || a.addedAt.getTime() - b.addedAt.getTime() || (a.id < b.id ? -1 : 1),
    )
    .map((attachment, at) => ({
      n: at + 1,
      attachmentId: attachment.id,
      title: attachment.title,
      url: attachment.url,
      section: attachment.milestoneId === null ? null : (titles.get(attachment.milestoneId) ?? null),
      address: addressOf(attachment),
      state: attachment.state,
      unread: attachment.unread,
      readAt: attachment.readAt,
      passages: attachment.documentId === null ? [] : (byDocument.get(attachment.documentId) ?? []),
      shown: [],
    }));
}

function groupByDocument(passages: Passage[]): Map<string, Passage[]> {
  const groups = new Map<string, Passage[]>();
  for (const passage of [...passages].sort((a, b) => a.n - b.n)) {
    const group = groups.get(passage.documentId);
    if (group === undefined) groups.set(passage.documentId, [passage]);
    else group.push(passage);
  }
  return groups;
}

/** Counts passages as shown that a tool handed out after the prompt was made: the receipt tells of them too. */
export function markShown(source: ContextSource, passages: number[]): void {
  source.shown = [...new Set([...source.shown, ...passages])].sort((a, b) => a - b);
}

/** The passages of a source that are in the prompt, in order. */
export function shownPassages(source: ContextSource): Passage[] {
  const shown = new Set(source.shown);
  return source.passages.filter((passage) => shown.has(passage.n));
}

/** What is to be said of the state of a source, as a clause, or null when it was simply read. */
export function unreadNote({
  state,
  unread,
  readAt,
}: Pick<ContextSource, 'state' | 'unread' | 'readAt'>): string | null {
  if (state === 'pending') return 'it is being read at this moment';
  if (unread === null) return null;
  if (state === 'failed' || readAt === null) return UNREAD_SENTENCE[unread];
  return `as it was when it could last be read: ${UNREAD_SENTENCE[unread]} now`;
}

export function toReceiptItem(source: ContextSource): ReceiptItem {
  const { n, attachmentId, title, address, section, state, unread } = source;
  const included = inclusion(source);
  const places = included === 'passages' ? shownPlaces(shownPassages(source)) : [];
  return { n, attachmentId, title, url: address, section, state, unread, included, places };
}

/** A passage as a ranker looks at it. */
export function candidateOf(id: string, { title }: ContextSource, passage: Passage): Candidate {
  const { heading, sheet } = passage.place;
  const label = [title, sheet, heading].filter((part) => part !== undefined).join('\n');
  return { id, label, text: passage.text, identity: passage };
}

function inclusion(source: ContextSource): Included {
  if (source.shown.length === 0) return 'named';
  return source.shown.length === source.passages.length ? 'whole' : 'passages';
}
