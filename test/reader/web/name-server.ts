import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import ipaddr from 'ipaddr.js';

/** A name server of this machine. */
export interface NameServer {
  /** Such as `127.0.0.1:41234`. */
  address: string;
  /** What it was asked, such as `A page.example`, in order. */
  asked: string[];
  /** Resolves when it was asked so many different questions. */
  untilAsked(questions: number): Promise<void>;
  close(): Promise<void>;
}

const KINDS: Record<number, string> = { 1: 'A', 28: 'AAAA' };
const NO_SUCH_NAME = 3;

/**
 * Starts one.
 * @param answers by question, such as `A page.example`; null is never answered. A name without any is not there.
 */
export async function startNameServer(answers: Record<string, string[] | null>): Promise<NameServer> {
  const asked: string[] = [];
  const waiting = new Map<() => void, number>();
  const socket = createSocket('udp4');
  const different = (): number => new Set(asked).size;
  socket.on('message', (message, { port, address }) => {
    const { question, name, end } = questionOf(message);
    asked.push(question);
    for (const [tell, number] of waiting) if (different() >= number) tell();
    const isKnown = Object.keys(answers).some((one) => one.endsWith(` ${name}`));
    const found = answers[question];
    if (found === null) return;
    socket.send(replyTo(message.subarray(0, end), found ?? [], isKnown ? 0 : NO_SUCH_NAME), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    untilAsked: (number) =>
      new Promise((resolve) => {
        if (different() >= number) resolve();
        else waiting.set(resolve, number);
      }),
    async close() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

function questionOf(message: Buffer): { question: string; name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length).toLowerCase());
    at += length + 1;
  }
  const name = labels.join('.');
  const kind = message.readUInt16BE(at + 1);
  return { question: `${KINDS[kind] ?? kind} ${name}`, name, end: at + 5 };
}

function replyTo(question: Buffer, addresses: string[], code: number): Buffer {
  const head = Buffer.from(question);
  head.writeUInt16BE(0x8180 | code, 2);
  head.writeUInt16BE(addresses.length, 6);
  // Nothing but the question and the answers.
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...addresses.map(record)]);
}

/** The name is that of the question; it may be remembered for a minute. */
function record(address: string): Buffer {
  const bytes = ipaddr.parse(address).toByteArray();
  const kind = bytes.length === 4 ? 1 : 28;
  return Buffer.from([0xc0, 12, 0, kind, 0, 1, 0, 0, 0, 60, 0, bytes.length, ...bytes]);
}
