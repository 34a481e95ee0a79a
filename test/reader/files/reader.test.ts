import { afterAll, describe, expect, it } from 'vitest';
import { createReader } from '../../../src/reader/reader.ts';
import { htmlPage } from '../../support/files/html.ts';

describe('The reader of the app', () => {
  const reader = createReader({ privateHosts: [], pageLimit: 5_000_000 });
  afterAll(() => reader.close());
  const signal = new AbortController().signal;

  it('reads a file by its name and its bytes', async () => {
    const bytes = Buffer.from('# Costs\nPaint: 12 euros');
    expect(await reader.readFile('notes.md', bytes, signal)).toEqual({
      outcome: 'read',
      parts: [{ text: '# Costs\nPaint: 12 euros', place: { heading: 'Costs' } }],
      hash: expect.stringMatching(/^[0-9a-f]{64}$/u),
      size: bytes.length,
    });
  });

  it('tells nothing of a page about a file, and gives a reason for what it cannot read', async () => {
    const page = await reader.readFile('saved.html', htmlPage({ title: 'A', body: '<p>Saved.</p>' }), signal);
    expect(Object.keys(page).toSorted()).toEqual(['hash', 'outcome', 'parts', 'size']);
    expect(await reader.readFile('empty.txt', new Uint8Array(), signal)).toEqual({
      outcome: 'unread',
      reason: 'empty',
    });
  });
});
