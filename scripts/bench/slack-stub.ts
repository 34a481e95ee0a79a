import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Slack as far as a benchmark needs it: says yes to everything, at once, and tells of every post. */
export interface SlackStub {
  apiUrl: string;
  /** Called with the text of every chat.postMessage. */
  onPost: (text: string) => void;
  close(): void;
}

export const TEAM = 'T0BENCH';
export const BOT = 'U0BOT';

export async function startSlackStub(): Promise<SlackStub> {
  let posts = 0;
  const stub: SlackStub = { apiUrl: '', onPost: () => undefined, close: () => server.close() };
  const replies: Record<string, (body: URLSearchParams) => object> = {
    'auth.test': () => ({ team_id: TEAM, user_id: BOT, bot_id: 'B0BOT', url: 'https://bench.slack.com/' }),
    'users.info': (body) => ({ user: { id: body.get('user'), real_name: 'Anna', team_id: TEAM } }),
    'chat.postMessage': (body) => {
      posts += 1;
      stub.onPost(body.get('text') ?? '');
      return { ts: `${Math.floor(Date.now() / 1_000)}.${String(posts).padStart(6, '0')}` };
    },
  };
  const server = createServer(async (request, response) => {
    const method = request.url?.split('/').at(-1) ?? '';
    const body = new URLSearchParams(await text(request));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ok: true, ...replies[method]?.(body) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stub.apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`;
  return stub;
}
