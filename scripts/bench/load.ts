import { createHmac } from 'node:crypto';
import { Agent, request } from 'node:http';
import { SIGNING_SECRET } from './config.ts';

/** Latencies in milliseconds of the requests that were acknowledged with 200, and how long the whole run took. */
export interface LoadResult {
  acknowledged: number;
  failed: number;
  seconds: number;
  latencies: number[];
}

const agent = new Agent({ keepAlive: true, maxSockets: 256, timeout: 3_000 });

/** Sends one signed event as Slack does. @returns the HTTP status. */
export function send(port: number, body: string): Promise<number> {
  const timestamp = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', SIGNING_SECRET).update(`v0:${timestamp}:${body}`).digest('hex');
  return new Promise((resolve, reject) => {
    const call = request(
      {
        agent,
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: '/slack/events',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'x-slack-request-timestamp': timestamp,
          'x-slack-signature': `v0=${signature}`,
        },
      },
      (reply) => {
        reply.resume();
        reply.on('end', () => resolve(reply.statusCode ?? 0));
      },
    );
    call.on('error', reject);
    call.end(body);
  });
}

/** As many events as the target takes with `connections` at once, for `seconds`. */
export async function flood(
  port: number,
  seconds: number,
  connections: number,
  next: () => string,
): Promise<LoadResult> {
  const started = performance.now();
  const until = started + seconds * 1_000;
  const result: LoadResult = { acknowledged: 0, failed: 0, seconds: 0, latencies: [] };
  const one = async (): Promise<void> => {
    while (performance.now() < until) await measured(port, next(), result);
  };
  await Promise.all(Array.from({ length: connections }, one));
  result.seconds = (performance.now() - started) / 1_000;
  return result;
}

/** `rate` events a second, whether the target keeps up or not, for `seconds`. */
export async function drip(
  port: number,
  seconds: number,
  rate: number,
  next: () => string,
): Promise<LoadResult> {
  const result: LoadResult = { acknowledged: 0, failed: 0, seconds, latencies: [] };
  const pending: Promise<void>[] = [];
  const started = performance.now();
  for (let sent = 0; sent < rate * seconds; sent += 1) {
    const due = started + (sent * 1_000) / rate;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    pending.push(measured(port, next(), result));
  }
  await Promise.all(pending);
  return result;
}

async function measured(port: number, body: string, result: LoadResult): Promise<void> {
  const started = performance.now();
  const status = await send(port, body).catch(() => 0);
  if (status === 200) {
    result.acknowledged += 1;
    result.latencies.push(performance.now() - started);
  } else {
    result.failed += 1;
  }
}

/** The value below which `share` (0–1) of the numbers lie. */
export function percentile(numbers: number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
