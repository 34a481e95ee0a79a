import { createHash } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Lookup } from '../../src/reader/web/checked-lookup.ts';

/** What a path answers. */
export interface WebPage {
  body: string | Uint8Array;
  /** Content-Type; an HTML page when left out. */
  type?: string;
  status?: number;
  headers?: Record<string, string>;
}

/** A web site on this machine whose pages tests write. Every page has an ETag, and answers 304 to who knows it. */
export interface FakeWeb {
  /** What LINK_PRIVATE_HOSTS has to hold so that Milepost opens it. */
  host: string;
  url(path: string): string;
  /** Puts a page up, or another one in its place. */
  put(path: string, page: WebPage | string): void;
  remove(path: string): void;
  /** The headers of all requests for a path, oldest first. */
  requests(path: string): IncomingHttpHeaders[];
  /** Keeps requests for a path waiting until the returned function is called. */
  hold(path: string): () => void;
  close(): Promise<void>;
}

/** A page of one article: title, paragraphs. What tests look for is best longer than a few words. */
export function article(title: string, ...paragraphs: string[]): string {
  const body = paragraphs.map((text) => `<p>${text}</p>`).join('\n');
  return `<!doctype html><html lang="en"><head><title>${title}</title></head><body><main><article><h1>${title}</h1>\n${body}</article></main></body></html>`;
}

/** Nothing but this machine has an address: no test opens the web. */
export const onlyHere: Lookup = async (hostname) => {
  if (hostname !== 'localhost') throw new Error(`There is no ${hostname} in tests.`);
  return [{ address: '127.0.0.1', family: 4 }];
};

export async function startWeb(): Promise<FakeWeb> {
  const pages = new Map<string, WebPage>();
  const seen = new Map<string, IncomingHttpHeaders[]>();
  const held = new Map<string, Promise<void>>();
  const answer = (path: string, headers: IncomingHttpHeaders, response: ServerResponse): void => {
    const page = pages.get(path);
    if (page === undefined) {
      response.writeHead(404, { 'content-type': 'text/html' }).end('<p>Not found</p>');
      return;
    }
    const etag = `"${createHash('sha256').update(page.body).digest('hex').slice(0, 16)}"`;
    const type = page.type ?? 'text/html; charset=utf-8';
    if (headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
    else
      response.writeHead(page.status ?? 200, { 'content-type': type, etag, ...page.headers }).end(page.body);
  };
  const server = createServer((request, response) => {
    const path = request.url ?? '/';
    seen.set(path, [...(seen.get(path) ?? []), request.headers]);
    void (held.get(path) ?? Promise.resolve()).then(() => answer(path, request.headers, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const host = `localhost:${port}`;
  return {
    host,
    url: (path) => `http://${host}${path}`,
    put: (path, page) => void pages.set(path, typeof page === 'string' ? { body: page } : page),
    remove: (path) => void pages.delete(path),
    requests: (path) => seen.get(path) ?? [],
    hold(path) {
      let release: () => void = () => {};
      held.set(path, new Promise<void>((resolve) => (release = resolve)));
      return () => {
        held.delete(path);
        release();
      };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
