import type { Passage } from '../../domain/attachment.ts';
import { cut } from '../../domain/project.ts';
import { fold } from '../words.ts';

const NUMBERED =
  /\b(?<kind>page|pp?\.?|slide|rows?)\s*(?<from>\d{1,7})(?:\s*(?:-|–|—|to)\s*(?<to>\d{1,7}))?/giu;
const HEADING_LINE = /^ {0,3}#{1,6}[ \t]+(\S.*)$/gmu;
const LISTED = 12;
const NAME_LENGTH = 60;

/** The position of the first passage at a place as people and models name it, such as `page 3`; null when unknown. */
export function findPlace(passages: Passage[], wanted: string): number | null {
  const name = nameIn(wanted);
  const exact = passages.findIndex((passage) => namesOf(passage).some((one) => nameIn(one) === name));
  if (exact !== -1) return exact;
  const numbers = [...wanted.matchAll(NUMBERED)].map((match) => rangeOf(match.groups ?? {}));
  const rest = nameIn(wanted.replace(NUMBERED, ' '));
  const named = (passage: Passage): boolean =>
    rest !== '' && namesOf(passage).some((one) => nameIn(one).includes(rest) || rest.includes(nameIn(one)));
  const numbered = (passage: Passage): boolean => numbers.every((range) => isIn(passage, range));
  const both = passages.findIndex((passage) => numbered(passage) && (rest === '' || named(passage)));
  if (both !== -1 && (numbers.length > 0 || rest !== '')) return both;
  const at = numbers.length === 0 ? -1 : passages.findIndex(numbered);
  return at === -1 ? null : at;
}

interface Range {
  kind: string;
  from: number;
  to: number;
}

function rangeOf({ kind = '', from = '', to = from }: Record<string, string | undefined>): Range {
  return { kind: kind.charAt(0).toLowerCase(), from: Number(from), to: Number(to) };
}

function isIn({ place: { page, slide, rows } }: Passage, { kind, from, to }: Range): boolean {
  if (kind === 'r') return rows !== undefined && rows.from <= Math.max(from, to) && rows.to >= from;
  return (kind === 's' ? slide : page) === from;
}

const nameIn = (text: string): string => (fold(text).match(/[\p{L}\p{M}\p{N}]+/gu) ?? []).join(' ');

/** Its sheet and its headings: those of small sections that were joined stand in the text alone. */
function namesOf({ place: { sheet, heading }, text }: Passage): string[] {
  const inText = [...text.matchAll(HEADING_LINE)].map((match) => match[1] ?? '');
  return [sheet ?? '', heading ?? '', ...inText].filter((name) => nameIn(name) !== '');
}

/** What places there are, in a sentence that is not too long. */
export function placesText(passages: Passage[]): string {
  const names = [...new Set(passages.flatMap(namesOf))].map(
    (name) => `“${cut(name.replace(/\s+/gu, ' ').trim(), NAME_LENGTH)}”`,
  );
  const more = names.length > LISTED ? [`${names.length - LISTED} more`] : [];
  const places = [
    ...spanText(
      'page',
      passages.flatMap(({ place }) => place.page ?? []),
    ),
    ...spanText(
      'slide',
      passages.flatMap(({ place }) => place.slide ?? []),
    ),
    ...spanText(
      'row',
      passages.flatMap(({ place: { rows } }) => (rows === undefined ? [] : [rows.from, rows.to])),
    ),
    ...names.slice(0, LISTED),
    ...more,
  ];
  return places.length === 0
    ? `It has no places, only the passages 1 to ${passages.length}.`
    : `Its places are: ${places.join(', ')}.`;
}

function spanText(kind: string, numbers: number[]): string[] {
  if (numbers.length === 0) return [];
  const [least, most] = numbers.reduce(
    ([low, high], one) => [Math.min(low, one), Math.max(high, one)],
    [Number.POSITIVE_INFINITY, 0],
  );
  return [least === most ? `${kind} ${least}` : `${kind}s ${least}–${most}`];
}
