import type { TextPart } from '../../domain/passage-place.ts';
import { Unreadable } from './unreadable.ts';

/** A part as it was read. */
export interface ReadPart extends TextPart {
  /** How many of its bytes were added when it was read, as the header that stands in each part of a table. */
  added?: number;
}

/** More text than this in one file, in UTF-8 bytes, is too large: no file is larger, but packed ones hold more. */
export const MAX_TEXT_BYTES = 12 * 1024 * 1024;
/** What was added to the text counts here: it is kept and sent about like the rest. */
const MAX_ALL_BYTES = 3 * MAX_TEXT_BYTES;
/** A table of the largest size, each of its rows so long that it stands alone, does not have more pieces than this. */
const MAX_PARTS = 60_000;

/** Control characters, halves of characters, and what takes no room on a page: soft hyphens, hidden tags, marks. */
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: taking them out is the purpose
  /[\u0000-\u0008\u000B\u000E-\u001F\u007F-\u009F\u00AD\u200B\u2060\uFEFF]|[\u{E0000}-\u{E007F}]|\p{Cs}/gu;

/**
 * A text as it is kept: one kind of line end, nothing invisible, never more than two empty lines in a row, and gaps
 * of at most 16 spaces within a line and 64 at its beginning.
 */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029\f]/gu, '\n')
    .replace(INVISIBLE, '')
    .replace(/(?<=\S)[ \t\u00A0]{17,}/gu, ' '.repeat(16))
    .replace(/(?<=^|\n)[ \t\u00A0]{65,}/gu, ' '.repeat(64))
    .replace(/\n(?:[ \t]*\n){3,}/gu, '\n\n\n')
    .replace(/^(?:[ \t]*\n)+/u, '')
    .trimEnd();
}

/**
 * The parts as they are kept, without the empty ones.
 * @throws Unreadable when there is no text, or more than we keep.
 */
export function cleanParts(parts: readonly ReadPart[]): TextPart[] {
  if (parts.length > MAX_PARTS) throw new Unreadable('too_large');
  const kept: TextPart[] = [];
  let all = 0;
  let own = 0;
  for (const { text, place, added = 0 } of parts) {
    const clean = cleanText(text);
    const size = Buffer.byteLength(clean, 'utf8');
    all += size;
    own += Math.max(0, size - added);
    if (own > MAX_TEXT_BYTES || all > MAX_ALL_BYTES) throw new Unreadable('too_large');
    if (hasWords(clean)) kept.push({ text: clean, place });
  }
  if (kept.length === 0) throw new Unreadable('empty');
  return kept;
}

/** True when there is anything to see. */
export function hasWords(text: string): boolean {
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(text);
}
