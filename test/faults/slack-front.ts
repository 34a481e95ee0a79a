import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands between the app and the fake Slack, and answers single addresses as no Slack of ours would. */
export interface SlackFront {
  /** Begins to stand there. @returns where the app finds the API now. */
  between(apiUrl: string): Promise<string>;
  /** Answers requests for a path below, the nth of them counted from 1. @returns the whole address. */
  on(path: string, answer: (response: ServerResponse, nth: number) => void): string;
  /** The token of every request for that path. */
  tokens(path: string): (string | undefined)[];
  close(): Promise<void>;
}

export function createSlackFront(): SlackFront {
  const answers = new Map<string, (response: ServerResponse, nth: number) => void>();
  const seen = new Map<string, (string | undefined)[]>();
  let behind = '';
  const server = createServer((asked, response) => {
    const path = asked.url ?? '/';
    const answer = answers.get(path);
    if (answer === undefined) return passOn(behind, asked, response);
    const tokens = [...(seen.get(path) ?? []), asked.headers.authorization];
    seen.set(path, tokens);
    answer(response, tokens.length);
  });
  const own = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    async between(apiUrl) {
      behind = new URL(apiUrl).origin;
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      return `${own()}${new URL(apiUrl).pathname}`;
    },
    on(path, answer) {
      answers.set(path, answer);
      return `${own()}${path}`;
    },
    tokens: (path) => seen.get(path) ?? [],
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function passOn(behind: string, asked: IncomingMessage, response: ServerResponse): void {
  const { method, headers } = asked;
  const onward = request(`${behind}${asked.url}`, { method, headers }, (reply) => {
    response.writeHead(reply.statusCode ?? 502, reply.headers);
    reply.pipe(response);
  });
  onward.on('error', () => response.destroy());
  asked.pipe(onward);
}
