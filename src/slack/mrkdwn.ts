import slackify from 'slackify-markdown';
import { prepareMarkdown, withoutLongRuns } from './mrkdwn-source.ts';
import { toSafeText } from './mrkdwn-text.ts';
import { type Citation, createWhitelist } from './mrkdwn-whitelist.ts';

/**
 * Markdown of a model as Slack mrkdwn. The text is untrusted: the only live constructs in the result are
 * links whose address stands word for word in `allowedUrls`, and citations such as [2] that link to their
 * attachment. Every other address is shown in code, and mentions, channels and broadcasts are shown as text
 * that calls nobody.
 * @param citations the attachments by the number they are cited with; without an address [n] stays text.
 */
export function toMrkdwn(markdown: string, allowedUrls: string[], citations: Citation[]): string {
  const whitelist = createWhitelist(allowedUrls, citations);
  const prepared = prepareMarkdown(markdown);
  const text = toSafeText(convert(prepared), whitelist);
  return text.replace(IDLE_SPACE, '').replace(IDLE_LINES, '$1\n\n').trim();
}

/** The converter parts emphasis from words by a space of no width, also where there is no word beside it. */
const IDLE_SPACE = /(?<=^|\s)\u200b(?=[*_~])|(?<=[*_~])\u200b(?=\s|$)/gu;
/** It leaves more than one empty line behind a quotation. */
const IDLE_LINES = /^(>.*)\n{3,}/gmu;

/** More than any answer has that is meant to be read, and little enough for what is quadratic in it. */
const MOST_SIGNS = 4_000;
const LONGEST_WORD = 4_000;
/** In one paragraph. */
const MOST_WORDS = 4_000;
const SIGN = /[*_~[\]<>`|!&\\#\n]/gu;
/** Quotations and lists in one another, all on one line. */
const DEEP = /^(?:[^\S\n]*(?:>|(?:[-+*]|\d{1,9}[.)])(?=[^\S\n]))){40}/mu;

/**
 * The converter is recursive and in many things quadratic; what nests too deep for it, or has too much markup,
 * too long a word or too long a paragraph, is shown as it was typed.
 */
function convert(markdown: string): string {
  const { text, restore } = withoutLongRuns(markdown);
  if (isTooMuch(text)) return markdown;
  try {
    return restore(slackify(text));
  } catch {
    return markdown;
  }
}

function isTooMuch(text: string): boolean {
  const paragraphs = text.split(/\n[^\S\n]*\n/u).map((paragraph) => paragraph.split(/\s/u));
  return (
    (text.match(SIGN)?.length ?? 0) > MOST_SIGNS ||
    paragraphs.some(
      (words) => words.length > MOST_WORDS || words.some((word) => word.length > LONGEST_WORD),
    ) ||
    DEEP.test(text)
  );
}

export { splitText } from './split-text.ts';
