import { once } from 'node:events';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { GOOD, gate, readerOf, startSite, startWeb } from './web.ts';

const { site, other, reader } = await startWeb();
const still = () => new AbortController().signal;

describe('A page', () => {
  it('is read with what it says of itself and what the server gave to ask again', async () => {
    const url = site.on('/page', (_, response) => {
      response.setHeader('etag', '"v1"');
      response.setHeader('last-modified', 'Mon, 05 Jan 2026 10:00:00 GMT');
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(`<link rel="canonical" href="https://example.org/hours">${GOOD}`);
    });

    expect(await reader.readLink(`${url}#friday`, null, still())).toEqual({
      outcome: 'read',
      parts: [{ text: 'We open at nine.', place: {} }],
      hash: 'hash of We open at nine.',
      size: 122,
      url,
      title: 'Opening hours',
      language: 'en',
      canonicalUrl: 'https://example.org/hours',
      validators: { etag: '"v1"', lastModified: 'Mon, 05 Jan 2026 10:00:00 GMT' },
    });
  });

  it.each([
    ['a script', 'javascript:alert(1)'],
    ['a path', '/hours'],
    ['an address of more than 2,000 characters', `https://example.org/${'a'.repeat(2_000)}`],
    ['an address that hides its host behind a user name', 'https://bank.example@evil.example/'],
  ])('cannot give %s as its own address', async (_, address) => {
    const url = site.page('/canonical', `<link rel="canonical" href="${address}">${GOOD}`);

    expect(await reader.readLink(url, null, still())).toMatchObject({ outcome: 'read', canonicalUrl: null });
  });

  it('cannot make us keep a validator of any length', async () => {
    const url = site.on('/tag', (_, response) =>
      response.setHeader('etag', `"${'x'.repeat(2_000)}"`).end(GOOD),
    );

    expect(await reader.readLink(url, null, still())).toMatchObject({ validators: { etag: null } });
  });

  it('is found over three redirects for good, and its address is where it was found', async () => {
    site.redirect('/1', '/2', 301);
    site.redirect('/2', other.at('/3'), 308);
    other.redirect('/3', './4', 301);
    other.page('/4', GOOD);

    expect(await reader.readLink(site.at('/1'), null, still())).toMatchObject({
      outcome: 'read',
      url: other.at('/4'),
    });
  });

  it('lives where redirects for good led, not where one for now leads from there', async () => {
    site.redirect('/moved', '/here', 301);
    site.redirect('/here', other.at('/for-now'));
    other.redirect('/for-now', '/notice', 301);
    other.page('/notice', GOOD);

    expect(await reader.readLink(site.at('/moved'), null, still())).toMatchObject({
      outcome: 'read',
      url: site.at('/here'),
    });
  });

  it('is asked for honestly', async () => {
    await reader.read(site.page('/headers', GOOD));

    expect(site.requests.at(-1)?.headers).toMatchObject({
      'user-agent': 'Milepost (+link reader)',
      accept: expect.stringContaining('text/html'),
      'accept-encoding': 'gzip, deflate, br',
      host: site.host,
      connection: 'close',
    });
  });

  it.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['br', brotliCompressSync],
    ['BR', brotliCompressSync],
    ['identity', (text: string) => Buffer.from(text)],
  ])('is read when it is compressed by %s (%o)', async (encoding, compress) => {
    const url = site.on('/compressed', (_, response) =>
      response.setHeader('content-encoding', encoding).end(compress(GOOD)),
    );

    expect(await reader.read(url)).toBe('We open at nine.');
  });

  it.each(['zstd', 'gzip, gzip', 'compress'])(
    'is not read in the encoding “%s”, which nobody asked for',
    async (encoding) => {
      const url = site.on('/encoded', (_, response) =>
        response.setHeader('content-encoding', encoding).end(gzipSync(GOOD)),
      );

      expect(await reader.read(url)).toBe('unreachable');
    },
  );

  it('is not read when it is not what its encoding says', async () => {
    const url = site.on('/garbage', (_, response) =>
      response.setHeader('content-encoding', 'gzip').end('this was never compressed'),
    );

    expect(await reader.read(url)).toBe('unreachable');
  });

  it('that says nothing at all is for the parser to judge', async () => {
    const url = site.on('/empty', (_, response) => response.writeHead(204).end());
    const strict = readerOf([site], { parse: async () => ({ outcome: 'unread', reason: 'empty' }) });

    expect(await strict.read(url)).toBe('empty');
    await strict.close();
  });
});

describe('A reading', () => {
  it('ends with the reason its caller gave when it is given up', async () => {
    const given = new AbortController();
    const url = site.on('/waiting', () => given.abort(new Error('the app stops')));

    await expect(reader.readLink(url, null, given.signal)).rejects.toThrow('the app stops');
    await expect(reader.readLink(url, null, given.signal)).rejects.toThrow('the app stops');
  });

  it('ends as well in the middle of a body', async () => {
    const given = new AbortController();
    const url = site.on('/half', (_, response) => {
      response.write('half a page');
      response.once('close', () => undefined);
      setImmediate(() => given.abort(new Error('the app stops')));
    });

    await expect(reader.readLink(url, null, given.signal)).rejects.toThrow('the app stops');
  });

  it('makes a connection of its own each time, and closes it', async () => {
    const counted = await startSite('counted.test');
    const visitor = readerOf([counted]);
    const closings: Promise<unknown>[] = [];
    const url = counted.on('/', (request, response) => {
      closings.push(once(request.socket, 'close'));
      response.end(GOOD);
    });

    await visitor.read(url);
    await visitor.read(url);
    expect(counted.connections()).toBe(2);
    await Promise.all(closings);
    await visitor.close();
    await counted.close();
  });

  it('throws when the reader is closed under it: that says nothing about the page', async () => {
    const visitor = readerOf([site]);
    const arrived = gate();
    const reading = visitor.read(site.on('/stay', () => arrived.open()));
    const ended = expect(reading).rejects.toThrow();
    await arrived.opened;
    await visitor.close();

    await ended;
    await expect(visitor.read(site.at('/good'))).rejects.toThrow();
  });

  it('fails loudly when the parser does', async () => {
    const broken = readerOf([site], { parse: () => Promise.reject(new Error('no worker')) });

    await expect(broken.read(site.at('/good'))).rejects.toThrow('no worker');
    await broken.close();
  });

  it('passes on why the parser read nothing', async () => {
    const strict = readerOf([site], { parse: async () => ({ outcome: 'unread', reason: 'encrypted' }) });

    expect(await strict.read(site.at('/good'))).toBe('encrypted');
    await strict.close();
  });

  it('of something that is no address finds nothing there', async () => {
    expect(await reader.read('not an address')).toBe('unreachable');
  });
});
