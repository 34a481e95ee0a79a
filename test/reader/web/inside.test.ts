import { Response } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAddressRules } from '../../../src/reader/web/addresses.ts';
import type { Lookup } from '../../../src/reader/web/checked-lookup.ts';
import type { Client } from '../../../src/reader/web/client.ts';
import { fetchPage } from '../../../src/reader/web/fetch-page.ts';
import { readerOf, type Site, startSite } from './web.ts';

/** Allowed by an administrator, although it is inside. */
let wiki: Site;
/** On the same machine, and allowed by nobody. */
let secret: Site;
let reader: ReturnType<typeof readerOf>;
const lookups: string[] = [];

/** What names lead to, answer after answer; the last one stays. */
const names: Record<string, string[][]> = {
  'wiki.test': [['127.0.0.1']],
  'inside.test': [['127.0.0.1']],
  'mixed.test': [['8.8.8.8', '10.0.0.1']],
  'mapped.test': [['::ffff:127.0.0.1']],
  'metadata.test': [['169.254.169.254']],
  localhost: [['::1', '127.0.0.1']],
};

const lookup: Lookup = async (hostname) => {
  lookups.push(hostname);
  const answers = names[hostname] ?? [];
  const answer = answers.length > 1 ? answers.shift() : answers[0];
  return (answer ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
};

beforeAll(async () => {
  wiki = await startSite('wiki.test');
  secret = await startSite('secret.test');
  wiki.page('/good', 'The wiki answers.');
  secret.page('/', 'The keys of everything.');
  reader = readerOf([wiki], { lookup });
});

afterEach(async () => {
  expect(secret.connections()).toBe(0);
  expect(await reader.read(wiki.at('/good'))).toBe('The wiki answers.');
});

afterAll(async () => {
  await reader.close();
  await wiki.close();
  await secret.close();
});

/** Fetches the first address of a web in which each redirects to the next one. */
async function follow(way: string[]) {
  const opened: string[] = [];
  const client: Client = {
    async get({ href }) {
      opened.push(href);
      const location = way[way.indexOf(href) + 1];
      return location === undefined
        ? new Response('The keys of everything.')
        : new Response(null, { status: 302, headers: { location } });
    },
    close: async () => undefined,
  };
  const rules = createAddressRules(['wiki.test', 'build.test:8080']);
  const asked = new URL(way[0] ?? '');
  const { signal } = new AbortController();
  return { fetched: await fetchPage({ client, rules, pageLimit: 1_000 }, asked, null, signal), opened };
}

const portOf = ({ host }: Site): string => host.split(':').at(-1) ?? '';

describe('A link to the inside', () => {
  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://0.0.0.0/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/latest/meta-data/',
    'http://[64:ff9b::7f00:1]/',
    'http://100.64.0.1/',
    'http://10.0.0.1/',
    'ftp://example.org/file',
    'file:///etc/passwd',
  ])('is not opened: %s', async (url) => {
    expect(await reader.read(url)).toBe('blocked_address');
    expect(await reader.read(wiki.redirect('/away', url))).toBe('blocked_address');
  });

  it.each(['inside.test', 'mixed.test', 'mapped.test', 'metadata.test', 'localhost'])(
    'is not opened by the name %s',
    async (name) => {
      expect(await reader.read(`http://${name}/`)).toBe('blocked_address');
      expect(await reader.read(`https://${name}/`)).toBe('blocked_address');
      expect(await reader.read(wiki.redirect('/away', `http://${name}/`))).toBe('blocked_address');
    },
  );

  it('is not opened at another port, whatever the name', async () => {
    for (const name of ['127.0.0.1', 'localhost', 'inside.test', 'wiki.test', 'example.org']) {
      const url = `http://${name}:${portOf(secret)}/`;
      expect(await reader.read(url)).toBe('blocked_address');
      expect(await reader.read(wiki.redirect('/away', url))).toBe('blocked_address');
    }
  });
});

describe('A name that changes its address', () => {
  it('is resolved once for each request, and refused as soon as it leads inside', async () => {
    // Nothing is ever routed to the first address: it belongs to a network that was given back.
    names['rebind.test'] = [['3ffe::1'], ['127.0.0.1']];
    const hasty = readerOf([wiki], { lookup, timeoutMs: 2_000 });
    lookups.length = 0;

    expect(['unreachable', 'timed_out']).toContain(await hasty.read('http://rebind.test/'));
    expect(lookups).toEqual(['rebind.test']);
    expect(await hasty.read('http://rebind.test/')).toBe('blocked_address');
    expect(lookups).toEqual(['rebind.test', 'rebind.test']);
    await hasty.close();
  });
});

describe('A host an administrator allows', () => {
  it('is opened although it is inside, also from another page inside', async () => {
    expect(await reader.read(wiki.redirect('/away', wiki.at('/good')))).toBe('The wiki answers.');
  });

  it.each([
    ['from the page that was shared', ['http://outside.example/']],
    ['from a page that one leads to', ['http://outside.example/', 'https://other.example/']],
    ['from a page that another one inside leads to', ['http://wiki.test/', 'http://outside.example/']],
    ['from the same host at a port that was not allowed', ['http://build.test/']],
  ])('is not opened by a redirect from outside: %s', async (_, way) => {
    const { fetched, opened } = await follow([...way, 'http://build.test:8080/keys']);

    expect(fetched).toEqual({ outcome: 'unread', reason: 'blocked_address' });
    expect(opened).toEqual(way);
  });

  it('is opened from another one that an administrator allows', async () => {
    const way = ['http://wiki.test/', 'http://build.test:8080/keys'];
    const { fetched, opened } = await follow(way);

    expect(fetched).toMatchObject({ outcome: 'fetched' });
    expect(opened).toEqual(way);
  });

  it('does not open another name of the same machine', async () => {
    names['alias.test'] = [['127.0.0.1']];
    expect(await reader.read('http://alias.test/')).toBe('blocked_address');
    expect(await reader.read(`http://alias.test:${portOf(wiki)}/good`)).toBe('blocked_address');
    expect(await reader.read(`http://127.0.0.1:${portOf(wiki)}/good`)).toBe('blocked_address');
  });

  it('is like any other host at the ports that were not allowed', async () => {
    expect(await reader.read('http://wiki.test/good')).toBe('blocked_address');
    expect(await reader.read('https://wiki.test/good')).toBe('blocked_address');
  });

  it('can be an address', async () => {
    const direct = readerOf([], { privateHosts: [`127.0.0.1:${portOf(wiki)}`] });

    expect(await direct.read(`http://127.0.0.1:${portOf(wiki)}/good`)).toBe('The wiki answers.');
    await direct.close();
  });
});
