import { findCitations } from './citations.ts';
import type { ContextSource } from './context-sources.ts';
import { shownPassages } from './context-sources.ts';

/** So many words in a row are no chance, when one of them says something. */
const RUN = 6;
const SAYING = 6;
/** Shorter texts stand in many places by chance. */
const TELLING = 8;

const wordsOf = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Words with what joins them, such as "release_notes" or "lot-7f3a". */
const joinedOf = (text: string): string[] =>
  text.toLowerCase().match(/[\p{L}\p{N}]+(?:[-_][\p{L}\p{N}]+)*/gu) ?? [];

const isMixed = (word: string): boolean => /\p{L}/u.test(word) && /\p{N}/u.test(word);

/** A code or a long number: a text that holds it has it from somewhere. */
function isRare(word: string): boolean {
  // Round numbers and years stand in many texts.
  if (/^\p{N}+$/u.test(word)) return word.length >= 5 && !word.endsWith('00');
  if (!/[-_]/u.test(word)) return word.length >= 5 && isMixed(word);
  return word.length >= 8 && (word.includes('_') || word.split('-').some(isMixed));
}

function* runsOf(words: string[]): Generator<string> {
  for (let at = 0; at + RUN <= words.length; at += 1) {
    const run = words.slice(at, at + RUN);
    if (run.some((word) => word.length >= SAYING || /\p{N}/u.test(word))) yield run.join(' ');
  }
}

export interface Quotes {
  /** True when a row of words, or something rare, of this text stands in it. */
  of(source: string): boolean;
  /** True when it holds this name or address, or something rare of it: two addresses of one host have much in common. */
  name(source: string): boolean;
}

/** Tells what a text quotes. */
export function createQuotes(text: string): Quotes {
  const words = wordsOf(text);
  const runs = new Set(runsOf(words));
  const rare = new Set([...words, ...joinedOf(text)].filter(isRare));
  const whole = ` ${words.join(' ')} `;
  const lower = text.toLowerCase();

  const sharesRare = (source: string): boolean =>
    rare.size > 0 && [...wordsOf(source), ...joinedOf(source)].some((word) => rare.has(word));

  return {
    of(source) {
      if (sharesRare(source)) return true;
      const theirs = wordsOf(source);
      // A short text counts as a whole, a single word of it does not.
      if (theirs.length < RUN) {
        const short = theirs.join(' ');
        return theirs.length > 1 && short.length >= TELLING && whole.includes(` ${short} `);
      }
      for (const run of runsOf(theirs)) if (runs.has(run)) return true;
      return false;
    },
    name(source) {
      return (source.length >= TELLING && lower.includes(source.toLowerCase())) || sharesRare(source);
    },
  };
}

/** Ids of the attachments that a text cites by number, names or quotes. */
export function usedIn(text: string, sources: ContextSource[]): string[] {
  const quotes = createQuotes(text);
  const cited = new Set(findCitations(text).flatMap((citation) => citation.cited.map(({ n }) => n)));
  return sources
    .filter(
      (source) =>
        cited.has(source.n) ||
        quotes.name(source.title) ||
        (source.url !== null && quotes.name(source.url)) ||
        shownPassages(source).some((passage) => quotes.of(passage.text)),
    )
    .map((source) => source.attachmentId);
}
