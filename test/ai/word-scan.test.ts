import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createScan, foldWord } from '../../src/ai/word-scan.ts';
import { words } from '../../src/ai/words.ts';

/** Scripts with and without spaces, accents as parts and as a whole, digit groups, signs that are no words. */
const unit = fc.constantFrom(
  ...['a', 'B', 'é', 'e\u0301', 'ß', 'Σ', 'İ', '1', '4,200', '.', ' ', '\n', '_', '-', "'", '’'],
  ...['章', '三', 'の', 'が', 'カ', '예', '한', 'ก', 'กั', 'त', 'ता', 'א', 'ж', 'й', '🙂', '२'],
);
const text = fc.array(unit, { maxLength: 30 }).map((all) => all.join(''));

describe('scanning a text for words', () => {
  it('finds exactly the words that the index of the text would hold', () => {
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 3 }), (body, others) => {
        const asked = [...new Set(others.flatMap(words).map(foldWord))].filter((word) => word !== '');
        const scan = createScan(
          asked,
          (word) => asked.includes(word),
          () => 0,
        );
        const expected = words(body).map(foldWord);
        expect(scan(body).words.sort()).toEqual(expected.filter((word) => asked.includes(word)).sort());
        expect(scan(body).length).toBe(expected.length);
      }),
      { numRuns: 3_000 },
    );
  });

  it('lets a word through that is wrong at its beginning or its end', () => {
    const scan = createScan(
      ['keeper'],
      () => true,
      () => 1,
    );
    expect(scan('jeeper keepes keep sleep readen').words).toEqual(['jeeper', 'keepes', 'keep']);
  });
});
