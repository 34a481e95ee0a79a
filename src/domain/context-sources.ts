import { type Attachment, type Passage, UNREAD_SENTENCE, type UnreadReason } from './attachment.ts';
import type { Milestone } from './project.ts';
import type { Included, ReceiptItem } from './receipt.ts';
import { inScope, type Scope } from './scope.ts';

/** Orders candidates by relevance to a question, best first; candidates with nothing in common are left out. */
export type Rank = (
  question: string,
  candidates: { id: string; text: string }[],
) => { id: string; score: number }[];

/** An attachment the model may read: its number, what is known of it and its passages. */
export interface ContextSource {
  n: number;
  attachmentId: string;
  title: string;
  url: string | null;
  /** Title of its milestone, or null for the project's shared ones. */
  section: string | null;
  unread: UnreadReason | null;
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
      unread: attachment.unread,
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

/** Why the content of a source is not there, as a clause, or null. */
export function unreadNote(source: ContextSource): string | null {
  return source.unread === null ? null : UNREAD_SENTENCE[source.unread];
}

export function toReceiptItem(source: ContextSource): ReceiptItem {
  const { n, attachmentId, title, url, section, unread } = source;
  return { n, attachmentId, title, url, section, unread, included: inclusion(source) };
}

function inclusion(source: ContextSource): Included {
  if (source.shown.length === 0) return 'named';
  return source.shown.length === source.passages.length ? 'whole' : 'passages';
}
