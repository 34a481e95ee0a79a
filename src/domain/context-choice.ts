import type { Passage } from './attachment.ts';
import { type ContextSource, candidateOf, type Rank } from './context-sources.ts';
import { frame, placed } from './context-text.ts';
import { countTokens } from './tokens.ts';

/** Each text is followed by an empty line: less than a token. */
const GAP = 1;

/** Passages never change, and most are the same from question to question. */
const costs = new WeakMap<Passage, number>();

/** What a passage takes in a prompt, with its place. */
function passageCost(passage: Passage): number {
  const known = costs.get(passage);
  if (known !== undefined) return known;
  const cost = countTokens(placed(passage)) + GAP;
  costs.set(passage, cost);
  return cost;
}

/** What the delimiters of an attachment take. */
const frameCost = (source: ContextSource): number => countTokens(frame(source, '')) + GAP;

/** Tokens that the content of all these attachments takes in a prompt, at most. */
export function contentCost(sources: ContextSource[]): number {
  let cost = 0;
  for (const source of sources) {
    if (source.passages.length > 0) cost += frameCost(source);
    for (const passage of source.passages) cost += passageCost(passage);
  }
  return cost;
}

/** Marks every passage as shown. @returns the tokens they take. */
export function showAll(sources: ContextSource[]): number {
  for (const source of sources) source.shown = source.passages.map((passage) => passage.n);
  return contentCost(sources);
}

/** What the choice of passages goes by. */
export interface Wanted {
  question: string;
  /** What was said last before the question, newest last: "and when does it end?" means nothing by itself. */
  before: string[];
}

/** What was said before counts so much against the question itself. */
const BEFORE_WEIGHT = 0.25;
/** An attachment that holds something relevant is likely to hold more of it. */
const NEIGHBOUR_WEIGHT = 0.25;
/** Less room than any passage takes. */
const NO_ROOM = 4;

/** A passage that may be shown. */
interface Choice {
  source: ContextSource;
  passage: Passage;
  score: number;
}

/**
 * Marks the passages that fit `room` tokens as shown: the most relevant first, then the others of the attachments that
 * hold these.
 * @returns the tokens they take.
 */
export function showBest(sources: ContextSource[], wanted: Wanted, room: number, rank: Rank): number {
  let left = room;
  for (const { source, passage } of byRelevance(sources, wanted, rank)) {
    if (left < NO_ROOM) break;
    const cost = passageCost(passage) + (source.shown.length === 0 ? frameCost(source) : 0);
    if (cost > left) continue;
    left -= cost;
    source.shown.push(passage.n);
  }
  for (const source of sources) source.shown.sort((a, b) => a - b);
  return room - left;
}

/** All passages, the most relevant first; what is equally relevant stays in its order. */
function byRelevance(sources: ContextSource[], { question, before }: Wanted, rank: Rank): Choice[] {
  const choices = sources.flatMap((source) =>
    source.passages.map((passage): Choice => ({ source, passage, score: 0 })),
  );
  const candidates = choices.map(({ source, passage }, at) => candidateOf(String(at), source, passage));
  const add = (text: string, weight: number): void => {
    const ranked = rank(text, candidates);
    const best = ranked[0]?.score ?? 1;
    for (const { id, score } of ranked) {
      const choice = choices[Number(id)];
      if (choice !== undefined) choice.score += (weight * score) / best;
    }
  };
  add(question, 1);
  if (before.length > 0) add(before.join('\n'), BEFORE_WEIGHT);
  const bestOf = new Map<ContextSource, number>();
  for (const { source, score } of choices) bestOf.set(source, Math.max(score, bestOf.get(source) ?? 0));
  const total = ({ source, score }: Choice): number => score + NEIGHBOUR_WEIGHT * (bestOf.get(source) ?? 0);
  return choices.sort((one, other) => total(other) - total(one));
}
