import slackify from 'slackify-markdown';
import { prepareMarkdown, withoutLongRuns } from './mrkdwn-source.ts';
import { type Citation, createWhitelist, toSafeText } from './mrkdwn-text.ts';

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

/** More than any answer that is meant to be read has, and little enough for what is quadratic in it. */
const MOST_SIGNS = 4_000;
const SIGN = /[*_~[\]<>`|!&\\#\n]|(?<=\s)[-+]/gu;

/**
 * The converter is recursive, and takes quadratic time for many signs; what nests too deep for it or has too
 * many is shown as it was typed.
 */
function convert(markdown: string): string {
  const { text, restore } = withoutLongRuns(markdown);
  if ((text.match(SIGN)?.length ?? 0) > MOST_SIGNS) return markdown;
  try {
    return restore(slackify(text));
  } catch {
    return markdown;
  }
}

export { splitText } from './split-text.ts';
