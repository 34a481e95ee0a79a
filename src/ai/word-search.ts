import { beginningsOf, likeness, nearness, type Term, typosIn } from './question-terms.ts';
import { stem } from './stem.ts';
import { marksOf, type WordList, wordAt } from './word-scan.ts';

/** Adds to `into`, from `base` on, how much of each slot the words of a list hold. */
export type Search = (list: WordList, into: Float32Array, base: number) => void;

/** Each term has a slot for its own word and one for words that are used for the same thing. */
export const SLOTS = 2;

interface Match {
  slot: number;
  how: number;
}

const NONE: Match[] = [];

const SIFT = (1 << 14) - 1;

/** A search for words that are, begin like, or are used like one of the terms. */
export function createSearch(terms: Term[]): Search {
  const sift = new Uint8Array(SIFT + 1);
  for (const beginning of terms.flatMap(beginningsOf)) sift[beginning & SIFT] = 1;
  const matchesOf = memo((word) => {
    const base = stem(word);
    return terms.flatMap((term, at) => matchesIn(term, word, base, at * SLOTS));
  });
  return (list, into, base) => {
    const { count, data } = list;
    for (let at = 0; at < count; at += 1)
      if (sift[(data[at] ?? 0) & SIFT] === 1) add(matchesOf(list, at), into, base);
  };
}

function matchesIn(term: Term, word: string, base: string, slot: number): Match[] {
  const how = likeness(term, word, base);
  const isRelated = term.related.has(base);
  if (how === 0 && !isRelated) return NONE;
  return [...(how > 0 ? [{ slot, how }] : []), ...(isRelated ? [{ slot: slot + 1, how: 1 }] : [])];
}

/** A search for words that differ from one of these terms by a letter or two. */
export function createTypoSearch(terms: Term[], positions: number[]): Search {
  const wanted = positions.flatMap((at) => {
    const term = terms[at];
    if (term === undefined) return [];
    // A wrong letter takes one from the letters of a word and adds one at most.
    return [{ at, term, letters: marksOf(term.word).letters, most: 2 * typosIn(term) }];
  });
  const matchesOf = memo((word) =>
    wanted.flatMap(({ at, term }) => {
      const how = nearness(term, word);
      return how > 0 ? [{ slot: at * SLOTS, how }] : [];
    }),
  );
  return (list, into, base) => {
    const { count, data } = list;
    for (let at = 0; at < count; at += 1) {
      const letters = data[2 * count + at] ?? 0;
      if (wanted.some((one) => bitsIn(letters ^ one.letters) <= one.most))
        add(matchesOf(list, at), into, base);
    }
  };
}

function add(matches: Match[], into: Float32Array, base: number): void {
  for (const { slot, how } of matches) into[base + slot] = (into[base + slot] ?? 0) + how;
}

/** Decides once for each word, which is only made a string to be decided on. */
function memo(decide: (word: string) => Match[]): (list: WordList, at: number) => Match[] {
  const known = new Map<number, Match[]>();
  return (list, at) => {
    const hash = list.data[list.count + at] ?? 0;
    const before = known.get(hash);
    if (before !== undefined) return before;
    const matches = decide(wordAt(list, at));
    known.set(hash, matches);
    return matches;
  };
}

function bitsIn(set: number): number {
  const pairs = set - ((set >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
