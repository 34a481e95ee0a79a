import { describe, expect, it } from 'vitest';
import type { ParseTask } from '../../../src/reader/files/parse.ts';
import { GOOD, gate, parseSimply, readerOf, startWeb } from './web.ts';

const { site, other, reader } = await startWeb();
const still = () => new AbortController().signal;

describe('The parser', () => {
  async function taskOf(url: string): Promise<ParseTask | undefined> {
    const tasks: ParseTask[] = [];
    const watched = readerOf([site], {
      parse: (task, signal) => {
        tasks.push(task);
        return parseSimply(task, signal);
      },
    });
    await watched.read(url);
    await watched.close();
    return tasks[0];
  }

  it('is told the type and the address of a page, without user name and password', async () => {
    const url = site.page('/a%20page.html', GOOD).replace('http://', 'http://ada:secret@');

    expect(await taskOf(url)).toEqual({
      bytes: new Uint8Array(Buffer.from(GOOD)),
      name: 'a page.html',
      mediaType: 'text/html',
      url: site.at('/a%20page.html'),
    });
  });

  it.each([
    ['attachment; filename="Plan 2026.docx"', 'Plan 2026.docx'],
    ['attachment; filename=plan.pdf; size=3', 'plan.pdf'],
    [`attachment; filename="plan.pdf"; filename*=UTF-8''Pl%C3%A4ne.pdf`, 'Pläne.pdf'],
    [`attachment; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd`, 'passwd'],
    ['attachment; filename="..\\..\\plan.pdf"', 'plan.pdf'],
    ['attachment', 'download'],
  ])('is told the name a server gives by “%s”', async (disposition, name) => {
    const url = site.on('/files/download', (_, response) => {
      response.setHeader('content-type', 'application/octet-stream');
      response.setHeader('content-disposition', disposition).end('some bytes');
    });

    expect(await taskOf(url)).toMatchObject({ name, mediaType: 'application/octet-stream' });
  });

  it('is told that there is no type, and no name', async () => {
    const url = site.on('/', (_, response) => response.end('some bytes'));

    expect(await taskOf(url)).toMatchObject({ name: '', mediaType: null });
  });

  it('is told a name that cannot be decoded as it is', async () => {
    expect(await taskOf(site.page('/100%', GOOD))).toMatchObject({ name: '100%' });
  });
});

describe('A type', () => {
  it.each([
    'text/html',
    'application/xhtml+xml; charset=utf-8',
    'text/plain',
    'TEXT/Markdown',
    'text/csv',
    'application/json',
    'application/ld+json',
    'application/pdf',
    'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    'application/vnd.openxmlformats-officedocument.presentationml.presentation',
    'application/octet-stream',
    'unknown',
  ])('that may hold text is read: %s', async (type) => {
    const url = site.on('/typed', (_, response) => response.setHeader('content-type', type).end(GOOD));

    expect(await reader.read(url)).toBe('We open at nine.');
  });

  it.each([
    'image/png',
    'image/svg+xml',
    'video/mp4',
    'audio/mpeg',
    'font/woff2',
    'application/zip',
    'application/x-7z-compressed',
    'application/java-archive',
  ])('that holds none is refused without its body: %s', async (type) => {
    const ended = gate();
    const url = site.on('/typed', (_, response) => {
      response.once('close', ended.open);
      // The body never ends: it is the reader that has to.
      response.setHeader('content-type', type).write('x');
    });

    expect(await reader.read(url)).toBe('type_not_supported');
    await ended.opened;
  });
});

describe('A page that was read before', () => {
  const known = { etag: '"v1"', lastModified: 'Mon, 05 Jan 2026 10:00:00 GMT' };

  it('is unchanged when its server says so, also over a redirect', async () => {
    site.redirect('/moved', other.at('/now'));
    other.on('/now', (request, response) =>
      response.writeHead(request.headers['if-none-match'] === '"v1"' ? 304 : 200).end(),
    );

    expect(await reader.readLink(site.at('/moved'), known, still())).toEqual({ outcome: 'unchanged' });
    for (const { headers } of [site.requests.at(-1), other.requests.at(-1)].flatMap((one) => one ?? [])) {
      expect(headers).toMatchObject({ 'if-none-match': '"v1"', 'if-modified-since': known.lastModified });
    }
  });

  it('is asked for by the time alone when its server gave no tag', async () => {
    const url = site.on('/dated', (request, response) =>
      response.writeHead(request.headers['if-modified-since'] === known.lastModified ? 304 : 500).end(),
    );

    expect(await reader.readLink(url, { ...known, etag: null }, still())).toEqual({ outcome: 'unchanged' });
    expect(site.requests.at(-1)?.headers).not.toHaveProperty('if-none-match');
  });

  it('is read again when it changed', async () => {
    expect(await reader.readLink(site.page('/changed', GOOD), known, still())).toMatchObject({
      outcome: 'read',
    });
  });

  it('was not, and its server says that nothing changed: that is no answer', async () => {
    const url = site.on('/never', (_, response) => response.writeHead(304).end());

    expect(await reader.read(url)).toBe('unreachable');
    expect(await reader.readLink(url, { etag: null, lastModified: null }, still())).toMatchObject({
      reason: 'unreachable',
    });
  });
});
