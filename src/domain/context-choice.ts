import type { Passage } from './attachment.ts';
import type { ContextSource, Rank } from './context-sources.ts';
import { frame, guard } from './context-text.ts';
import { countTokens } from './tokens.ts';

/** Each text is followed by an empty line: less than a token. */
const GAP = 1;

/** What a passage takes in a prompt: taking the power from imitated delimiters makes it longer. */
const passageCost = ({ text, tokens }: Passage): number =>
  (text.includes('<') ? countTokens(guard(text)) : tokens) + GAP;

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

/**
 * Marks the passages that fit `room` tokens as shown: the most relevant first, then the others in order.
 * @returns the tokens they take.
 */
export function showBest(sources: ContextSource[], question: string, room: number, rank: Rank): number {
  const candidates = new Map<string, { source: ContextSource; passage: Passage }>(
    sources.flatMap((source) =>
      source.passages.map((passage) => [`${source.n}:${passage.n}`, { source, passage }] as const),
    ),
  );
  const ranked = rank(
    question,
    [...candidates].map(([id, { source, passage }]) => ({ id, text: `${source.title}\n${passage.text}` })),
  );
  let left = room;
  for (const id of new Set([...ranked.map((one) => one.id), ...candidates.keys()])) {
    const candidate = candidates.get(id);
    if (candidate === undefined) continue;
    const { source, passage } = candidate;
    const cost = passageCost(passage) + (source.shown.length === 0 ? frameCost(source) : 0);
    if (cost > left) continue;
    left -= cost;
    source.shown.push(passage.n);
  }
  for (const source of sources) source.shown.sort((a, b) => a - b);
  return room - left;
}
