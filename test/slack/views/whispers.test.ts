import { describe, expect, it } from 'vitest';
import type { Attachment } from '../../../src/domain/attachment.ts';
import type { Whisper } from '../../../src/ports/slack.ts';
import { ACTION } from '../../../src/slack/ids.ts';
import { readReadAgain, readUndo, whispered } from '../../../src/slack/views/whispers.ts';
import { attachment } from '../../domain/builders.ts';
import { live, markup, messageProblems, NASTY, offers, unguarded } from './sheet.ts';

const idOf = (n: number): string => String(n).padStart(24, 'a');
const page = (n: number, over: Partial<Attachment> = {}): Attachment =>
  attachment({
    id: idOf(n),
    kind: 'link',
    url: `https://example.com/${n}`,
    linkType: 'website',
    title: `Page ${n}`,
    ...over,
  });
const failed = (n: number, over: Partial<Attachment> = {}): Attachment =>
  page(n, { state: 'failed', unread: 'needs_sign_in', ...over });
const shown = (message: Whisper) => {
  const { text, blocks = [] } = whispered(message);
  return { text, blocks, words: markup(blocks) };
};
const attached = (attachments: Attachment[], section = 'Outline'): Whisper => ({
  ...{ kind: 'attached', attachments, section, messageTs: '1.000001' },
  refused: { overLimit: 0, tooLong: 0 },
});
const ended = (attachments: Attachment[], section = 'Outline'): Whisper => ({
  ...{ kind: 'reading-ended', attachments, section },
});

describe('What was attached', () => {
  it('is told with how far its reading is, and can be undone', () => {
    const { words, blocks } = shown(
      attached([
        page(1),
        page(2, { state: 'pending' }),
        failed(3),
        page(4, { state: 'ready', unread: 'timed_out' }),
      ]),
    );
    expect(words.split('\n')).toEqual([
      'Attached to *Outline*:',
      '• :link: *<https://example.com/1|Page 1>* · Website · read',
      '• :link: *<https://example.com/2|Page 2>* · Website · being read',
      '• :link: *<https://example.com/3|Page 3>* · Website · not read: it can only be read after signing in',
      '• :link: *<https://example.com/4|Page 4>* · Website · as it was when it could last be read; tried again on 2026-03-01: its server took too long to answer',
    ]);
    const [undo] = offers(blocks);
    expect(undo).toMatchObject({ action: ACTION.undo, text: 'Undo' });
    expect(readUndo(undo?.value ?? '').ids).toEqual([1, 2, 3, 4].map(idOf));
  });
});

describe('How a reading ended', () => {
  it('is told in a sentence each, with the place, and what was not read can be tried again', () => {
    const { words, blocks, text } = shown(
      ended([page(1), failed(2), page(3, { state: 'ready', unread: 'unreachable' })]),
    );
    expect(text).toBe('2 attachments of Outline could not be read');
    expect(words.split('\n')).toEqual([
      ':warning: I could not read *<https://example.com/2|Page 2>*: it can only be read after signing in. Answers know it by its name only.',
      ':warning: I could not read *<https://example.com/3|Page 3>* again: its server could not be reached. Answers go by what it said before.',
      ':white_check_mark: I have read *<https://example.com/1|Page 1>*. Answers can use it now.',
      'Attached to *Outline*.',
    ]);
    const values = offers(blocks).map(({ value, ...rest }) => ({ ...rest, ...readReadAgain(value) }));
    const again = { action: ACTION.readAgain, text: 'Try again' };
    expect(values).toEqual([
      { ...again, id: idOf(2), others: [idOf(3)] },
      { ...again, id: idOf(3), others: [idOf(2)] },
    ]);
  });

  it('of one alone carries its id and nothing else', () => {
    expect(offers(shown(ended([failed(7)])).blocks)).toEqual([
      { action: ACTION.readAgain, value: idOf(7), text: 'Try again' },
    ]);
    expect(readReadAgain(idOf(7))).toEqual({ id: idOf(7), others: [] });
  });

  it('offers five at most, and points to the list for the others', () => {
    const { words, blocks } = shown(ended(Array.from({ length: 20 }, (_, n) => failed(n))));
    expect(offers(blocks)).toHaveLength(5);
    expect(words).toContain('…and 5 more');
    expect(words).toContain('The others are tried again from the list: *Attachments* on the project card.');
    expect(shown(ended([failed(1)])).words).not.toContain('The others');
  });
});

describe('What one person alone sees', () => {
  const nasty = Array.from({ length: 30 }, (_, n) =>
    failed(n, { title: NASTY, url: `https://example.com/${'x'.repeat(1_900)}` }),
  );
  const some = nasty.slice(0, 2).map((one) => ({ ...one, url: 'https://example.com/' }));
  it.each<Whisper>([
    attached(nasty, NASTY),
    ended(nasty, NASTY),
    attached(some, NASTY),
    ended(some, NASTY),
    { kind: 'text', text: NASTY },
  ])('keeps Slack’s limits and calls nobody: $kind', (message) => {
    const { text, blocks } = shown(message);
    expect(text).not.toMatch(/<[@!#h]/u);
    expect(messageProblems(blocks)).toEqual([]);
    expect(unguarded(blocks)).toEqual([]);
    expect(live(blocks).filter((one) => !one.startsWith('<https://example.com/'))).toEqual([]);
  });
});
