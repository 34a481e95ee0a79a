import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { createParser } from '../../../src/reader/files/parse.ts';
import { pdfOf } from '../../support/files/pdf.ts';

const task = (name: string, content: Uint8Array | string) => ({
  name,
  bytes: typeof content === 'string' ? Buffer.from(content) : content,
  mediaType: null,
  url: null,
});
const never = new AbortController().signal;
const heavyPage = `<html><body>${'<p>Some <b>words</b> here.</p>'.repeat(24_000)}</body></html>`;

describe('The threads that read files', () => {
  const parser = createParser();
  afterAll(() => parser.close());

  it('read more files than there are threads, each with its own result', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `file ${at}`);
    const read = await Promise.all(
      names.map((name) => parser.parse(task('a.txt', name), new AbortController().signal)),
    );
    expect(read.map((one) => (one.outcome === 'read' ? one.parts[0]?.text : one))).toEqual(names);
  });

  it('leave the bytes to whoever gave them', async () => {
    const bytes = new Uint8Array(Buffer.from('Mine.'));
    await parser.parse(task('a.txt', bytes), never);
    expect(Buffer.from(bytes).toString()).toBe('Mine.');
  });

  it('stop when nobody waits any more, and go on with the next file', async () => {
    const before = new AbortController();
    before.abort(new Error('given up before'));
    await expect(parser.parse(task('a.txt', 'a'), before.signal)).rejects.toThrow('given up before');

    const during = new AbortController();
    const running = [1, 2, 3].map(() => parser.parse(task('heavy.html', heavyPage), during.signal));
    during.abort(new Error('given up'));
    const ends = await Promise.allSettled(running);
    expect(ends.map((end) => end.status === 'rejected' && String(end.reason))).toEqual(
      Array.from({ length: 3 }, () => 'Error: given up'),
    );
    expect((await parser.parse(task('b.txt', 'b'), never)).outcome).toBe('read');
  });
});

describe('A file that is too much for its thread', () => {
  it('is too complex when it fills the memory, and the next one is read', async () => {
    const parser = createParser({ workers: 1, heapMb: 48 });
    const bomb = parser.parse(task('heavy.html', heavyPage), never);
    const after = parser.parse(task('a.txt', 'Still here.'), never);
    expect(await bomb).toEqual({ outcome: 'unread', reason: 'too_complex' });
    expect((await after).outcome).toBe('read');
    await parser.close();
  });

  it('is too complex when it takes too long', async () => {
    const parser = createParser({ timeoutMs: 1 });
    const pages = Array.from({ length: 300 }, (_, at) => `Page ${at}`);
    expect(await parser.parse(task('long.pdf', pdfOf({ pages })), never)).toEqual({
      outcome: 'unread',
      reason: 'too_complex',
    });
    await parser.close();
  });
});

describe('A closed parser', () => {
  it('rejects what ran, what waited and what comes later', async () => {
    const parser = createParser({ workers: 1 });
    const running = parser.parse(task('a.html', heavyPage), never);
    const waiting = parser.parse(task('b.txt', 'b'), never);
    const ends = Promise.allSettled([running, waiting]);
    await parser.close();
    expect((await ends).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(parser.parse(task('c.txt', 'c'), never)).rejects.toThrow('closed');
  });
});

describe('A process that read a file', () => {
  it('ends by itself, and printed nothing', async () => {
    const script = `
      const { createParser } = await import('./src/reader/files/parse.ts');
      const { parse } = createParser();
      const bytes = Buffer.from('%PDF-1.7 broken');
      await parse({ bytes, name: 'a.pdf', mediaType: null, url: null }, new AbortController().signal);
    `;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      '--import',
      'tsx',
      '--input-type=module',
      '--eval',
      script,
    ]);
    expect(stdout + stderr).toBe('');
  });
});
