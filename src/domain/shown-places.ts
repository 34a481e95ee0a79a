import type { Passage } from './attachment.ts';
import { placeText } from './passage-place.ts';

/** Headings and ranges of rows that are listed; the others are counted. */
const LISTED = 12;

/**
 * Where passages stand, as few words say it: `pages 1–3, 7`, `sheet Costs, rows 2–40`, `“Opening hours”`. Nothing is left
 * out without being counted.
 */
export function shownPlaces(passages: Passage[]): string[] {
  const numbered = (['page', 'slide'] as const).flatMap((unit) => {
    const numbers = new Set(passages.flatMap(({ place }) => place[unit] ?? []));
    return numbers.size === 0 ? [] : [ranges(unit, [...numbers])];
  });
  const others = passages
    .filter(({ place }) => place.page === undefined && place.slide === undefined)
    .map(({ place }) => placeText(place))
    .filter((text) => text !== '');
  const named = [...new Set(others)];
  const more = named.length - LISTED;
  return [...numbered, ...named.slice(0, LISTED), ...(more > 0 ? [`and ${more} more`] : [])];
}

/** `page 3`, `pages 3–5, 9`. */
function ranges(unit: string, numbers: number[]): string {
  const runs: { from: number; to: number }[] = [];
  for (const number of numbers.sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && number === last.to + 1) last.to = number;
    else runs.push({ from: number, to: number });
  }
  const words = runs.map(({ from, to }) => (from === to ? `${from}` : `${from}–${to}`));
  return `${unit}${numbers.length === 1 ? '' : 's'} ${words.join(', ')}`;
}
