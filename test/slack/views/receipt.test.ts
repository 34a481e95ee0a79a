import { describe, expect, it } from 'vitest';
import type { Receipt } from '../../../src/domain/receipt.ts';
import { receiptModal } from '../../../src/slack/views/answer.ts';
import { markup, problemsOf } from './sheet.ts';

const receipt = (over: Partial<Receipt> = {}): Receipt => ({
  section: null,
  items: [],
  messages: 4,
  summarised: 0,
  messagesLeftOut: 0,
  elsewhere: 0,
  tokens: 900,
  ...over,
});

describe('What was read', () => {
  it('in a private conversation is what is known of the person, and nothing attached', () => {
    const view = receiptModal(
      receipt({ coaching: { tasks: 2, projects: 1 }, remembered: { shown: 3, leftOut: 0 } }),
    );
    expect(problemsOf(view)).toEqual([]);
    expect(markup(view)).toContain('3 things remembered for this conversation or about you');
    expect(markup(view)).toContain('2 tasks of yours');
    expect(markup(view)).toContain('1 project you are in, by name: none of what is attached there');
    expect(markup(view)).toContain('Nothing was left out.');
  });

  it('names what was remembered, and what of it did not fit', () => {
    const text = markup(receiptModal(receipt({ remembered: { shown: 5, leftOut: 2 } })));
    expect(text).toContain('5 things remembered for this conversation');
    expect(text).toContain('2 remembered things: over the budget');
  });

  it('from before anything was remembered says nothing of it', () => {
    expect(markup(receiptModal(receipt()))).not.toContain('remembered');
  });
});
