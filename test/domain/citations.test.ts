import { describe, expect, it } from 'vitest';
import { findCitations } from '../../src/domain/citations.ts';

/** What one bracket cites, as "number place". */
const cited = (text: string): string[] =>
  findCitations(text).flatMap((one) => one.cited.map(({ n, place }) => `${n} ${place}`.trim()));

describe('Citations in an answer', () => {
  it('name an attachment by its number', () => {
    expect(cited('Herons wade [2].')).toEqual(['2']);
    expect(findCitations('Herons wade [2].')).toEqual([{ from: 12, to: 15, cited: [{ n: 2, place: '' }] }]);
  });

  it('name several in one bracket', () => {
    expect(cited('So it is [1, 3; 12].')).toEqual(['1', '3', '12']);
  });

  it.each([
    ['[2, page 3]', ['2 page 3']],
    ['[2, p. 3]', ['2 p. 3']],
    ['[2 p. 3]', ['2 p. 3']],
    ['[2, rows 4–8; 5]', ['2 rows 4–8', '5']],
    ['[2, Fees, rows 4–8]', ['2 Fees, rows 4–8']],
    ['[2, “Opening hours”]', ['2 “Opening hours”']],
    ['[2, “Costs, 2026, and more”, page 1; 3]', ['2 “Costs, 2026, and more”, page 1', '3']],
    ['[1, page 3, “Costs”; 4, slide 2]', ['1 page 3, “Costs”', '4 slide 2']],
  ])('give the place in it: %s', (text, expected) => {
    expect(cited(text)).toEqual(expected);
  });

  it.each(['[x]', '[]', '[2 apples]', '[20231]', '[2,]', '[2\n, page 3]', '[a, 2]', '2]', '[[2, page'])(
    'are not what only looks a little like one: %s',
    (text) => {
      expect(cited(text)).toEqual([]);
    },
  );

  it('are found in long text of brackets without taking long', () => {
    expect(cited('[1, '.repeat(50_000))).toEqual([]);
    expect(cited(`${'[2, '.repeat(10_000)}[3, page 1]`)).toEqual(['3 page 1']);
  });
});
