import { relatedTo } from './related-words.ts';
import { otherForms, stem } from './stem.ts';
import { BEGINNING, foldWord, marksOf } from './word-scan.ts';
import { isStopWord, isUnspaced, words } from './words.ts';

/** A word of a question with what it is compared by. */
export interface Term {
  word: string;
  stem: string;
  /** Other ways to write it that begin in another way. */
  forms: ReadonlySet<string>;
  /** The stems of words that are used for the same thing. */
  related: ReadonlySet<string>;
}

/** How well a word of a text matches a term, when it is not the same word. */
const STEM = 0.9;
const PREFIX = 0.6;
const COMPOUND = 0.4;
const TYPO = 0.5;
/** Shorter words are no beginnings of others. */
const PREFIX_FROM = 4;
const COMPOUND_FROM = 5;
/** So many letters a word needs for each letter that may be wrong. */
const LETTERS_PER_TYPO = 5;
const TYPOS = 2;
/** Words of a long question that count: as many from its beginning as from its end. */
const TERMS = 64;

/** The words of a question that say something, each once; none when nothing does. */
export function termsOf(question: string): Term[] {
  const told = [...new Set(words(question).map(foldWord))].filter((word) => word !== '' && !isStopWord(word));
  const some = told.length <= TERMS ? told : [...told.slice(0, TERMS / 2), ...told.slice(-TERMS / 2)];
  const known = new Set<string>();
  return some.map(toTerm).filter((term) => {
    const news = !known.has(term.stem);
    known.add(term.stem);
    return news;
  });
}

function toTerm(word: string): Term {
  const base = stem(word);
  return {
    word,
    stem: base,
    forms: new Set([...otherForms(word), ...otherForms(base)]),
    related: relatedTo(base),
  };
}

/** The beginnings of the words that can match a term, apart from those with a typo. */
export function beginningsOf({ word, stem: base, forms, related }: Term): number[] {
  const bases = [base, ...related];
  const all = [word, ...bases, ...forms, ...bases.flatMap(otherForms)];
  return [...all, ...[word, ...bases].flatMap(inflected)].map((one) => marksOf(one).beginning);
}

/** A word too short to be a beginning, with what may follow it: fees, taxes, driest, planned. */
function inflected(word: string): string[] {
  if (word.length >= BEGINNING || !/^[a-z]/u.test(word)) return [];
  return [`${word}s`, `${word}e`, `${word}i`, `${word}a`, `${word}y`, `${word}${word.at(-1) ?? ''}`];
}

/** How well a word of a text, with its stem, matches a term: 1 as it is, 0 not at all. */
export function likeness({ word: asked, stem: askedStem, forms }: Term, word: string, base: string): number {
  if (asked === word) return 1;
  if (base === askedStem || forms.has(word)) return STEM;
  const start = word.startsWith(asked) ? asked : askedStem;
  if (start.length >= PREFIX_FROM && word.startsWith(start))
    return hasBeginnings(asked) ? PREFIX * (0.5 + start.length / (2 * word.length)) : 0;
  if (word.length >= COMPOUND_FROM && asked.startsWith(word))
    return hasBeginnings(asked) ? COMPOUND * (word.length / asked.length) : 0;
  return 0;
}

/** Numbers that begin alike have nothing else in common; scripts without spaces are compared in pairs of signs. */
const hasBeginnings = (word: string): boolean => !/^\p{N}/u.test(word) && !isUnspaced(word);

/** How many letters of a word may be wrong. */
export const typosIn = ({ word }: Term): number =>
  hasBeginnings(word) ? Math.min(TYPOS, Math.floor(word.length / LETTERS_PER_TYPO)) : 0;

/** How well a word of a text matches a term of which a few letters may be wrong, missing, too many or swapped. */
export function nearness(term: Term, word: string): number {
  const wrong = typosIn(term);
  if (Math.abs(term.word.length - word.length) > wrong) return 0;
  return distance(term.word, word) <= wrong ? TYPO : 0;
}

/** How many letters have to be changed, added, taken away or swapped with their neighbour. */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1];
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    before = last;
    last = row;
  }
  return last[other.length] ?? 0;
}
