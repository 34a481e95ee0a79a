import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server of which every test says what it answers, for replies that no Slack of ours would give. */
export interface WebServer {
  url: string;
  /** Authorization headers of the requests so far, by path. */
  asked: { path: string; authorization: string | undefined; body: string }[];
  answer(reply: (res: ServerResponse) => void): void;
  close(): Promise<void>;
}

export async function startWebServer(): Promise<WebServer> {
  let reply: (res: ServerResponse) => void = (res) => res.end();
  const asked: WebServer['asked'] = [];
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks).toString();
    asked.push({ path: req.url ?? '', authorization: req.headers.authorization, body });
    reply(res);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked,
    answer(next) {
      reply = next;
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
