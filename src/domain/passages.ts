import { BYTES_PER_TOKEN, countTokens } from './tokens.ts';

/** Target size of a passage. Small enough that several fit a prompt, large enough to hold a whole thought. */
export const PASSAGE_TOKENS = 300;
const PASSAGE_BYTES = PASSAGE_TOKENS * BYTES_PER_TOKEN;

/**
 * Cuts a text into passages of about 300 tokens at paragraph ends, then at line ends, then anywhere. Joined in
 * order they hold every word of the text.
 */
export function toPassages(text: string): { text: string; tokens: number }[] {
  return pack(pieces(text), '\n').map((passage) => ({ text: passage, tokens: countTokens(passage) }));
}

function pieces(text: string): string[] {
  const paragraphs = text
    .replace(/\r\n?/gu, '\n')
    .split(/\n{2,}/u)
    .map((paragraph) => paragraph.trimEnd());
  return paragraphs
    .flatMap((paragraph) =>
      fits(paragraph)
        ? [paragraph]
        : paragraph.split('\n').flatMap((line) => (fits(line) ? [line] : slices(line))),
    )
    .filter((piece) => piece.trim() !== '');
}

const size = (text: string): number => Buffer.byteLength(text, 'utf8');
const fits = (text: string): boolean => size(text) <= PASSAGE_BYTES;

function slices(line: string): string[] {
  const words = line.split(/(?<=\s)/u);
  return pack(
    words.flatMap((word) => (fits(word) ? [word] : cuts(word))),
    '',
  );
}

/** A word of any length in pieces that fit: a code point has four bytes at most. */
function cuts(word: string): string[] {
  const points = Array.from(word);
  const parts: string[] = [];
  for (let at = 0; at < points.length; at += PASSAGE_TOKENS)
    parts.push(points.slice(at, at + PASSAGE_TOKENS).join(''));
  return parts;
}

/** Joins pieces, each of which fits, to as few as fit. One pass, whatever the text is like. */
function pack(parts: string[], joint: '' | '\n'): string[] {
  const packed: string[] = [];
  let current: string[] = [];
  let room = PASSAGE_BYTES;
  for (const part of parts) {
    const more = size(part) + (current.length === 0 ? 0 : joint.length);
    if (more <= room) {
      current.push(part);
      room -= more;
    } else {
      packed.push(current.join(joint));
      current = [part];
      room = PASSAGE_BYTES - size(part);
    }
  }
  if (current.length > 0) packed.push(current.join(joint));
  return packed;
}
