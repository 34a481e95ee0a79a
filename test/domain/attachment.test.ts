import { describe, expect, it } from 'vitest';
import { addressOf, holdsNoText, isStale, STALE_MS, UNREAD_SENTENCE } from '../../src/domain/attachment.ts';
import { unreadNote } from '../../src/domain/context-sources.ts';
import { attachment, source } from './builders.ts';

describe('A file', () => {
  it('holds no text when its name says that it is a picture, sound, film or archive', () => {
    for (const name of ['a.png', 'B.JPG', 'film.mov', 'all.tar.gz', 'song.mp3', '🚀.zip'])
      expect(holdsNoText(name)).toBe(true);
  });

  it('may hold text under any other name', () => {
    for (const name of ['a.txt', 'a.pdf', 'png', 'a.png.md', 'main.rs', 'Makefile', 'b.docx', ''])
      expect(holdsNoText(name)).toBe(false);
  });

  it('is opened in Slack, a link at its own address, and a pasted text nowhere', () => {
    const file = { id: 'F1', name: 'a.pdf', size: 1, url: '', permalink: 'https://acme.slack.com/files/F1' };
    expect(addressOf({ url: null, file })).toBe('https://acme.slack.com/files/F1');
    expect(addressOf({ url: null, file: { ...file, permalink: '' } })).toBeNull();
    expect(addressOf({ url: 'https://example.com/', file: null })).toBe('https://example.com/');
    expect(addressOf({ url: null, file: null })).toBeNull();
  });
});

describe('A link', () => {
  const readAt = new Date(Date.UTC(2026, 2, 1));
  const link = attachment({ kind: 'link', readAt });

  it('is to be read again when it is used and older than a day', () => {
    expect(isStale(link, readAt.getTime() + STALE_MS)).toBe(false);
    expect(isStale(link, readAt.getTime() + STALE_MS + 1)).toBe(true);
    expect(isStale({ ...link, readAt: null }, Date.now())).toBe(true);
  });

  it('is not asked for while it is being read, and files never change', () => {
    expect(isStale({ ...link, state: 'pending' }, Date.now())).toBe(false);
    expect(isStale({ ...link, kind: 'document' }, Date.now())).toBe(false);
  });
});

describe('An attachment whose content was not read', () => {
  it('says why in words that end no sentence', () => {
    for (const sentence of Object.values(UNREAD_SENTENCE)) expect(sentence).toMatch(/^[a-zS].*[^.]$/u);
  });

  it('says that it is being read, that it failed, or that it could not be read again', () => {
    expect(unreadNote(source({ state: 'pending' }))).toBe('it is being read at this moment');
    expect(unreadNote(source({ unread: 'scanned' }))).toMatch(/pictures of text/u);
    expect(unreadNote(source({ state: 'ready', unread: 'timed_out' }))).toMatch(
      /^as it was when .* too long/u,
    );
    expect(unreadNote(source())).toBeNull();
  });
});
