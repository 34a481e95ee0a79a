import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { GOOD, gate, PAGE_LIMIT, readerOf, startSite, startWeb } from './web.ts';

const { site, other, reader } = await startWeb();
const still = () => new AbortController().signal;

describe('The limit of a page', () => {
  it('is told before the body is sent when the server announces more', async () => {
    const ended = gate();
    const url = site.on('/announced', (_, response) => {
      response.once('close', ended.open);
      response
        .writeHead(200, { 'content-type': 'text/plain', 'content-length': PAGE_LIMIT + 1 })
        .flushHeaders();
    });

    expect(await reader.read(url)).toBe('too_large');
    await ended.opened;
  });

  it('lets a page of just that size through', async () => {
    const text = 'x'.repeat(PAGE_LIMIT);
    expect(await reader.read(site.on('/just', (_, response) => response.end(text)))).toBe(text);
    expect(await reader.read(site.on('/more', (_, response) => response.end(`${text}x`)))).toBe('too_large');
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
  ])('holds for what a small body of %s unfolds to', async (encoding, compress) => {
    const bomb = compress(Buffer.alloc(50_000_000));
    expect(bomb.byteLength).toBeLessThan(PAGE_LIMIT);
    const url = site.on('/bomb', (_, response) => response.setHeader('content-encoding', encoding).end(bomb));

    expect(await reader.read(url)).toBe('too_large');
  });

  it('ends a body that never ends, and its connection', async () => {
    const ended = gate();
    const url = site.on('/endless', (_, response) => {
      const more = (): void => {
        while (response.write('more and more '.repeat(1_000)));
      };
      response.on('drain', more).once('close', ended.open);
      more();
    });

    expect(await reader.read(url)).toBe('too_large');
    await ended.opened;
  });
});

describe('A server that misbehaves', () => {
  /** Answers with exactly these bytes. */
  const raw = (reply: string): string =>
    site.on('/raw', (request) => request.socket.end(reply.replaceAll('\n', '\r\n')));

  it('announces more than it sends: half a page is not taken for the page', async () => {
    expect(await reader.read(raw('HTTP/1.1 200 OK\ncontent-length: 5000\n\nonly the beginning'))).toBe(
      'unreachable',
    );
  });

  it('announces less than it sends: what was announced is read', async () => {
    expect(await reader.read(raw('HTTP/1.1 200 OK\ncontent-length: 4\n\nfour and more'))).toBe('four');
  });

  it('breaks off between the pieces of a body', async () => {
    expect(await reader.read(raw('HTTP/1.1 200 OK\ntransfer-encoding: chunked\n\n5\nfirst\n'))).toBe(
      'unreachable',
    );
  });

  it.each([
    ['nothing', ''],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.6\n'],
    ['a length that is none', 'HTTP/1.1 200 OK\ncontent-length: many\n\npage'],
    ['two lengths', 'HTTP/1.1 200 OK\ncontent-length: 4\ncontent-length: 5\n\npages'],
    ['headers without end', `HTTP/1.1 200 OK\nx: ${'x'.repeat(100_000)}`],
  ])('answers with %s', async (_, reply) => {
    expect(await reader.read(raw(reply))).toBe('unreachable');
  });

  it('sends a body drop by drop until the time is over', async () => {
    const hasty = readerOf([site], { timeoutMs: 1_500 });
    const dripping = gate();
    const url = site.on('/drip', (_, response) => {
      const drops = setInterval(() => response.write('.'), 20);
      response.once('close', () => {
        clearInterval(drops);
        dripping.open();
      });
    });

    expect(await hasty.read(url)).toBe('timed_out');
    await dripping.opened;
    expect(await hasty.read(site.at('/good'))).toBe('We open at nine.');
    await hasty.close();
  });

  it('takes the connection and says nothing', async () => {
    const hasty = readerOf([site], { timeoutMs: 300 });

    expect(await hasty.read(site.on('/silent', () => undefined))).toBe('timed_out');
    await hasty.close();
  });

  it('redirects slowly: the time is counted over all redirects', async () => {
    const hasty = readerOf([site], { timeoutMs: 600 });
    const slowly = (from: string, to: string): string =>
      site.on(from, (_, response) => setTimeout(() => response.writeHead(302, { location: to }).end(), 250));
    slowly('/slow-1', '/slow-2');
    slowly('/slow-2', '/slow-3');
    slowly('/slow-3', '/good');

    expect(await hasty.read(site.at('/slow-1'))).toBe('timed_out');
    await hasty.close();
  });

  it('is not there', async () => {
    const gone = await startSite('gone.test');
    const visitor = readerOf([gone]);
    await gone.close();

    expect(await visitor.read(gone.at('/'))).toBe('unreachable');
    expect(await visitor.read('http://no-such-name.invalid/')).toBe('unreachable');
    await visitor.close();
  });

  it('has a resolver that never answers', async () => {
    const hasty = readerOf([site], { timeoutMs: 300, lookup: () => new Promise(() => undefined) });

    expect(await hasty.read(site.at('/good'))).toBe('timed_out');
    await hasty.close();
  });

  it('speaks no TLS', async () => {
    expect(await reader.read(site.at('/good').replace('http:', 'https:'))).toBe('unreachable');
  });

  it.each([
    [400, 'unreachable'],
    [401, 'needs_sign_in'],
    [403, 'needs_sign_in'],
    [404, 'not_found'],
    [410, 'not_found'],
    [413, 'too_large'],
    [418, 'unreachable'],
    [429, 'unreachable'],
    [451, 'unreachable'],
    [500, 'unreachable'],
    [503, 'unreachable'],
    [300, 'unreachable'],
    [302, 'unreachable'],
  ])('answers %i: %s', async (status, reason) => {
    const url = site.on('/status', (_, response) =>
      response.writeHead(status, { 'content-type': 'text/html' }).end(GOOD),
    );

    expect(await reader.read(url)).toBe(reason);
  });
});

describe('Redirects', () => {
  it.each([
    ['in a circle', '/circle', '/circle'],
    ['to nothing', '/nothing', 'http://'],
    ['to an address longer than any link', '/long', `/${'a'.repeat(2_000)}`],
  ])('%s lead nowhere', async (_, from, to) => {
    expect(await reader.read(site.redirect(from, to))).toBe('unreachable');
  });

  it('are followed three times, not four', async () => {
    for (const n of [1, 2, 3, 4]) site.redirect(`/hop-${n}`, n === 4 ? '/good' : `/hop-${n + 1}`);

    expect(await reader.read(site.at('/hop-2'))).toBe('We open at nine.');
    expect(await reader.read(site.at('/hop-1'))).toBe('unreachable');
  });

  it.each([
    ['as UTF-8', Buffer.from('/café?q=ø').toString('latin1'), '/caf%C3%A9?q=%C3%B8'],
    ['as Latin-1', '/caf\u00e9', '/caf%C3%A9'],
    ['escaped', '/caf%C3%A9', '/caf%C3%A9'],
  ])('lead to the address they mean when they write it %s', async (_, location, path) => {
    site.page(path, GOOD);

    expect(await reader.read(site.redirect('/menu', location))).toBe('We open at nine.');
    expect(site.requests.at(-1)?.url).toBe(path);
  });

  it('take no cookie and no user name along', async () => {
    other.page('/target', GOOD);
    const target = other.at('/target').replace('http://', 'http://eve:secret@');
    const url = site.on('/cookie', (_, response) =>
      response.writeHead(301, { location: target, 'set-cookie': 'session=1; Domain=test; Path=/' }).end(),
    );

    expect(await reader.readLink(url.replace('http://', 'http://ada:secret@'), null, still())).toMatchObject({
      outcome: 'read',
      url: other.at('/target'),
    });
    await reader.read(url);
    for (const { headers } of [...site.requests, ...other.requests]) {
      expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['cookie']));
      expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['authorization']));
      expect(Object.keys(headers)).not.toEqual(expect.arrayContaining(['referer']));
    }
  });

  it('free the connection of each reply on the way', async () => {
    const ended = gate();
    const url = site.on('/heavy', (_, response) => {
      response.once('close', ended.open);
      response.writeHead(302, { location: '/good' }).write('a body that never ends');
    });

    expect(await reader.read(url)).toBe('We open at nine.');
    await ended.opened;
  });
});
