import { fold, isUnspaced } from './words.ts';

/** What a text holds of the words that are looked for. */
export interface Hits {
  /** The words that match, folded, as often as they stand in the text. */
  words: string[];
  /** How many words the text has. */
  length: number;
}

/** Of a longer word only so many characters are compared. */
export const LONGEST_WORD = 64;

const SEPARATOR = 1 << 16;
const LETTER = 2 << 16;
/** A sign of a script that is written without spaces. */
const UNSPACED = 3 << 16;
/** An accent on its own, which folding drops. */
const DROPPED = 4 << 16;
/** Belongs to whatever stands before it. */
const MARK = 5 << 16;
const KIND = 7 << 16;
/** May be a part of a sign that can also be written as one: the text has to be composed first. */
const PART = 1 << 19;
const FOLDED = 0xffff;
/** The upper half of a letter that needs no second look. */
const PLAIN = LETTER >> 16;
/** For each UTF-16 unit what it is and what it folds to; filled in when a unit is first seen. */
const UNITS = new Uint32Array(65_536);
const PAIRS = 4_096;

/**
 * A function that picks from a text the words which match one of `asked` (folded words). A question reads
 * every passage of its scope, so this reads a text once and makes strings only of words that begin or end
 * like one asked for. Finds what `words` finds; signs beyond the first 65,536 only as a part of the text.
 *
 * @param matches whether a word matches; it is asked once for each word.
 * @param slack how many signs of a word of this many may be wrong.
 */
export function createScan(
  asked: string[],
  matches: (word: string) => boolean,
  slack: (length: number) => number,
): (text: string) => Hits {
  const looksAlike = createSieve(asked, slack);
  const beyond = asked.filter((term) => /[\u{10000}-\u{10ffff}]/u.test(term));
  /** Stretches of texts with the word they match as, or null. */
  const known = new Map<string, string | null>();
  const buffer = new Uint16Array(LONGEST_WORD);

  function take(size: number, text: string, from: number, to: number, into: string[]): void {
    if (!looksAlike(buffer, size)) return;
    const stretch = text.slice(from, to);
    let word = known.get(stretch);
    if (word === undefined) {
      const folded = String.fromCharCode(...buffer.subarray(0, size));
      word = matches(folded) ? folded : null;
      known.set(stretch, word);
    }
    if (word !== null) into.push(word);
  }

  function scan(text: string, composed: boolean): Hits {
    const found = beyond.filter((term) => text.includes(term));
    let length = 0;
    let run = SEPARATOR;
    let size = 0;
    let from = 0;
    const end = text.length;
    for (let at = 0; at <= end; at += 1) {
      const code = at < end ? text.charCodeAt(at) : 0;
      const unit = UNITS[code] || learn(code);
      if ((unit & PART) !== 0 && !composed) return scan(text.normalize('NFC'), true);
      let kind = unit & KIND;
      if (kind === DROPPED || (kind === SEPARATOR && run === LETTER && isGroupMark(text, at, code))) continue;
      if (kind === MARK) kind = run === UNSPACED ? UNSPACED : LETTER;
      if (kind !== run) {
        if (run === LETTER || (run === UNSPACED && size === 1)) {
          length += 1;
          take(size, text, from, at, found);
        }
        run = kind;
        size = 0;
        from = at;
      }
      if (kind === LETTER) {
        if (size < LONGEST_WORD) buffer[size++] = unit & FOLDED;
        // Most signs stand inside of a word: they take the shortest way.
        for (; at + 1 < end; at += 1) {
          const next = UNITS[text.charCodeAt(at + 1)] ?? 0;
          if (next >> 16 !== PLAIN) break;
          if (size < LONGEST_WORD) buffer[size++] = next & FOLDED;
        }
      } else if (kind === UNSPACED) {
        if (size === 2) buffer[0] = buffer[1] ?? 0;
        buffer[size === 0 ? 0 : 1] = unit & FOLDED;
        if (size > 0) {
          length += 1;
          take(2, text, from, at + 1, found);
        }
        from = at;
        size = size === 0 ? 1 : 2;
      }
    }
    return { words: found, length };
  }
  return (text) => scan(text, false);
}

/** A test without strings that lets through every word which can match. */
function createSieve(
  asked: string[],
  slack: (length: number) => number,
): (word: Uint16Array, size: number) => boolean {
  const singles = new Set<number>();
  const beginnings = new Uint8Array(PAIRS);
  const endings = new Uint8Array(PAIRS);
  let longFrom = Number.POSITIVE_INFINITY;
  for (const term of asked) {
    const end = term.length - 1;
    if (end === 0) singles.add(term.charCodeAt(0));
    else beginnings[pair(term.charCodeAt(0), term.charCodeAt(1))] = 1;
    const wrong = slack(term.length);
    // One wrong sign leaves the beginning or the end as it is, more may spoil both.
    if (wrong === 1) endings[pair(term.charCodeAt(end - 1), term.charCodeAt(end))] = 1;
    if (wrong > 1) longFrom = Math.min(longFrom, term.length - wrong);
  }
  return (word, size) => {
    const first = word[0] ?? 0;
    if (size === 1) return singles.has(first);
    if (beginnings[pair(first, word[1] ?? 0)] === 1 || size >= longFrom) return true;
    return endings[pair(word[size - 2] ?? 0, word[size - 1] ?? 0)] === 1;
  };
}

const pair = (a: number, b: number): number => (a * 31 + b) & (PAIRS - 1);

function learn(code: number): number {
  const unit = unitOf(String.fromCharCode(code));
  UNITS[code] = unit;
  return unit;
}

function unitOf(sign: string): number {
  if (!/^[\p{L}\p{M}\p{N}]$/u.test(sign)) return SEPARATOR;
  const folded = foldWord(sign);
  if (folded === '') return DROPPED;
  const part = folded.length > 1 || /^[\p{M}\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]$/u.test(sign) ? PART : 0;
  const kind = isUnspaced(sign) ? UNSPACED : /^\p{M}$/u.test(sign) ? MARK : LETTER;
  return kind | part | folded.charCodeAt(0);
}

/** A word as the scan compares it: a Greek s at the end of a word is one as everywhere else. */
export function foldWord(word: string): string {
  return fold(word).replaceAll('ς', 'σ').slice(0, LONGEST_WORD);
}

/** True for the comma of "4,200", as `fold` sees it. */
function isGroupMark(text: string, at: number, code: number): boolean {
  if (code !== 44 && code !== 46 && code !== 39 && code !== 0x2019 && code !== 0xa0 && code !== 0x202f)
    return false;
  const digit = (place: number): boolean => {
    const one = text.charCodeAt(place);
    return one >= 48 && one <= 57;
  };
  return digit(at - 1) && digit(at + 1) && digit(at + 2) && digit(at + 3) && !digit(at + 4);
}
