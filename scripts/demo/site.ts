import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type RequestListener, type ServerResponse } from 'node:http';

/** A small web site with what people in the demo link to, so that pages are opened without a network. */
export interface Site {
  /** Without a slash at the end. */
  url: string;
  /** As `host:port`, the way a configuration names it. */
  host: string;
  stop(): Promise<void>;
}

const HTML = 'text/html; charset=utf-8';
const PAGES: Record<string, { file: string; type: string }> = {
  '/town-archive/flood-of-1998': { file: 'flood-of-1998.html', type: HTML },
  '/field-station/nesting-survey-2026': { file: 'nesting-survey-2026.html', type: HTML },
  '/field-station/nest-boxes': { file: 'nest-boxes.html', type: HTML },
  '/brandt/price-list': { file: 'price-list.html', type: HTML },
  '/brandt/sign-in': { file: 'sign-in.html', type: HTML },
  '/water-office/gauge-7': { file: 'gauge-7.html', type: HTML },
  '/style.css': { file: 'style.css', type: 'text/css' },
};
/** Everything behind it asks to sign in first, and nobody can. */
const PORTAL = '/brandt/orders/';

/** Serves the pages on a free port of this machine, for this machine alone. */
export async function startSite(): Promise<Site> {
  const server = createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No free port was found.');
  const host = `localhost:${address.port}`;
  return {
    host,
    url: `http://${host}`,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

const serve: RequestListener = (request, response) => {
  const path = (request.url ?? '/').replace(/[?#].*$/u, '');
  if (path.startsWith(PORTAL)) {
    response.writeHead(302, { location: `/brandt/sign-in?next=${encodeURIComponent(path)}` }).end();
    return;
  }
  sendPage(path, response).catch((error: unknown) =>
    response.destroy(error instanceof Error ? error : undefined),
  );
};

async function sendPage(path: string, response: ServerResponse): Promise<void> {
  const page = Object.hasOwn(PAGES, path) ? PAGES[path] : undefined;
  if (page === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is no such page.\n');
    return;
  }
  const content = await readFile(new URL(`content/site/${page.file}`, import.meta.url));
  response.writeHead(200, { 'content-type': page.type }).end(content);
}
