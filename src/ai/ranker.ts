import MiniSearch from 'minisearch';
import type { Rank } from '../domain/context-sources.ts';
import { isStopWord, words } from './words.ts';

const PREFIX_FROM = 4;
const FUZZY_FROM = 6;
const FUZZY = 0.1;

/**
 * Orders candidates by BM25+ over their words, best first; equal scores keep the given order. Words of four
 * letters match as beginnings, words of six with one letter in ten wrong. Pure: the index lives for one call.
 *
 * Only words the question can match are indexed, which makes ranking 4,000 passages a matter of reading them
 * once.
 */
export const rank: Rank = (question, candidates) => {
  const asked = questionTerms(question);
  if (asked.length === 0 || candidates.length === 0) return [];
  const relevant = memo((term) => asked.some((one) => mayMatch(one, term)));
  const index = new MiniSearch<{ id: number; text: string }>({
    fields: ['text'],
    tokenize: words,
    processTerm: (term) => (relevant(term) ? term : null),
    searchOptions: { processTerm: (term) => term },
  });
  index.addAll(candidates.map(({ text }, id) => ({ id, text })));
  const found = index.search(asked.join(' '), {
    tokenize: (text) => text.split(' '),
    prefix: (term) => term.length >= PREFIX_FROM,
    fuzzy: (term) => (term.length >= FUZZY_FROM ? FUZZY : false),
  });
  return found
    .map(({ id, score }) => ({ at: Number(id), score }))
    .sort((a, b) => b.score - a.score || a.at - b.at)
    .flatMap(({ at, score }) => {
      const candidate = candidates[at];
      return candidate === undefined ? [] : [{ id: candidate.id, score }];
    });
};

function questionTerms(question: string): string[] {
  const all = [...new Set(words(question))];
  const telling = all.filter((word) => !isStopWord(word));
  return telling.length > 0 ? telling : all;
}

/** A cheap test that lets through at least everything the search options above would match. */
function mayMatch(asked: string, term: string): boolean {
  if (asked === term) return true;
  if (asked.length >= PREFIX_FROM && term.startsWith(asked)) return true;
  return (
    asked.length >= FUZZY_FROM && Math.abs(asked.length - term.length) <= Math.round(asked.length * FUZZY)
  );
}

function memo(decide: (term: string) => boolean): (term: string) => boolean {
  const known = new Map<string, boolean>();
  return (term) => {
    const before = known.get(term);
    if (before !== undefined) return before;
    const answer = decide(term);
    known.set(term, answer);
    return answer;
  };
}
