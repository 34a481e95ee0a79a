import MiniSearch from 'minisearch';
import type { Rank } from '../domain/context-sources.ts';
import { createScan, foldWord, type Hits } from './word-scan.ts';
import { isStopWord, words } from './words.ts';

const PREFIX_FROM = 4;
const FUZZY_FROM = 6;
const FUZZY = 0.1;
/** Words of a long question that count: as many from its beginning as from its end. */
const TERMS = 64;
/** Texts that are indexed; no prompt holds more. */
const INDEXED = 2_000;
/** The constants of BM25+, as MiniSearch has them. */
const BM25 = { k: 1.2, b: 0.7, d: 0.5 };

/**
 * Orders candidates by BM25+ over their words, best first; equal scores keep the given order. Words of four
 * letters match as beginnings, words of six with one letter in ten wrong. Pure: the index lives for one call.
 *
 * It runs between two events of a busy process: every text is read once and cheaply, and only the words that
 * the question can match are indexed, of at most 2,000 texts that hold most of it. The others are left out.
 */
export const rank: Rank = (question, candidates) => {
  const asked = questionTerms(question);
  if (asked.length === 0 || candidates.length === 0) return [];
  const termsOf = memo((word) => asked.flatMap((term, at) => (mayMatch(term, word) ? [at] : [])));
  const scan = createScan(asked, (word) => termsOf(word).length > 0, slack);
  const all = candidates.map(({ text }) => scan(text));
  const ids = mostTelling(all, asked.length, termsOf);

  const usual = ids.reduce((sum, id) => sum + (all[id]?.length ?? 0), 0) / Math.max(1, ids.length);
  const index = new MiniSearch<{ id: number; text: string }>({
    fields: ['text'],
    tokenize: (text) => text.split(' '),
    processTerm: (term) => term,
  });
  index.addAll(ids.map((id) => ({ id, text: all[id]?.words.join(' ') ?? '' })));
  const found = index.search(asked.join(' '), {
    prefix: (term) => term.length >= PREFIX_FROM,
    fuzzy: (term) => (term.length >= FUZZY_FROM ? FUZZY : false),
    // The index does not know how long the texts are, only how many of their words match.
    bm25: { ...BM25, b: 0 },
    boostDocument: (id: number) => lengthWeight((all[id]?.length ?? 0) / Math.max(1, usual)),
  });
  return found
    .map(({ id, score }) => ({ at: Number(id), score }))
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .flatMap(({ at, score }) => {
      const candidate = candidates[at];
      return candidate === undefined ? [] : [{ id: candidate.id, score }];
    });
};

/** The positions of the texts with a match, of too many those that hold most and the rarest of the question. */
function mostTelling(all: Hits[], terms: number, termsOf: (word: string) => number[]): number[] {
  const matching = all.flatMap((hits, id) => (hits.words.length > 0 ? [id] : []));
  if (matching.length <= INDEXED) return matching;
  const held = matching.map((id) => ({ id, terms: new Set(all[id]?.words.flatMap(termsOf)) }));
  const counts = new Array<number>(terms).fill(0);
  for (const one of held) for (const term of one.terms) counts[term] = (counts[term] ?? 0) + 1;
  const weights = counts.map((count) => Math.log(1 + all.length / Math.max(1, count)));
  return held
    .map((one) => ({
      id: one.id,
      weight: [...one.terms].reduce((sum, term) => sum + (weights[term] ?? 0), 0),
    }))
    .sort((a, b) => b.weight - a.weight || a.id - b.id)
    .slice(0, INDEXED)
    .map((one) => one.id)
    .sort((a, b) => a - b);
}

/** What BM25+ gives for one occurrence in a text so many times as long as usual, against one in a usual text. */
function lengthWeight(relative: number): number {
  const { k, b, d } = BM25;
  return (d + (k + 1) / (1 + k * (1 - b + b * relative))) / (d + 1);
}

function questionTerms(question: string): string[] {
  const all = [...new Set(words(question).map(foldWord))];
  const telling = all.filter((word) => !isStopWord(word));
  const terms = telling.length > 0 ? telling : all;
  return terms.length <= TERMS ? terms : [...terms.slice(0, TERMS / 2), ...terms.slice(-TERMS / 2)];
}

/** How many letters of a word may be wrong. */
const slack = (length: number): number => (length >= FUZZY_FROM ? Math.round(length * FUZZY) : 0);

/** A cheap test that lets through at least everything the search options above would match. */
function mayMatch(asked: string, term: string): boolean {
  if (asked === term) return true;
  if (asked.length >= PREFIX_FROM && term.startsWith(asked)) return true;
  const wrong = slack(asked.length);
  if (wrong === 0 || Math.abs(asked.length - term.length) > wrong) return false;
  const half = asked.length >> 1;
  return wrong > 1 || term.startsWith(asked.slice(0, half)) || term.endsWith(asked.slice(half));
}

function memo<Answer>(decide: (term: string) => Answer): (term: string) => Answer {
  const known = new Map<string, Answer>();
  return (term) => {
    const before = known.get(term);
    if (before !== undefined) return before;
    const answer = decide(term);
    known.set(term, answer);
    return answer;
  };
}
