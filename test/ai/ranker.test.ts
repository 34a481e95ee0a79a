import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rank } from '../../src/ai/ranker.ts';
import type { Candidate } from '../../src/domain/context-sources.ts';

const texts = (...all: string[]): Candidate[] => all.map((text, at) => ({ id: String(at), label: '', text }));
const order = (question: string, ...all: string[]) => rank(question, texts(...all)).map((one) => one.id);

describe('ranking passages', () => {
  it('puts the passage that holds more of the question first and leaves out those with nothing in common', () => {
    expect(order('chapter three words', 'the weather', 'chapter one', 'chapter three: 4,200 words')).toEqual([
      '2',
      '1',
    ]);
  });

  it('gives nothing for an empty question, and nothing for no candidates', () => {
    expect(order('', 'a text')).toEqual([]);
    expect(order('?!', 'a text')).toEqual([]);
    expect(rank('chapter', [])).toEqual([]);
  });

  it('does not match on words like "the" and "what" while the question has others', () => {
    expect(order('what is the budget', 'what the reader is told', 'budget: 12,000')).toEqual(['1']);
  });

  it('finds longer forms of a word, and a word with one wrong letter', () => {
    expect(order('illustration', 'our illustrations')).toEqual(['0']);
    expect(order('illustrayion', 'one illustration')).toEqual(['0']);
  });

  it('finds words whatever their accents and case', () => {
    expect(order('resume', 'Das RÉSUMÉ liegt bei')).toEqual(['0']);
    expect(order('CAFÉ', 'cafe')).toEqual(['0']);
  });

  it('finds numbers with and without digit groups', () => {
    expect(order('4200', 'Chapter three: 4,200 words', 'Chapter four: 42 words')).toEqual(['0']);
  });

  it('finds words in scripts without spaces', () => {
    expect(order('第三章', '第二章:三千字', '第三章:四千字')[0]).toBe('1');
    expect(order('予算', 'この計画の予算は百万円', '天気')).toEqual(['0']);
    expect(order('예산', '예산은 백만원', '날씨')).toEqual(['0']);
  });

  it('keeps the given order among equals and takes the same id twice', () => {
    const found = rank('chapter', [
      { id: 'b', label: '', text: 'chapter' },
      { id: 'a', label: '', text: 'chapter' },
      { id: 'a', label: '', text: 'chapter' },
    ]);
    expect(found.map((one) => one.id)).toEqual(['b', 'a', 'a']);
  });

  it('finds words of people who write with combining signs, small numerals of other scripts and beyond', () => {
    expect(order('cafe', 'cafe\u0301 at sea')).toEqual(['0']);
    expect(order('예산', '예산은 백만원'.normalize('NFD'))).toEqual(['0']);
    expect(order('ΟΔΟΣ', 'η οδός')).toEqual(['0']);
    expect(order('𠮷野家', '昨日𠮷野家で')).toEqual(['0']);
    expect(order('बजट', 'कुल बजट ५००')).toEqual(['0']);
  });

  it('reads 10 MB of passages, each of which matches', () => {
    const filler = 'the chapter goes on and on and nothing happens at sea '.repeat(4);
    const all = Array.from({ length: 50_000 }, (_, at) => `chapter ${at}. ${filler}`);
    all[49_000] = `The keeper of chapter three. ${filler}`;
    const found = order('Who is the keeper in chapter three?', ...all);
    expect(found[0]).toBe('49000');
    expect(found).toHaveLength(50_000);
  });

  it('takes a question of any length and words without an end', () => {
    const long = Array.from({ length: 20_000 }, (_, at) => `word${at}`).join(' ');
    expect(order(`keeper ${long}`, 'nothing', 'the keeper')).toEqual(['1']);
    expect(order('keeper', 'x'.repeat(1_000_000), `${'1,000'.repeat(100_000)} keeper`)).toEqual(['1']);
  });

  it.each([
    ['When is the deadline?', 'All deadlines are in March'],
    ['Who signs it?', 'It was signed by Mia'],
    ['Who is signing?', 'Mia has to sign'],
    ['What does the licence cover?', 'The license is for print'],
    ['Which colours are organised by centre?', 'color'],
    ['What tax is due?', 'Taxes: 19 per cent'],
    ['Who paid?', 'Ben pays'],
    ['How long is chapter 3?', 'the third of them'],
    ['Vertrag', 'Vertragsbedingungen'],
    ['Vertragsbedingungen', 'der Vertrag'],
    ['What happens in May?', 'Due on 12 May 2027'],
    ['programme', 'the program'],
  ])('finds what is written in another form: %s', (question, text) => {
    expect(order(question, 'nothing of the kind', text)).toEqual(['1']);
  });

  it('prefers the word itself to a longer one, an inflected one and another word for the same thing', () => {
    const question = 'Is there a discount?';
    expect(order(question, 'reduced', 'discountable', 'discounts', 'discount')).toEqual(['3', '2', '1', '0']);
  });

  it('finds other words for the same thing', () => {
    expect(order('What do we owe them?', 'nothing', 'Payment is made in two instalments')).toEqual(['1']);
    expect(order('Is the photo okay?', 'the hall', 'Permission to print the picture is given')).toEqual([
      '1',
    ]);
  });

  it('takes a word for a misspelled one only where nothing holds it as it is', () => {
    expect(order('insurence', 'the insurance', 'the assurance of it')).toEqual(['0']);
    expect(order('the schedlue of it', 'a schedule')).toEqual(['0']);
    expect(order('brochure', 'a brochxre', 'one brochure')).toEqual(['1']);
    expect(order('4200', '4300')).toEqual([]);
  });

  it('counts rare words for more than common ones', () => {
    const all = ['the budget of Ellerbrook', 'budget and budget and budget', 'a budget', 'the budget'];
    expect(order('budget of Ellerbrook', ...all)[0]).toBe('0');
  });

  it('counts words of the title and the headings above a text for more than words in it', () => {
    const row = 'Ostend;12;3,400';
    const found = rank('loan fees of the museums', [
      { id: 'text', label: 'Minutes', text: 'The fees of a museum were told.' },
      { id: 'table', label: 'Loan fees.xlsx\nMuseums', text: row },
      { id: 'other', label: 'Minutes', text: row },
    ]);
    expect(found.map(({ id }) => id)).toEqual(['table', 'text']);
  });

  it('finds the same in passages it has read before, whatever was asked of them then', () => {
    const fresh = () =>
      ['Chapter three: 4,200 words', 'cafe\u0301 and chapter one', '第三章:四千字', 'license'].map(
        (text, at) => ({
          id: String(at),
          label: `Book\nPart ${at}`,
          text,
        }),
      );
    const kept = fresh().map((one) => ({ ...one, identity: {} }));
    for (const question of [
      'chapter three',
      'café',
      '第三章',
      'licence',
      'part 2 of the book',
      'chapter three',
    ])
      expect(rank(question, kept)).toEqual(rank(question, fresh()));
  });

  it('reads a passage again when its text or its label is another one', () => {
    const identity = {};
    const ask = (label: string, text: string) => rank('keeper', [{ id: 'a', label, text, identity }]).length;
    expect(ask('Cast', 'The keeper is Mia')).toBe(1);
    expect(ask('Cast', 'The cook is Ben')).toBe(0);
    expect(ask('Keepers', 'The cook is Ben')).toBe(1);
    expect(ask('Cast', 'The keeper is Mia')).toBe(1);
  });

  it('names only candidates, best first, whatever the texts are', () => {
    const anyText = fc.string({ unit: 'grapheme', maxLength: 60 });
    fc.assert(
      fc.property(anyText, fc.array(anyText, { maxLength: 8 }), (question, all) => {
        const found = rank(question, texts(...all));
        const scores = found.map((one) => one.score);
        expect(found.every((one) => Number(one.id) < all.length)).toBe(true);
        expect(scores).toEqual([...scores].sort((a, b) => b - a));
      }),
    );
  });
});
