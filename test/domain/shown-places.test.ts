import { describe, expect, it } from 'vitest';
import type { PassagePlace } from '../../src/domain/passage-place.ts';
import { shownPlaces } from '../../src/domain/shown-places.ts';
import { passage } from './builders.ts';

const shown = (places: PassagePlace[]): string[] => shownPlaces(places.map((place) => passage({ place })));

describe('The places an answer looked at', () => {
  it('are ranges of pages and slides, each once and in order', () => {
    const pages = [7, 1, 2, 3, 3, 250].map((page) => ({ page }));
    expect(shown([...pages, { slide: 4 }])).toEqual(['pages 1–3, 7, 250', 'slide 4']);
    expect(shown([{ page: 3, heading: 'Costs' }])).toEqual(['page 3']);
  });

  it('are rows and headings by name, and count what is too much to list', () => {
    expect(shown([{ sheet: 'Costs', rows: { from: 2, to: 9 } }, { heading: 'Hours' }, {}])).toEqual([
      'sheet Costs, rows 2–9',
      '“Hours”',
    ]);
    const many = Array.from({ length: 15 }, (_, n) => ({ heading: `Part ${n}` }));
    expect(shown(many).at(-1)).toBe('and 3 more');
  });
});
