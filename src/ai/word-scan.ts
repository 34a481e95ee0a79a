import { fold, isUnspaced, STOP_WORDS } from './words.ts';

/** The telling words of a text in their order, ready to be searched. */
export interface WordList {
  /** The text that the places belong to. */
  text: string;
  /** How many words the text has, those that say nothing included. */
  length: number;
  /** How many words are listed. */
  count: number;
  /** For each listed word its beginning, then for each its hash, then its letters, then its place. */
  data: Int32Array;
}

/** Of a longer word only so many characters are compared. */
const LONGEST_WORD = 40;
/** So many first characters of a word are its beginning. */
export const BEGINNING = 4;

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
const UNITS = new Int32Array(65_536);

/** What is kept of a word. */
const FIELDS = 4;
/** A place is where a word begins, with the length of its stretch of the text in the lower bits. */
const PLACE_BITS = 6;
const LONGEST_STRETCH = (1 << PLACE_BITS) - 1;
let kept = new Int32Array(FIELDS * 1_024);

/**
 * Lists the telling words of a text: those that `words` finds, without stop words. A question may have to read every
 * passage of its scope, so this reads a text once and makes no strings.
 */
export const scanWords = (text: string): WordList => scan(text, false);

function scan(text: string, composed: boolean): WordList {
  let count = 0;
  let length = 0;
  let run = SEPARATOR;
  let from = 0;
  let size = 0;
  let hash = SEED;
  let beginning = SEED;
  let letters = 0;
  let before = 0;
  const end = text.length;
  for (let at = 0; at <= end; at += 1) {
    const code = at < end ? text.charCodeAt(at) : 0;
    let unit = UNITS[code] || learn(code);
    if ((unit & PART) !== 0 && !composed) return scan(text.normalize('NFC'), true);
    let kind = unit & KIND;
    if (kind === DROPPED || (kind === SEPARATOR && run === LETTER && isGroupMark(text, at, code))) continue;
    if (kind === MARK) kind = run === UNSPACED ? UNSPACED : LETTER;
    if (kind !== run) {
      if (run === LETTER || (run === UNSPACED && size === 1)) {
        length += 1;
        count += keep(count, beginning, hash, letters, from, at);
      }
      run = kind;
      from = at;
      size = 0;
      hash = SEED;
      letters = 0;
    }
    if (kind === LETTER) {
      // Most signs stand inside of a word: they take the shortest way.
      for (;;) {
        hash = Math.imul(hash ^ (unit & FOLDED), FACTOR);
        letters |= 1 << (unit & 31);
        if (size < BEGINNING) beginning = hash;
        size += 1;
        if (at + 1 >= end) break;
        unit = UNITS[text.charCodeAt(at + 1)] ?? 0;
        if (unit >> 16 !== PLAIN) break;
        at += 1;
      }
    } else if (kind === UNSPACED) {
      const sign = unit & FOLDED;
      if (size > 0) {
        // A pair of signs.
        hash = Math.imul(Math.imul(SEED ^ before, FACTOR) ^ sign, FACTOR);
        length += 1;
        count += keep(count, hash, hash, 0, from, at + 1);
      } else {
        hash = Math.imul(SEED ^ sign, FACTOR);
        beginning = hash;
      }
      before = sign;
      from = at;
      size = size === 0 ? 1 : 2;
    }
  }
  return { text, length, count, data: packed(count) };
}

/** Keeps a word unless it says nothing. @returns how many words that are. */
function keep(
  count: number,
  beginning: number,
  hash: number,
  letters: number,
  from: number,
  to: number,
): number {
  if (sift[hash & SIFT] === 1 && NOTHING.has(hash)) return 0;
  const at = count * FIELDS;
  if (at >= kept.length) {
    const more = new Int32Array(kept.length * 2);
    more.set(kept);
    kept = more;
  }
  kept[at] = beginning;
  kept[at + 1] = hash;
  kept[at + 2] = letters;
  kept[at + 3] = (from << PLACE_BITS) | (to - from < LONGEST_STRETCH ? to - from : LONGEST_STRETCH);
  return 1;
}

function packed(count: number): Int32Array {
  const data = new Int32Array(count * FIELDS);
  const source = kept;
  for (let field = 0; field < FIELDS; field += 1)
    for (let at = 0, from = field, to = field * count; at < count; at += 1, from += FIELDS, to += 1)
      data[to] = source[from] ?? 0;
  // What one huge text needed is not kept for ever.
  if (kept.length > FIELDS * 65_536) kept = new Int32Array(FIELDS * 1_024);
  return data;
}

/** A listed word as it is compared. */
export function wordAt({ text, count, data }: WordList, at: number): string {
  const place = data[3 * count + at] ?? 0;
  const from = place >>> PLACE_BITS;
  let word = '';
  for (let next = from; next < from + (place & LONGEST_STRETCH) && word.length < LONGEST_WORD; next += 1) {
    const unit = UNITS[text.charCodeAt(next)] ?? 0;
    const kind = unit & KIND;
    if (kind === LETTER || kind === UNSPACED || kind === MARK) word += String.fromCharCode(unit & FOLDED);
  }
  return word;
}

const SEED = 0x811c9dc5 | 0;
const FACTOR = 0x01000193;

/** What a word is found by: words that begin alike have the same beginning. */
export function marksOf(word: string): { beginning: number; hash: number; letters: number } {
  let hash = SEED;
  let beginning = 0;
  let letters = 0;
  for (let at = 0; at < word.length; at += 1) {
    const code = word.charCodeAt(at);
    hash = Math.imul(hash ^ code, FACTOR);
    letters |= 1 << (code & 31);
    if (at < BEGINNING) beginning = hash;
  }
  return { beginning, hash, letters };
}

/** Stop words by their hash; most other words are told apart by one look. */
const NOTHING = new Set([...STOP_WORDS].map((word) => marksOf(word).hash));
const SIFT = 8_191;
const sift = new Uint8Array(SIFT + 1);
for (const hash of NOTHING) sift[hash & SIFT] = 1;

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

/** A word as it is compared: a Greek s at the end of a word is one as everywhere else. */
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
