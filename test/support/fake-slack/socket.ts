import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Reply } from './events.ts';
import { type Fields, fieldsOf, parseJson, stringOf } from './json.ts';
import type { World } from './world.ts';

/** The Slack end of Socket Mode: hello, envelopes, acks, pings, disconnect. */
export interface Sockets {
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void;
  count(): number;
  send(type: string, payload: Fields, extras: Fields): Promise<Reply>;
  /** Asks the app to reconnect, as Slack does when it recycles a connection. */
  refresh(reason?: string): void;
  /** Cuts every connection without a word. */
  drop(): void;
  close(): void;
}

const PING_MS = 5000;

export function createSockets(world: World): Sockets {
  const server = new WebSocketServer({ noServer: true });
  const open: WebSocket[] = [];
  const awaitingAck = new Map<string, (payload: unknown) => void>();
  let turn = 0;

  function welcome(socket: WebSocket) {
    open.push(socket);
    const ping = setInterval(() => socket.ping(), PING_MS);
    ping.unref();
    const leave = () => {
      clearInterval(ping);
      const index = open.indexOf(socket);
      if (index >= 0) open.splice(index, 1);
      world.journal.changed();
    };
    socket.on('close', leave);
    socket.on('error', leave);
    socket.on('message', (data) => {
      const ack = fieldsOf(parseJson(String(data)));
      const resolve = awaitingAck.get(stringOf(ack.envelope_id));
      if (resolve) resolve(ack.payload);
      else
        world.journal.violate(
          `Socket Mode: a message that acknowledges nothing: ${String(data).slice(0, 200)}`,
        );
    });
    socket.send(
      JSON.stringify({
        type: 'hello',
        num_connections: open.length,
        debug_info: { host: 'applink-1', build_number: 1, approximate_connection_time: 18_060 },
        connection_info: { app_id: world.app.appId },
      }),
    );
    world.journal.changed();
  }

  return {
    upgrade(req, socket, head) {
      const { searchParams } = new URL(req.url ?? '/', world.url);
      if (!world.socketTickets.delete(searchParams.get('ticket') ?? '')) {
        socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
        return;
      }
      server.handleUpgrade(req, socket, head, welcome);
    },
    count: () => open.length,
    send(type, payload, extras) {
      const started = Date.now();
      turn += 1;
      const socket = open[turn % Math.max(open.length, 1)];
      if (!socket) return Promise.resolve({ status: 0, body: 'no socket is open', ms: 0 });
      const envelopeId = world.ids.next('envelope-');
      return new Promise((resolve) => {
        const finish = (status: Reply['status'], body: unknown) => {
          clearTimeout(timer);
          socket.off('close', gone);
          awaitingAck.delete(envelopeId);
          resolve({ status, body, ms: Date.now() - started });
        };
        const gone = () => finish('no ack', 'the socket closed');
        const timer = setTimeout(() => finish('no ack', 'timed out'), world.ackTimeoutMs);
        socket.on('close', gone);
        awaitingAck.set(envelopeId, (body) => finish(200, body));
        const accepts = { accepts_response_payload: false };
        socket.send(JSON.stringify({ envelope_id: envelopeId, payload, type, ...accepts, ...extras }));
      });
    },
    refresh(reason = 'refresh_requested') {
      for (const socket of open) socket.send(JSON.stringify({ type: 'disconnect', reason, debug_info: {} }));
    },
    drop() {
      for (const socket of open.splice(0)) socket.terminate();
    },
    close() {
      for (const socket of open.splice(0)) socket.terminate();
      server.close();
    },
  };
}
