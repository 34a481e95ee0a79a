import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterAll, afterEach, expect } from 'vitest';
import type { Parse, Parsed } from '../../../src/reader/files/parse.ts';
import type { Lookup } from '../../../src/reader/web/checked-lookup.ts';
import { createLinkReader } from '../../../src/reader/web/link-reader.ts';

/** Something a test waits for. */
export function gate(): { opened: Promise<void>; open(): void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A web server of this machine, under a name. What it answers is said path by path. */
export interface Site {
  /** Such as `site.test:41234`. */
  host: string;
  /** The whole address of a path. */
  at(path: string): string;
  /** Answers a path from now on. */
  on(path: string, handler: Handler): string;
  /** Answers a path with a page. */
  page(path: string, html: string): string;
  /** Answers a path with a redirect. */
  redirect(path: string, location: string, status?: number): string;
  /** What was asked for, in order. */
  requests: IncomingMessage[];
  /** How many connections were made to it. */
  connections(): number;
  close(): Promise<void>;
}

export async function startSite(name: string): Promise<Site> {
  const handlers = new Map<string, Handler>();
  const requests: IncomingMessage[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    requests.push(request);
    const handler = handlers.get(request.url ?? '');
    if (handler === undefined) response.writeHead(404).end('Nothing here');
    else handler(request, response);
  });
  server.on('connection', (socket) => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `${name}:${(server.address() as AddressInfo).port}`;
  const at = (path: string): string => `http://${host}${path}`;
  const on = (path: string, handler: Handler): string => {
    handlers.set(path, handler);
    return at(path);
  };
  return {
    host,
    at,
    on,
    page: (path, html) =>
      on(path, (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(html)),
    redirect: (path, location, status = 302) =>
      on(path, (_, response) => response.writeHead(status, { location }).end('Elsewhere')),
    requests,
    connections: () => sockets.size,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Names end on `.test` and lead to this machine; the rest of the world is not there. */
export const localNames: Lookup = async (hostname) => {
  if (hostname.endsWith('.test')) return [{ address: '127.0.0.1', family: 4 }];
  throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND' });
};

/** A parser that takes the text between tags, and never refuses. */
export const parseSimply: Parse = async ({ bytes, url }) => {
  const html = new TextDecoder().decode(bytes);
  const text = html.replace(/<(?:title|form)\b.*?<\/(?:title|form)>|<[^>]*>/gsu, ' ').trim();
  if (url === null) throw new Error('A page was parsed without its address');
  return {
    outcome: 'read',
    parts: [{ text, place: {} }],
    hash: `hash of ${text}`,
    size: bytes.byteLength,
    page: {
      title: /<title>(.*?)<\/title>/su.exec(html)?.[1] ?? null,
      language: /<html lang="(.*?)"/u.exec(html)?.[1] ?? null,
      canonicalUrl: /<link rel="canonical" href="(.*?)"/u.exec(html)?.[1] ?? null,
      asksSignIn: html.includes('type="password"') && text.length < 200,
    },
  } satisfies Parsed;
};

export const PAGE_LIMIT = 100_000;

type Deps = Partial<Parameters<typeof createLinkReader>[0]>;

/** A reader in an installation whose administrator allowed these sites. */
export function readerOf(sites: Site[], deps: Deps = {}) {
  const reader = createLinkReader({
    parse: parseSimply,
    lookup: localNames,
    privateHosts: sites.map(({ host }) => host),
    pageLimit: PAGE_LIMIT,
    timeoutMs: 20_000,
    ...deps,
  });
  return {
    ...reader,
    /** The text of a page, else the reason why there is none. */
    async read(url: string): Promise<string> {
      const result = await reader.readLink(url, null, new AbortController().signal);
      if (result.outcome === 'read') return result.parts.map(({ text }) => text).join('\n');
      return result.outcome === 'unread' ? result.reason : result.outcome;
    },
  };
}

export const GOOD = '<html lang="en"><title>Opening hours</title><p>We open at nine.</p>';

/** Two sites and a reader that may open both. After every test it must still read a good page. */
export async function startWeb() {
  const [site, other] = await Promise.all([startSite('site.test'), startSite('other.test')]);
  const reader = readerOf([site, other]);
  afterEach(async () => {
    expect(await reader.read(site.page('/good', GOOD))).toBe('We open at nine.');
  });
  afterAll(async () => {
    await Promise.all([reader.close(), site.close(), other.close()]);
  });
  return { site, other, reader };
}
