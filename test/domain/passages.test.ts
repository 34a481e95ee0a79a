import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeText } from '../../src/domain/passage-place.ts';
import { PASSAGE_TOKENS, toPassages } from '../../src/domain/passages.ts';
import { countTokens } from '../../src/domain/tokens.ts';

const cut = (text: string) => toPassages([{ text, place: {} }]);
const texts = (text: string): string[] => cut(text).map((passage) => passage.text);
const withoutSpace = (text: string): string => text.replace(/\s+/gu, '');

/** Text of any script with paragraphs, long lines, long words and runs of white space. */
const anyText = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.constantFrom('\n', '\n\n', '\r\n', '\r', ' ', '\t', ' \n \n', '\u2028', '\u00a0'),
      fc.constantFrom(
        'שלום עולם ',
        'مرحبا بالعالم ',
        '👩‍👩‍👧‍👦',
        '🏳️‍🌈',
        '日本語',
        '\u202eabc\u202c',
        '\u0000',
      ),
      fc
        .tuple(fc.constantFrom('a', 'word ', '語', '🚀', ' ', '\n'), fc.integer({ min: 1, max: 2_500 }))
        .map(([piece, times]) => piece.repeat(times)),
    ),
    { maxLength: 20 },
  )
  .map((pieces) => pieces.join(''));

describe('Cutting a text into passages', () => {
  it('keeps a short text whole', () => {
    expect(texts('One line.')).toEqual(['One line.']);
    expect(cut('One line.')).toEqual([{ text: 'One line.', tokens: 3, place: {} }]);
  });

  it('gives nothing for nothing', () => {
    expect(texts('')).toEqual([]);
    expect(texts(' \r\n\t\n \n\n ')).toEqual([]);
  });

  it('puts short paragraphs together and never cuts one that fits', () => {
    const paragraph = (name: string) => `${name} ${'lorem ipsum '.repeat(40)}end.`;
    const all = ['A', 'B', 'C', 'D', 'E'].map(paragraph);
    const found = texts(all.join('\n\n'));
    expect(found.length).toBeGreaterThan(1);
    for (const one of all) expect(found.filter((passage) => passage.includes(one))).toHaveLength(1);
  });

  it('cuts a long paragraph at its lines, and a long line between its words', () => {
    const rows = Array.from({ length: 120 }, (_, at) => `${at},Berlin,2026-03-01,4200`);
    for (const passage of texts(rows.join('\n')))
      for (const row of passage.split('\n')) expect(rows).toContain(row);
    const words = Array.from({ length: 900 }, (_, at) => `word${at}`);
    for (const passage of texts(words.join(' ')))
      for (const word of passage.trim().split(' ')) expect(words).toContain(word);
  });

  it('cuts one endless word between characters, never inside an emoji', () => {
    const found = texts('🚀'.repeat(1_000));
    expect(found.join('')).toBe('🚀'.repeat(1_000));
    expect(found.join('')).not.toContain('\ufffd');
    for (const passage of found) expect(passage).toMatch(/^(?:🚀)+$/u);
  });

  it('fills each passage of one endless line, in any script', () => {
    expect(texts('語'.repeat(4_000)).map((passage) => passage.length)).toEqual(Array(10).fill(400));
    expect(texts('x'.repeat(2_400)).map((passage) => passage.length)).toEqual([1_200, 1_200]);
  });

  it('holds every character that is not white space, in order, whatever the script', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(withoutSpace(texts(text).join(''))).toBe(withoutSpace(text));
      }),
      { numRuns: 300 },
    );
  });

  it('never exceeds its size, counts its tokens truly and has no blank passage', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const passage of cut(text)) {
          expect(passage.tokens).toBe(countTokens(passage.text));
          expect(passage.tokens).toBeLessThanOrEqual(PASSAGE_TOKENS);
          expect(passage.text.trim()).not.toBe('');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is done with megabytes of one word, of one line and of white space', () => {
    expect(withoutSpace(texts('x'.repeat(4_000_000)).join(''))).toHaveLength(4_000_000);
    expect(withoutSpace(texts('ab '.repeat(1_000_000)).join(''))).toHaveLength(2_000_000);
    expect(texts(`a${' '.repeat(2_000_000)}b`).map((passage) => passage.trim())).toEqual(['a', 'b']);
    expect(withoutSpace(texts('a\n'.repeat(1_000_000)).join(''))).toHaveLength(1_000_000);
  });

  it('never joins two pages, slides, sheets or ranges of rows, and says of each passage where it stands', () => {
    const found = toPassages([
      { text: 'Short page.', place: { page: 1 } },
      { text: 'Another page.', place: { page: 2 } },
      { text: 'Name,Fee\nAda,200', place: { sheet: 'Fees', rows: { from: 1, to: 2 } } },
      { text: 'Name,Fee\nBen,300', place: { sheet: 'Fees', rows: { from: 3, to: 3 } } },
    ]);
    expect(found.map(({ text, place }) => [text, placeText(place)])).toEqual([
      ['Short page.', 'page 1'],
      ['Another page.', 'page 2'],
      ['Name,Fee\nAda,200', 'sheet Fees, rows 1–2'],
      ['Name,Fee\nBen,300', 'sheet Fees, row 3'],
    ]);
  });

  it('joins small sections, says from which heading to which, and starts a passage with a section worth one', () => {
    const long = 'The heron stands in the water. '.repeat(20);
    const found = toPassages([
      { text: '# Birds\n\nIn short.', place: { heading: 'Birds' } },
      { text: `## Heron\n\n${long}`, place: { heading: 'Heron' } },
      { text: '## Dipper\n\nIt dives.', place: { heading: 'Dipper' } },
    ]);
    expect(found.map(({ place }) => place.heading)).toEqual(['Birds … Heron', 'Dipper']);
    expect(found[0]?.text).toContain('## Heron');
  });

  it('gives every passage of a long section its heading', () => {
    const found = toPassages([{ text: 'word '.repeat(1_000), place: { page: 7, heading: 'Costs' } }]);
    expect(found.length).toBeGreaterThan(2);
    for (const { place } of found) expect(placeText(place)).toBe('page 7, “Costs”');
  });
});
