import type { Passage } from './attachment.ts';
import type { PassagePlace, TextPart } from './passage-place.ts';
import { BYTES_PER_TOKEN, countTokens } from './tokens.ts';

/** Target size of a passage. Small enough that several fit a prompt, large enough to hold a whole thought. */
export const PASSAGE_TOKENS = 300;
const PASSAGE_BYTES = PASSAGE_TOKENS * BYTES_PER_TOKEN;

/** A heading starts a passage of its own once the one before holds this much: shorter ones say little by themselves. */
const SMALL_BYTES = PASSAGE_BYTES / 4;

export type CutPassage = Pick<Passage, 'text' | 'tokens' | 'place'>;

/**
 * Cuts what was read into passages of about 300 tokens, each with its place: at the ends of pages, slides, rows and
 * sections, then at paragraph ends, at line ends, anywhere. Joined in order they hold every word. Small sections are
 * joined with what follows them.
 */
export function toPassages(parts: TextPart[]): CutPassage[] {
  return joinSmall(parts).flatMap(({ text, place }) =>
    pack(pieces(text), '\n').map((passage) => ({ text: passage, tokens: countTokens(passage), place })),
  );
}

function joinSmall(parts: TextPart[]): TextPart[] {
  const joined: { first: TextPart; text: string; place: PassagePlace }[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    const together = last === undefined ? '' : `${last.text}\n\n${part.text}`;
    if (last !== undefined && isOneStretch(last, part) && size(last.text) < SMALL_BYTES && fits(together)) {
      last.text = together;
      last.place = fromTo(last.first.place, part.place);
    } else joined.push({ first: part, ...part });
  }
  return joined.map(({ text, place }) => ({ text, place }));
}

/** The place of sections that were joined: from the first heading to the last. */
function fromTo(first: PassagePlace, last: PassagePlace): PassagePlace {
  const headings = [...new Set([first.heading, last.heading])].filter((heading) => heading !== undefined);
  return headings.length === 0 ? first : { ...first, heading: headings.join(' … ') };
}

/** Two sections of one page, or of a text without pages. */
function isOneStretch({ place: one }: TextPart, { place: other }: TextPart): boolean {
  return (
    one.rows === undefined &&
    other.rows === undefined &&
    one.page === other.page &&
    one.slide === other.slide &&
    one.sheet === other.sheet
  );
}

function pieces(text: string): string[] {
  const paragraphs = text
    .replace(/\r\n?/gu, '\n')
    .split(/\n{2,}/u)
    .map((paragraph) => paragraph.trimEnd());
  return paragraphs
    .flatMap((paragraph) => (fits(paragraph) ? [paragraph] : slices(paragraph)))
    .filter((piece) => piece.trim() !== '');
}

const size = (text: string): number => Buffer.byteLength(text, 'utf8');

/** A character of a string takes three bytes at most, so that most lengths alone say it. */
function fits(text: string): boolean {
  if (text.length > PASSAGE_BYTES) return false;
  return text.length * 3 <= PASSAGE_BYTES || size(text) <= PASSAGE_BYTES;
}

/**
 * A paragraph in slices that fit: as many whole lines as go in, else cut after white space, else between characters.
 * What it costs goes with the length of the text alone, not with the number of its lines or words.
 */
function slices(paragraph: string): string[] {
  const found: string[] = [];
  for (let from = 0; from < paragraph.length; ) {
    const { to, next } = sliceEnd(paragraph, from);
    found.push(paragraph.slice(from, to));
    from = next;
  }
  return found;
}

function sliceEnd(text: string, from: number): { to: number; next: number } {
  const most = fittingEnd(text, from);
  if (most === text.length) return { to: most, next: most };
  const line = text.slice(from, most + 1).lastIndexOf('\n');
  if (line > 0) return { to: from + line, next: from + line + 1 };
  for (let to = most; to > from; to -= 1) if (/\s/u.test(text[to - 1] ?? '')) return { to, next: to };
  return { to: most, next: most };
}

/** Where as much as fits ends, never within a character. */
function fittingEnd(line: string, from: number): number {
  let room = PASSAGE_BYTES;
  let at = from;
  while (at < line.length) {
    const code = line.codePointAt(at) ?? 0;
    room -= code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (room < 0) break;
    at += code < 0x10000 ? 1 : 2;
  }
  return at;
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
