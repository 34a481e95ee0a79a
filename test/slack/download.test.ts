import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { DomainError } from '../../src/domain/errors.ts';
import { OutageError, PermanentError, WaitError } from '../../src/ports/jobs.ts';
import { createWebClient } from '../../src/slack/call.ts';
import { download } from '../../src/slack/download.ts';
import { captureLog } from '../support/log.ts';
import { startWebServer, type WebServer } from './web-server.ts';

let server: WebServer;
let elsewhere: WebServer;
beforeAll(async () => {
  [server, elsewhere] = await Promise.all([startWebServer(), startWebServer()]);
});
afterEach(() => vi.unstubAllGlobals());
afterAll(() => Promise.all([server.close(), elsewhere.close()]));

const still = (): AbortSignal => new AbortController().signal;

function fetched(address = `${server.url}files-pri/a.txt`, limit = 100, signal = still()): Promise<unknown> {
  const client = createWebClient('xoxb-test', `${server.url}api/`, captureLog());
  return download(address, client, limit, signal).then(
    (bytes) => new TextDecoder().decode(bytes),
    (error: unknown) => error,
  );
}

async function outcome(reply: Parameters<WebServer['answer']>[0]): Promise<unknown> {
  server.answer(reply);
  return fetched();
}

describe('A file that Slack hands out', () => {
  it('is read with the token of the bot, up to the limit', async () => {
    server.answer((res) => res.writeHead(200, { 'content-type': 'text/plain' }).end('The heron waits.'));
    expect(await fetched()).toBe('The heron waits.');
    expect(server.asked.at(-1)?.authorization).toBe('Bearer xoxb-test');
    expect(await fetched(undefined, 5)).toMatchObject({ code: 'document_too_large' });
  });

  it('is read up to the limit whatever length it announces, or none at all', async () => {
    server.answer((res) => {
      res.writeHead(200, { 'content-type': 'text/plain' });
      const send = (error?: Error | null): void => {
        if (error == null && !res.destroyed) res.write('The heron waits. ', (e) => setImmediate(send, e));
      };
      send();
    });
    expect(await fetched()).toMatchObject({ code: 'document_too_large' });
  });

  it('may be a page, also one that speaks of Slack', async () => {
    const page = '<html><head><title>How we use Slack</title></head><body>Ask Anna.</body></html>';
    server.answer((res) => res.writeHead(200, { 'content-type': 'text/html' }).end(page));
    expect(await fetched(`${server.url}files-pri/a.html`)).toBe(page);
  });
});

describe('A file that Slack does not hand out', () => {
  it.each([401, 403, 404, 410])('with %d is refused', async (status) => {
    const error = await outcome((res) => res.writeHead(status).end('no'));
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({ code: 'attachment_not_found' });
  });

  it('but its sign-in page is refused', async () => {
    const page = await outcome((res) => res.writeHead(200, { 'content-type': 'text/html' }).end('Sign in'));
    expect(page).toMatchObject({ code: 'attachment_not_found' });
  });

  it('but its sign-in page is refused where a page was shared as well', async () => {
    const signIn =
      '<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to Slack</body>';
    server.answer((res) => res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(signIn));
    expect(await fetched(`${server.url}files-pri/a.html`)).toMatchObject({ code: 'attachment_not_found' });
  });

  it.each([301, 302, 307])(
    'but sends somewhere else with %d is refused, and nobody goes there',
    async (status) => {
      const error = await outcome((res) => res.writeHead(status, { location: elsewhere.url }).end());
      expect(error).toMatchObject({ code: 'attachment_not_found' });
      expect(elsewhere.asked).toEqual([]);
    },
  );

  it('because it is nobody of Slack’s is refused without asking', async () => {
    const asked = server.asked.length;
    expect(await fetched('https://evil.example/a.txt')).toMatchObject({ code: 'attachment_not_found' });
    expect(await fetched('no address')).toMatchObject({ code: 'attachment_not_found' });
    expect(server.asked.length).toBe(asked);
  });

  it.each([
    'https://docs.google.com/document/d/1/edit',
    'https://files.slack.com.evil.example/a.txt',
    'https://evilfiles.slack.com/a.txt',
    'http://files.slack.com/a.txt',
    'https://files.slack.com:8443/a.txt',
    'https://somebody@files.slack.com/a.txt',
    'https://slack.com/a.txt',
    'https://acme.slack.com/files/U1/F1/a.txt',
  ])('never gets the token: %s', async (address) => {
    const asked: string[] = [];
    vi.stubGlobal('fetch', async (to: string) => {
      asked.push(to);
      return new Response('x');
    });
    const client = createWebClient('xoxb-test', undefined, captureLog());
    const refused = await download(address, client, 100, still()).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'attachment_not_found' });
    expect(asked).toEqual([]);
    await expect(download('https://files.slack.com/a.txt', client, 100, still())).resolves.toHaveLength(1);
    expect(asked).toEqual(['https://files.slack.com/a.txt']);
  });
});

describe('A download that nobody waits for any more', () => {
  it.each([
    ['before Slack answers', () => undefined],
    ['in the middle of the file', (res) => void res.writeHead(200).write('The heron')],
  ] satisfies [string, Parameters<WebServer['answer']>[0]][])('ends %s', async (_, begin) => {
    const given = new AbortController();
    const stopped = new Error('the app stops');
    const left = new Promise<void>((resolve) => {
      server.answer((res) => {
        res.once('close', resolve);
        begin(res);
        setImmediate(() => given.abort(stopped));
      });
    });

    expect(await fetched(undefined, undefined, given.signal)).toBe(stopped);
    await left;
    const asked = server.asked.length;
    expect(await fetched(undefined, undefined, given.signal)).toBe(stopped);
    expect(server.asked.length).toBe(asked);
  });
});

describe('A file that Slack cannot hand out now', () => {
  it.each([
    ['7', 7],
    ['9999', 60],
    [undefined, 1],
  ])('and asks to wait %s seconds for is waited for', async (header, seconds) => {
    const headers = header === undefined ? {} : { 'retry-after': header };
    const error = await outcome((res) => res.writeHead(429, headers).end());
    expect(error).toBeInstanceOf(WaitError);
    expect(error).toMatchObject({ seconds });
  });

  it.each([
    ['fails', (res) => res.writeHead(503).end('down')],
    ['breaks off', (res) => res.destroy()],
    [
      'breaks off half-way',
      (res) => {
        res.writeHead(200, { 'content-length': '100' });
        res.write('The heron', () => res.destroy());
      },
    ],
  ] satisfies [string, Parameters<WebServer['answer']>[0]][])(
    'since it %s is tried again, and each try counts',
    async (_, reply) => {
      const error = await outcome(reply);
      expect(error).toBeInstanceOf(Error);
      for (const other of [DomainError, WaitError, PermanentError, OutageError])
        expect(error).not.toBeInstanceOf(other);
    },
  );
});
