import { describe, expect, it } from 'vitest';
import { createQuotes, usedIn } from '../../src/domain/quotes.ts';
import { passage, source } from './builders.ts';

const quotes = (text: string, of: string): boolean => createQuotes(text).of(of);

describe('A text quotes another', () => {
  it('when six words of it stand in a row, whatever the case and the signs between them', () => {
    const of = 'The heron stands forty days on one leg beside the mill.';
    expect(quotes('They say: "Heron stands, forty days — ON one" leg.', of)).toBe(true);
    expect(quotes('The heron stands, forty of them.', of)).toBe(false);
  });

  it('when it holds a number or a code of it, and not what stands in many texts', () => {
    expect(quotes('It is A7X-99213.', 'Order 99213 is late')).toBe(true);
    expect(quotes('The lot is canary-7f3a.', 'Lot CANARY-7F3A came')).toBe(true);
    expect(quotes('Ask the Öffentlichkeitsarbeit.', 'Öffentlichkeitsarbeit answers')).toBe(false);
    expect(quotes('A 90-day plan for 12000 people', 'The 90-day limit, 12000 copies')).toBe(false);
    expect(quotes('In Berlin.', 'Berlin')).toBe(false);
    expect(quotes('Due at the end of the month, they say', 'Ready by the end of the month')).toBe(false);
    expect(quotes('In 2026 it was late.', 'The year 2026 is over')).toBe(false);
  });

  it('when it holds all of a short one, and not part of a word', () => {
    expect(quotes('Call Otter Ltd today.', 'Otter Ltd')).toBe(true);
    expect(quotes('Call Otter Ltdx today.', 'Otter Ltd')).toBe(false);
    expect(quotes('No, not yet.', 'No')).toBe(false);
  });

  it('never when there is nothing to quote', () => {
    expect(quotes('', 'The heron stands forty days on one leg.')).toBe(false);
    expect(quotes('Anything at all.', '')).toBe(false);
  });

  it('in any script', () => {
    expect(
      quotes('Сказал: «река течёт мимо старой мельницы вниз».', 'Река течёт мимо старой мельницы.'),
    ).toBe(true);
  });
});

describe('What a text uses', () => {
  const sources = [
    source({ n: 1, attachmentId: 'A1', title: 'Notes', url: null }),
    source({ n: 2, attachmentId: 'A2', title: 'Fees', url: null }),
    source({
      n: 3,
      attachmentId: 'A3',
      title: 'Birds',
      url: 'https://example.com/birds-of-the-river-bank',
      passages: [passage({ n: 0, text: 'The heron stands forty days on one leg.' })],
      shown: [0],
    }),
    source({
      n: 4,
      attachmentId: 'A4',
      title: 'Fish',
      url: null,
      passages: [passage({ n: 0, text: 'The trout waits under a flat grey stone.' })],
      shown: [],
    }),
  ];

  it('is what it cites by number, one by one or together', () => {
    expect(usedIn('Long [2].', sources)).toEqual(['A2']);
    expect(usedIn('Long [1, 2], says [9].', sources)).toEqual(['A1', 'A2']);
    expect(usedIn('Nothing of that.', sources)).toEqual([]);
  });

  it('is what it quotes of what was shown, and not what nobody was shown', () => {
    expect(usedIn('It "stands forty days on one leg".', sources)).toEqual(['A3']);
    expect(usedIn('See https://example.com/birds-of-the-river-bank.', sources)).toEqual(['A3']);
    expect(usedIn('It waits under a flat grey stone.', sources)).toEqual([]);
  });
});
