import { describe, expect, it } from 'vitest';
import type { Receipt } from '../../../src/domain/receipt.ts';
import { receiptModal } from '../../../src/slack/views/receipt.ts';
import { item } from '../../domain/builders.ts';
import { live, markup, NASTY, problemsOf, unguarded } from './sheet.ts';

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

  it('says of each attachment where it is, how much of it was read, and why not more', () => {
    const url = 'https://example.com/plan';
    const parts = { included: 'passages', state: 'ready', url, section: 'Outline' } as const;
    const named = { included: 'named', url: null } as const;
    const items = [
      item({ n: 1, title: 'Charter', url, state: 'ready' }),
      item({ n: 2, title: 'Report', ...parts, places: ['page 3', 'page 7', '“Costs”', 'Plan, rows 2–40'] }),
      item({ n: 3, title: 'Talk', ...parts, places: ['slide 2'] }),
      item({ n: 4, title: 'Old', ...parts }),
      item({ n: 5, title: 'Long', ...named, state: 'ready' }),
      item({ n: 6, title: 'Closed', ...named, state: 'failed', unread: 'needs_sign_in' }),
      item({ n: 7, title: 'New', ...named, state: 'pending' }),
      item({ n: 8, title: 'News', url, state: 'ready', unread: 'timed_out' }),
      item({ n: 9, title: 'From 0.1', ...named, unread: 'page_not_opened' }),
    ];
    const lines = markup(receiptModal(receipt({ section: 'Outline', items, elsewhere: 3 }))).split('\n');
    expect(lines.slice(1)).toEqual([
      `[1] *<${url}|Charter>* · project · read whole`,
      `[2] *<${url}|Report>* · Outline · read in parts: pages 3, 7; “Costs”; Plan, rows 2–40`,
      `[3] *<${url}|Talk>* · Outline · read in parts: slide 2`,
      `[4] *<${url}|Old>* · Outline · read in parts`,
      '[5] *Long* · project · by name only (over budget)',
      '[6] *Closed* · project · by name only (it can only be read after signing in)',
      '[7] *New* · project · by name only (it was being read at that moment)',
      `[8] *<${url}|News>* · project · read whole (as it was when it could last be read: its server took too long to answer now)`,
      '[9] *From 0.1* · project · by name only (the page was not opened yet)',
      '*Left out*',
      '• 4 attachments not read whole: over the budget for one answer',
      '• 2 attachments whose content could not be read: the reason stands above',
      '• 1 attachment still being read at that moment: ask again for it',
      '• 3 attachments of other milestones: never read here',
    ]);
  });

  const many = (count: number, over: Parameters<typeof item>[0]) =>
    Array.from({ length: count }, (_, at) => item({ ...over, n: at + 1, included: 'passages' }));
  const PLACES = Array.from({ length: 12 }, (_, n) => `“${n} ${NASTY}”`);

  it.each([
    ['long addresses', { url: `https://example.com/${'x'.repeat(1_970)}` }],
    ['long titles and places', { title: '&'.repeat(120), section: '&'.repeat(120), places: PLACES }],
    ['titles in other scripts', { title: '計'.repeat(120), section: '画'.repeat(60) }],
  ])('shows 200 attachments within Slack’s limits: %s', (_, over) => {
    const view = receiptModal(receipt({ items: many(200, over), elsewhere: 2 }));
    expect(problemsOf(view)).toEqual([]);
    expect(markup(view).match(/^\[\d+\] /gmu)).toHaveLength(200);
  });

  it('counts what there is no room for', () => {
    const items = many(900, { title: '計'.repeat(120), section: '画'.repeat(120) });
    const view = receiptModal(receipt({ items }));
    expect(problemsOf(view)).toEqual([]);
    const shown = markup(view).match(/^\[\d+\] /gmu)?.length ?? 0;
    expect(markup(view)).toContain(`…and ${900 - shown} more`);
  });

  it('calls nobody and leads nowhere by a title or a place', () => {
    const items = [item({ title: NASTY, section: NASTY, included: 'passages', places: [NASTY] })];
    const view = receiptModal(receipt({ section: NASTY, items }));
    expect(problemsOf(view)).toEqual([]);
    expect(unguarded(view)).toEqual([]);
    expect(live(view)).toEqual([]);
  });

  it('from before anything was remembered says nothing of it', () => {
    expect(markup(receiptModal(receipt()))).not.toContain('remembered');
  });
});
