import { describe, expect, it } from 'vitest';
import { plural, type Receipt, receiptLine } from '../../src/domain/receipt.ts';
import { item } from './builders.ts';

const bold = (text: string): string => `*${text}*`;

function lineOf(over: Partial<Receipt>): string {
  const empty = { items: [], messages: 1, summarised: 0, messagesLeftOut: 0, elsewhere: 0, tokens: 0 };
  return receiptLine({ section: 'Outline', ...empty, ...over }, bold);
}

describe('The receipt line', () => {
  it('says what was read of the milestone and of the project, messages and tokens', () => {
    const own = Array.from({ length: 6 }, () => item({ section: 'Outline' }));
    const shared = [item(), item()];
    expect(lineOf({ items: [...shared, ...own], messages: 14, tokens: 3_120 })).toBe(
      '6 of 6 attachments in *Outline*, 2 from the project, 14 messages, 3,120 tokens',
    );
  });

  it('counts an attachment read in parts as read, and one that is only named as not read', () => {
    const items = [
      item({ included: 'named' }),
      item({ included: 'passages' }),
      item({ section: 'Outline', included: 'passages' }),
      item({ section: 'Outline', included: 'named', unread: 'page_not_opened' }),
    ];
    expect(lineOf({ items, tokens: 12 })).toBe(
      '1 of 2 attachments in *Outline*, 1 of 2 from the project, 1 message, 12 tokens',
    );
  });

  it('is about the whole project at the project level, whatever the section', () => {
    const items = [item(), item({ section: 'Outline' }), item({ section: 'Cover', included: 'named' })];
    expect(lineOf({ section: null, items, tokens: 1 })).toBe(
      '2 of 3 attachments in the project, 1 message, 1 token',
    );
  });

  it('uses the singular for one and says how many messages were summarised', () => {
    expect(lineOf({ items: [item({ section: 'Outline' })], summarised: 1_240, tokens: 1 })).toBe(
      '1 of 1 attachment in *Outline*, 0 from the project, 1 message, 1,240 older summarised, 1 token',
    );
  });

  it('never names what lies elsewhere', () => {
    expect(lineOf({ elsewhere: 7 })).toBe(
      '0 of 0 attachments in *Outline*, 0 from the project, 1 message, 0 tokens',
    );
  });
});

describe('A count', () => {
  it('has its noun in the right number', () => {
    expect([0, 1, 2, 3_120].map((count) => plural(count, 'token'))).toEqual([
      '0 tokens',
      '1 token',
      '2 tokens',
      '3,120 tokens',
    ]);
  });
});
