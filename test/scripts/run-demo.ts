import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { type Control, controlOf, until } from '../../scripts/demo/control.ts';

/** The first start fetches the local Slack through npm. */
export const START_LIMIT_MS = 120_000;
const TSX = createRequire(import.meta.url).resolve('tsx/cli');
const MAIN = fileURLToPath(new URL('../../scripts/demo/main.ts', import.meta.url));

/** A demo that was started as a person would. */
export interface Run {
  control: Control;
  dir: string;
  /** Everything the demo wrote to the terminal so far. */
  output(): string;
  ended: Promise<number | null>;
  stop(signal: NodeJS.Signals): void;
  /** Programs that this run started and that still run; only Linux can tell. */
  leftOver(): Promise<string[]>;
}

/** Runs the demo as a person would, in a folder of its own so that a demo of the developer is not disturbed. */
export async function run(args: string[], environment: Record<string, string> = {}, port = 0): Promise<Run> {
  const dir = await mkdtemp(path.join(tmpdir(), 'milepost-demo-'));
  const mark = `MILEPOST_TEST_RUN=${randomUUID()}`;
  const [name = '', value = ''] = mark.split('=');
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith('OPENAI_'));
  const child = spawn(process.execPath, [TSX, MAIN, ...args], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...Object.fromEntries(inherited), ...environment, [name]: value },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(() => child.exitCode);
  return {
    control: controlOf(`http://localhost:${port}`),
    dir,
    output: () => output,
    ended,
    stop: (signal) => child.kill(signal),
    leftOver: () => programsWith(mark),
  };
}

async function programsWith(mark: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const found = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/u.test(name))
      .map(async (pid) => {
        const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
        if (!environment.split('\0').includes(mark)) return [];
        return [(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')];
      }),
  );
  return found.flat();
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('No free port was found.');
  return address.port;
}

/** @returns the running demo, or why the local Slack cannot be had on this machine. */
export async function startDemo(): Promise<Run | string> {
  const port = await freePort();
  const demo = await run(['--slack-port', String(port)], {}, port);
  let ended = false;
  demo.ended.then(() => {
    ended = true;
  });
  await until(
    async () => (ended || demo.output().includes('Ready after') ? true : undefined),
    'The start of the demo',
    START_LIMIT_MS,
  );
  if (!ended) return demo;
  await rm(demo.dir, { recursive: true, force: true });
  const unavailable = /npm could not (?:fetch|be started)|local-slack comes through npx/u.test(demo.output());
  if (unavailable) return `The local Slack cannot be fetched here: ${demo.output()}`;
  throw new Error(`The demo did not start:\n${demo.output()}`);
}

/** Waits until everything that a run started has ended. */
export async function nothingLeft(demo: Run): Promise<void> {
  // What watches over the programs ends a moment after them.
  await until(
    async () => ((await demo.leftOver()).length === 0 ? true : undefined),
    'The end of all programs',
  ).catch(async () => expect(await demo.leftOver()).toEqual([]));
  await rm(demo.dir, { recursive: true, force: true });
}
