import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Slack as far as a benchmark needs it: says yes to everything, at once, and tells of every post and every Home. */
export interface SlackStub {
  apiUrl: string;
  /** Which channels each person is in; nobody else is in any. */
  channels: Map<string, string[]>;
  /** Called with the text of every chat.postMessage. */
  onPost: (text: string) => void;
  /** Called with the person and the view, as JSON, of every views.publish. */
  onHome: (userId: string, view: string) => void;
  close(): void;
}

export const TEAM = 'T0BENCH';
export const BOT = 'U0BOT';

type Reply = (body: URLSearchParams) => object;

export async function startSlackStub(): Promise<SlackStub> {
  const stub: SlackStub = {
    apiUrl: '',
    channels: new Map(),
    onPost: () => undefined,
    onHome: () => undefined,
    close: () => server.close(),
  };
  const replies = repliesOf(stub);
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

function repliesOf(stub: SlackStub): Record<string, Reply> {
  let count = 0;
  return {
    'auth.test': () => ({ team_id: TEAM, user_id: BOT, bot_id: 'B0BOT', url: 'https://bench.slack.com/' }),
    'users.info': (body) => ({ user: { id: body.get('user'), real_name: 'Anna', team_id: TEAM } }),
    'users.conversations': (body) => ({
      channels: (stub.channels.get(body.get('user') ?? '') ?? []).map((id) => ({
        id,
        name: id.toLowerCase(),
        is_channel: true,
        is_private: false,
        context_team_id: TEAM,
      })),
    }),
    'chat.postMessage': (body) => {
      count += 1;
      stub.onPost(body.get('text') ?? '');
      return { ts: `${Math.floor(Date.now() / 1_000)}.${String(count).padStart(6, '0')}` };
    },
    'views.publish': (body) => {
      count += 1;
      const userId = body.get('user_id') ?? '';
      stub.onHome(userId, body.get('view') ?? '');
      return { view: { id: `V${userId}`, hash: `${count}.bench` } };
    },
  };
}
