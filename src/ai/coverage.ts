import { stem } from './stem.ts';
import { fold, isStopWord, isUnspaced, words } from './words.ts';

/** How much of a question a text holds. */
export interface Coverage {
  /** Share of the question's distinct content words, 0 to 1. */
  share: number;
  /** How many of these words those are. */
  matched: number;
  /** True when one of them is more than an everyday project word. */
  telling: boolean;
  /** False when too little, or only everyday project words, of the question is there. */
  enough: boolean;
}

const ENOUGH = 0.5;
/** Words that every project's papers hold: one of them alone never makes a passage an answer. */
const GENERIC = new Set(
  `answer attachment budget chapter cost date day deadline detail document file goal idea info information link list
  meeting milestone month name note number page part people person plan price project question section status step
  task team text thing time title topic version week word work year`
    .split(/\s+/u)
    .map(stem),
);
const ENGLISH = new Set(['the', 'what', 'how', 'who', 'when', 'where', 'which', 'why', 'does', 'are']);
/** The segmenter takes quadratic time over a long text. */
const PIECES = /[\s\S]{1,500}(?:\s|$)|[\s\S]{1,500}/gu;
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' });

/** The distinct content words of a question: no mentions, no English stop words, as stems. */
export function contentWords(question: string): string[] {
  const spoken = fold(question.replace(/<[@#!][^<>]*>/gu, ' '));
  const found = (spoken.match(PIECES) ?? [])
    .flatMap((piece) => [...segmenter.segment(piece)])
    .filter((part) => part.isWordLike === true)
    .map((part) => part.segment);
  const whole = found.flatMap((word) => (isUnspaced(word) ? [word] : words(word)));
  const english = whole.some((word) => ENGLISH.has(word));
  const telling = whole.filter((word) => !isStopWord(word) && (english || !isParticle(word)));
  return [...new Set((telling.length > 0 || english ? telling : whole).map(stem))];
}

/**
 * Short words of other languages are nearly always articles and prepositions; Japanese writes them in
 * Hiragana.
 */
function isParticle(word: string): boolean {
  if (/^\p{Script=Hiragana}+$/u.test(word)) return true;
  return word.length <= 3 && /^\p{L}+$/u.test(word) && !isUnspaced(word);
}

/**
 * A function from a text to its share of the question; it remembers words, so use one for all texts of a
 * question.
 */
export function coverageOf(question: string): (text: string) => Coverage {
  const asked = contentWords(question);
  const hits = new Map<string, number[]>();
  const hitsOf = (word: string): number[] => {
    const known = hits.get(word);
    if (known !== undefined) return known;
    const found = asked.flatMap((one, at) => (alike(one, stem(word)) ? [at] : []));
    hits.set(word, found);
    return found;
  };
  return (text) => {
    const matched = new Set(words(text).flatMap(hitsOf));
    if (asked.some(isUnspaced)) {
      const folded = fold(text);
      asked.forEach((one, at) => {
        if (isUnspaced(one) && folded.includes(root(one))) matched.add(at);
      });
    }
    return judge(asked, matched);
  };
}

function judge(asked: string[], matched: Set<number>): Coverage {
  const share = asked.length === 0 ? 0 : matched.size / asked.length;
  const telling = asked.some((word, at) => matched.has(at) && !GENERIC.has(word));
  return { share, matched: matched.size, telling, enough: share >= ENOUGH && (telling || share === 1) };
}

/**
 * Equal, or one the beginning of the other with a short ending, or (inflected scripts) mostly the same
 * beginning.
 */
function alike(a: string, b: string): boolean {
  if (a === b) return true;
  if (/^\p{N}/u.test(a) || /^\p{N}/u.test(b)) return false;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length >= 5 && long.length - short.length <= 3 && long.startsWith(short)) return true;
  if (/^[a-z]+$/u.test(short) || isUnspaced(short) || short.length < 4) return false;
  let same = 0;
  while (same < short.length && short[same] === long[same]) same += 1;
  return same >= 4 && same / long.length >= 0.75;
}

/** Korean words carry particles at their end; what stands before them is two characters at least. */
function root(word: string): string {
  return /\p{Script=Hangul}/u.test(word) ? Array.from(word).slice(0, 2).join('') : word;
}
