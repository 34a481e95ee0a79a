import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLinkReader } from '../../../src/reader/web/link-reader.ts';
import { createPublicNames } from '../../../src/reader/web/public-names.ts';
import { type NameServer, startNameServer } from './name-server.ts';
import { PAGE_LIMIT, parseSimply, readerOf, type Site, startSite } from './web.ts';

const SLOW = Array.from({ length: 8 }, (_, n) => `slow-${n}.example`);

let server: NameServer;
beforeAll(async () => {
  server = await startNameServer({
    'A both.example': ['93.184.216.34', '93.184.216.35'],
    'AAAA both.example': ['2606:4700::1111'],
    'A old.example': ['93.184.216.36'],
    'AAAA new.example': ['2606:4700::2222'],
    'A half.example': ['93.184.216.37'],
    'AAAA half.example': null,
    'A inside.example': ['127.0.0.1'],
    ...Object.fromEntries(SLOW.flatMap((name) => [`A ${name}`, `AAAA ${name}`]).map((one) => [one, null])),
  });
});
afterAll(() => server.close());

const names = (timeoutMs = 3_000) => createPublicNames({ servers: [server.address], timeoutMs });

describe('The addresses of a name', () => {
  it('are those of both kinds', async () => {
    expect(await names().lookup('both.example')).toEqual([
      { address: '93.184.216.34', family: 4 },
      { address: '93.184.216.35', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ]);
  });

  it('may be of one kind only', async () => {
    expect(await names().lookup('old.example')).toEqual([{ address: '93.184.216.36', family: 4 }]);
    expect(await names().lookup('new.example')).toEqual([{ address: '2606:4700::2222', family: 6 }]);
  });

  it('are found although the question for the other kind is never answered', async () => {
    // So long that the test would fail if the answer were waited for.
    expect(await names(60_000).lookup('half.example')).toEqual([{ address: '93.184.216.37', family: 4 }]);
  });

  it('are not there for a name that is not there', async () => {
    await expect(names().lookup('nobody.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('are waited for only so long', async () => {
    const { lookup } = names(10);

    await expect(lookup('slow-0.example')).rejects.toMatchObject({ code: 'ETIMEOUT' });
    const reader = readerOf([], { lookup });
    expect(await reader.read('http://slow-0.example/')).toBe('timed_out');
    expect(await reader.read('http://nobody.example/')).toBe('unreachable');
    await reader.close();
  });
});

describe('A name server that does not answer', () => {
  it('delays no other name', async () => {
    const { lookup, cancel } = names(60_000);
    const asked = server.asked.length;
    let ended = 0;
    const slow = SLOW.map((name) => lookup(name).finally(() => (ended += 1)));
    const rejected = Promise.all(
      slow.map((one) => expect(one).rejects.toMatchObject({ code: 'ECANCELLED' })),
    );

    expect(await lookup('old.example')).toEqual([{ address: '93.184.216.36', family: 4 }]);
    expect(server.asked.slice(asked)).toEqual(expect.arrayContaining(SLOW.map((name) => `A ${name}`)));
    expect(ended).toBe(0);
    cancel();
    await rejected;
  });
});

describe('A reader', () => {
  let wiki: Site;
  beforeAll(async () => {
    wiki = await startSite('localhost');
    wiki.page('/', 'The wiki answers.');
  });
  afterAll(() => wiki.close());

  /** As Milepost composes it, but for the name server. */
  function startReader({ address } = server) {
    const reader = createLinkReader({
      ...{ parse: parseSimply, privateHosts: [wiki.host], nameServers: [address] },
      ...{ pageLimit: PAGE_LIMIT, timeoutMs: 60_000 },
    });
    const read = (url: string) => reader.readLink(url, null, new AbortController().signal);
    return { ...reader, read };
  }

  it('asks name servers for what people share, and refuses what they say is inside', async () => {
    const reader = startReader();

    expect(await reader.read('http://inside.example/')).toMatchObject({ reason: 'blocked_address' });
    expect(server.asked).toContain('A inside.example');
    await reader.close();
  });

  it('asks the system for what an administrator allowed', async () => {
    const reader = startReader();

    expect(await reader.read(wiki.at('/'))).toMatchObject({ outcome: 'read' });
    expect(server.asked).not.toContain('A localhost');
    await reader.close();
  });

  it('reads on while the names of other links are not answered, and does not wait for them to close', async () => {
    const slowly = SLOW.map((name) => `late-${name}`);
    const stuck = await startNameServer(
      Object.fromEntries(slowly.flatMap((name) => [`A ${name}`, `AAAA ${name}`]).map((one) => [one, null])),
    );
    const reader = startReader(stuck);
    let ended = 0;
    const readings = slowly.map((name) => reader.read(`http://${name}/`).finally(() => (ended += 1)));
    const rejected = Promise.all(readings.map((one) => expect(one).rejects.toThrow()));
    await stuck.untilAsked(2 * SLOW.length);

    expect(await reader.read(wiki.at('/'))).toMatchObject({ outcome: 'read' });
    expect(await reader.read('http://nobody.example/')).toMatchObject({
      reason: 'unreachable',
    });
    expect(ended).toBe(0);
    await reader.close();
    await rejected;
    await stuck.close();
  });
});
