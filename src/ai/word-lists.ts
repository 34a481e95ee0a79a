import type { Candidate } from '../domain/context-sources.ts';
import { scanWords, type WordList } from './word-scan.ts';

/** What is known of a candidate, whatever is asked. */
export interface Listed {
  text: string;
  label: string;
  words: WordList;
  labelWords: WordList;
}

/** Passages are ranked again and again; what was found out about one goes when the passage goes. */
const kept = new WeakMap<object, Listed>();

/** The words of each candidate. Texts with an identity are read once, however often they are listed. */
export function listWords(candidates: Candidate[]): Listed[] {
  const labels = new Map<string, WordList>();
  const listOf = (label: string): WordList => {
    const known = labels.get(label);
    if (known !== undefined) return known;
    const list = scanWords(label);
    labels.set(label, list);
    return list;
  };
  return candidates.map(({ text, label, identity }) => {
    const before = identity === undefined ? undefined : kept.get(identity);
    if (before !== undefined && before.text === text && before.label === label) return before;
    const words = before?.text === text ? before.words : scanWords(text);
    const listed = { text, label, words, labelWords: listOf(label) };
    if (identity !== undefined) kept.set(identity, listed);
    return listed;
  });
}
