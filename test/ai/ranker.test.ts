import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rank } from '../../src/ai/ranker.ts';

const texts = (...all: string[]) => all.map((text, at) => ({ id: String(at), text }));
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
      { id: 'b', text: 'chapter' },
      { id: 'a', text: 'chapter' },
      { id: 'a', text: 'chapter' },
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

  it('reads 10 MB of passages, each of which matches, and leaves out those that tell least', () => {
    const filler = 'the chapter goes on and on and nothing happens at sea '.repeat(4);
    const all = Array.from({ length: 50_000 }, (_, at) => `chapter ${at}. ${filler}`);
    all[49_000] = `The keeper of chapter three. ${filler}`;
    const found = order('Who is the keeper in chapter three?', ...all);
    expect(found[0]).toBe('49000');
    expect(found.length).toBeLessThanOrEqual(2_000);
  });

  it('takes a question of any length and words without an end', () => {
    const long = Array.from({ length: 20_000 }, (_, at) => `word${at}`).join(' ');
    expect(order(`keeper ${long}`, 'nothing', 'the keeper')).toEqual(['1']);
    expect(order('keeper', 'x'.repeat(1_000_000), `${'1,000'.repeat(100_000)} keeper`)).toEqual(['1']);
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
