import type { Context } from '../domain/context.ts';
import { contentWords } from './coverage.ts';
import { bestNotes, bestRemark, OFFLINE } from './offline-find.ts';
import { noteLines, quote } from './offline-text.ts';

const FIRST = `${OFFLINE}, so I can only repeat what I know of you. I cannot read attachments here: ask for those in the thread of their milestone._`;
const LISTED = 60;
/** Besides what asks for contents anywhere: words that ask for all that is known. */
const ABOUT_ALL = new Set(contentWords('the fact memory everything stuff thing myself'));

/** What answers in a person's own conversation: what is known of them and was said there, and nothing else. */
export function privateText(context: Context, asksForContents: (word: string) => boolean): string {
  const asked = contentWords(context.question);
  if (asked.every((word) => asksForContents(word) || ABOUT_ALL.has(word))) return allText(context);
  const { lines, share } = bestNotes(context, LISTED);
  const remark = bestRemark(context);
  const parts: string[] = [];
  if (lines.length > 0) parts.push(`What I know of this:\n${noteLines(lines)}`);
  if (remark !== null && remark.share > share) parts.push(`Said here earlier:\n${quote(remark.text)}`);
  if (parts.length === 0) parts.push('Nothing that I know of you speaks of this. Ask me what I know of you.');
  return [FIRST, ...parts].join('\n\n');
}

function allText({ notes }: Context): string {
  const known =
    notes.length === 0
      ? 'I know nothing of you yet. Tell me, such as “remember that I write in the mornings”.'
      : `This is what I know of you, with your tasks and projects:\n${noteLines(notes.slice(0, LISTED))}`;
  const more = notes.length > LISTED ? [`…and ${notes.length - LISTED} more.`] : [];
  return [FIRST, known, ...more].join('\n\n');
}
