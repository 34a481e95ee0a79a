import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldWord, marksOf, scanWords, type WordList, wordAt } from '../../src/ai/word-scan.ts';
import { isStopWord, words } from '../../src/ai/words.ts';

/** Scripts with and without spaces, accents as parts and as a whole, digit groups, signs that are no words. */
const unit = fc.constantFrom(
  ...['a', 'B', 'é', 'e\u0301', 'ß', 'Σ', 'İ', '1', '4,200', '.', ' ', '\n', '_', '-', "'", '’'],
  ...['章', '三', 'の', 'が', 'カ', '예', '한', 'ก', 'กั', 'त', 'ता', 'א', 'ж', 'й', '🙂', '२'],
);
const text = fc.array(unit, { maxLength: 30 }).map((all) => all.join(''));
const listed = (list: WordList): string[] => Array.from({ length: list.count }, (_, at) => wordAt(list, at));

describe('scanning a text for words', () => {
  it('lists exactly the words that the text holds, without those that say nothing', () => {
    fc.assert(
      fc.property(text, (body) => {
        const expected = words(body).map(foldWord);
        const list = scanWords(body);
        expect(listed(list)).toEqual(expected.filter((word) => !isStopWord(word)));
        expect(list.length).toBe(expected.length);
      }),
      { numRuns: 3_000 },
    );
  });

  it('gives each word what it is found by', () => {
    const list = scanWords('Die Verträge, the 4,200 crates und 第三章');
    const found = listed(list);
    expect(found).toEqual(['die', 'vertrage', '4200', 'crates', 'und', '第三', '三章']);
    for (const [at, word] of found.entries()) {
      expect(list.data[at]).toBe(marksOf(word).beginning);
      expect(list.data[list.count + at]).toBe(marksOf(word).hash);
    }
    expect(marksOf('signed').beginning).toBe(marksOf('signature').beginning);
    expect(marksOf('signed').beginning).not.toBe(marksOf('singing').beginning);
  });

  it('lists every word of a text of any length', () => {
    const many = Array.from({ length: 30_000 }, (_, at) => `word${at}`);
    expect(listed(scanWords(many.join(' ')))).toEqual(many);
    expect(listed(scanWords('keeper'))).toEqual(['keeper']);
  });
});
