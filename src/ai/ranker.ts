import type { Rank } from '../domain/context-sources.ts';
import { type Term, termsOf, typosIn } from './question-terms.ts';
import { type Listed, listWords } from './word-lists.ts';
import { createSearch, createTypoSearch, type Search, SLOTS } from './word-search.ts';

/** The constants of BM25: how soon more of the same word stops counting, and how much the length of a text counts. */
const K = 2;
const B = 0.7;
/** A word of the title or heading counts as so many words of the text. */
const LABEL = 2.5;
/** A word that is used for the same thing counts so much against the word itself. */
const RELATED = 0.5;

/** For each text and slot how much of it was found. */
interface Found {
  inText: Float32Array;
  inLabel: Float32Array;
  width: number;
}

/**
 * Orders candidates by BM25 over the words of their texts and labels, best first; equal scores keep the given order. A
 * word of the question matches as it is, inflected, in another spelling, as the beginning of a longer word, by what
 * else people call the same thing, and with a typo where no text holds it. A question of stop words ranks nothing.
 *
 * Always the same result for the same question and candidates. Texts with an identity are read only once, so that a
 * question takes a few milliseconds for thousands of passages.
 */
export const rank: Rank = (question, candidates) => {
  const terms = termsOf(question);
  if (terms.length === 0 || candidates.length === 0) return [];
  const texts = listWords(candidates);
  const found = search(texts, terms);
  const score = scorer(texts, found);
  return candidates
    .map(({ id }, at) => ({ id, at, score: score(at) }))
    .filter((one) => one.score > 0)
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .map(({ id, score: points }) => ({ id, score: points }));
};

function search(texts: Listed[], terms: Term[]): Found {
  const width = terms.length * SLOTS;
  const found = {
    width,
    inText: new Float32Array(texts.length * width),
    inLabel: new Float32Array(texts.length * width),
  };
  run(createSearch(terms), texts, found);
  seekBeyond(texts, terms, found);
  const holders = countHolders(texts, found);
  const lost = terms.flatMap((term, at) =>
    holders[at * SLOTS] === 0 && term.related.size === 0 && typosIn(term) > 0 ? [at] : [],
  );
  if (lost.length > 0) run(createTypoSearch(terms, lost), texts, found);
  return found;
}

function run(one: Search, texts: Listed[], { inText, inLabel, width }: Found): void {
  texts.forEach(({ words, labelWords }, at) => {
    one(words, inText, at * width);
    one(labelWords, inLabel, at * width);
  });
}

/** Words with signs beyond the first 65,536 are listed for no text; they count as a part of it. */
function seekBeyond(texts: Listed[], terms: Term[], { inText, width }: Found): void {
  terms.forEach(({ word }, term) => {
    if (!/[\u{10000}-\u{10ffff}]/u.test(word)) return;
    texts.forEach(({ text }, at) => {
      if (text.includes(word)) inText[at * width + term * SLOTS] = 1;
    });
  });
}

/** For each slot how many texts hold something of it. */
function countHolders(texts: Listed[], { inText, inLabel, width }: Found): number[] {
  const holders = new Array<number>(width).fill(0);
  for (let at = 0, from = 0; at < texts.length; at += 1, from += width)
    for (let slot = 0; slot < width; slot += 1)
      if (inText[from + slot] !== 0 || inLabel[from + slot] !== 0) holders[slot] = (holders[slot] ?? 0) + 1;
  return holders;
}

function scorer(texts: Listed[], found: Found): (at: number) => number {
  const { inText, inLabel, width } = found;
  const holders = countHolders(texts, found);
  // Another word for the same thing is never rarer than the word itself, where that is held.
  const rarity = holders.map((count, slot) => {
    const own = slot % SLOTS === 0 ? 0 : (holders[slot - 1] ?? 0);
    const held = Math.max(count, own);
    return Math.log(1 + (texts.length - held + 0.5) / (held + 0.5));
  });
  const usual = texts.reduce((sum, { words }) => sum + words.length, 0) / texts.length;
  const worth = (place: number, slot: number, length: number): number => {
    const text = inText[place] ?? 0;
    const label = inLabel[place] ?? 0;
    if (text === 0 && label === 0) return 0;
    const often = text / length + LABEL * Math.min(1, label);
    return ((rarity[slot] ?? 0) * (K + 1) * often) / (K + often);
  };
  return (at) => {
    const length = 1 - B + (B * (texts[at]?.words.length ?? 0)) / Math.max(1, usual);
    let sum = 0;
    for (let slot = 0, place = at * width; slot < width; slot += SLOTS, place += SLOTS)
      sum += Math.max(worth(place, slot, length), RELATED * worth(place + 1, slot + 1, length));
    return sum;
  };
}
