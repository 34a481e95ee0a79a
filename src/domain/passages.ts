import { countTokens } from './tokens.ts';

/** Target size of a passage. Small enough that several fit a prompt, large enough to hold a whole thought. */
export const PASSAGE_TOKENS = 300;

/**
 * Cuts a text into passages of about 300 tokens at paragraph ends, then at line ends, then anywhere. Joined in
 * order they hold every word of the text.
 */
export function toPassages(text: string): { text: string; tokens: number }[] {
  const passages: string[] = [];
  let current = '';
  for (const piece of pieces(text)) {
    const joined = current === '' ? piece : `${current}\n${piece}`;
    if (current !== '' && countTokens(joined) > PASSAGE_TOKENS) {
      passages.push(current);
      current = piece;
    } else {
      current = joined;
    }
  }
  if (current !== '') passages.push(current);
  return passages.map((passage) => ({ text: passage, tokens: countTokens(passage) }));
}

function pieces(text: string): string[] {
  const paragraphs = text
    .replace(/\r\n?/gu, '\n')
    .split(/\n{2,}/u)
    .map((paragraph) => paragraph.replace(/\s+$/u, ''))
    .filter((paragraph) => paragraph.trim() !== '');
  return paragraphs.flatMap((paragraph) =>
    fits(paragraph)
      ? [paragraph]
      : paragraph.split('\n').flatMap((line) => (fits(line) ? [line] : slices(line))),
  );
}

const fits = (text: string): boolean => countTokens(text) <= PASSAGE_TOKENS;

function slices(line: string): string[] {
  const parts: string[] = [];
  let current = '';
  for (const word of line.split(/(?<=\s)/u)) {
    if (current !== '' && !fits(current + word)) {
      parts.push(current);
      current = '';
    }
    current += word;
    while (!fits(current)) {
      const points = Array.from(current);
      parts.push(points.slice(0, PASSAGE_TOKENS).join(''));
      current = points.slice(PASSAGE_TOKENS).join('');
    }
  }
  if (current.trim() !== '') parts.push(current);
  return parts;
}
