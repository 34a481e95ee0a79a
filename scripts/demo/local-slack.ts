import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { cacheDir } from '../../src/store/cache-dir.ts';
import { type GuardedChild, spawnGuarded } from '../../src/store/guarded-child.ts';
import { fetchFromNpm, npmCommand } from '../../src/store/npm-binary.ts';

/** What local-slack reads as its configuration file. */
export interface LocalSlackConfig {
  workspace: { name: string; domain: string; teamId: string };
  apps: LocalSlackApp[];
  users: { id: string; name: string; real_name: string }[];
  channels: {
    id: string;
    name: string;
    is_private?: boolean;
    topic?: string;
    purpose?: string;
    members: string[];
  }[];
}

export interface LocalSlackApp {
  appId: string;
  botUserId: string;
  botName: string;
  botToken: string;
  appToken: string;
  signingSecret: string;
  mode: 'socket' | 'events';
  /** Where signed events are sent in the mode `events`. */
  requestUrl?: string;
}

export interface LocalSlackOptions {
  config: LocalSlackConfig;
  port: number;
  /** For the configuration, and for uploaded files until it stops. It is made if it does not exist. */
  dir: string;
  onProgress?: (line: string) => void;
}

export interface LocalSlack {
  /** The page to open in a browser. */
  url: string;
  /** For `SLACK_API_URL`; it ends with a slash. */
  apiUrl: string;
  stop(): Promise<void>;
  /** Resolves when local-slack has ended, with its exit code (null after a signal); also when it ends by itself. */
  exited: Promise<number | null>;
}

const VERSION = '0.1.8';
const READY_LIMIT_MS = 20_000;
/** Where npx fetches first, the wait includes the download of some 40 MB. */
const READY_LIMIT_WITH_NPX_MS = 180_000;

/** One package per platform, each with one program. Other platforms go through npx. */
const PINNED: Record<string, { name: string; integrity: string }> = {
  'linux-x64': {
    name: 'local-slack-linux-x64',
    integrity:
      'sha512-2BCTKxKajjZNWCSCj66Jq5VDScUDNpGZ1lA3281I8RvpDE4/ULCwC26TlcW6/4sPbSTs02Q3KjTiltJp3ZBEvg==',
  },
};

/**
 * Starts a local Slack (browser page, Web API, Socket Mode, control API) and waits until it answers. It ends when
 * this process ends, even by SIGKILL. It has no host option and listens on every address of the machine, with the
 * tokens of `config` as its only protection: put no real token and nothing private into it.
 * Rejects with an Error whose message says what to do: port in use, program not to be had, or its own reason.
 */
export async function startLocalSlack(options: LocalSlackOptions): Promise<LocalSlack> {
  const { port, dir } = options;
  const progress = options.onProgress ?? (() => undefined);
  await assertPortIsFree(port);
  await mkdir(dir, { recursive: true });
  const configFile = path.resolve(dir, 'local-slack.json');
  await writeFile(configFile, JSON.stringify(options.config, null, 2));
  const source = await program(progress);
  // One for each port: two can run in one folder, and what one of them removes is its own.
  const filesDir = path.resolve(dir, `files-${port}`);
  await mkdir(filesDir, { recursive: true });
  progress(`Starting the local Slack on port ${port} …`);
  const child = await spawnGuarded(source.command, [
    ...source.args,
    ...['--config', configFile, '--port', String(port), '--files-dir', filesDir],
  ]);
  const url = `http://localhost:${port}`;
  await waitUntilReady(child, url, source);
  const stop = async (): Promise<void> => {
    await child.stop(2000);
    // It knows nothing of them at its next start.
    await rm(filesDir, { recursive: true, force: true });
  };
  return { url, apiUrl: `${url}/api/`, exited: child.exited, stop };
}

/** Both addresses, because a program which holds only 127.0.0.1 would get our requests instead of local-slack. */
async function assertPortIsFree(port: number): Promise<void> {
  for (const host of ['::', '127.0.0.1']) {
    const server = createServer();
    const code = await new Promise<string | undefined>((resolve) => {
      server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      server.listen(port, host, () => resolve(undefined));
    });
    if (code === undefined) await new Promise((resolve) => server.close(resolve));
    if (code === 'EADDRINUSE') throw new Error(portInUse(port));
  }
}

function portInUse(port: number): string {
  return `Port ${port} is in use. Stop what uses it or run: npm run demo -- --slack-port ${port + 1}`;
}

interface Program {
  command: string;
  args: string[];
  limitMs: number;
  /** What else the person can do when it fails. */
  advice: string;
}

async function program(progress: (line: string) => void): Promise<Program> {
  const platform = `${process.platform}-${process.arch}`;
  const pinned = PINNED[platform];
  if (!pinned) {
    progress(`Starting local-slack ${VERSION} through npx (the first time it is fetched) …`);
    const [command, first] = npmCommand();
    const args = [...first, 'exec', '--yes', `--package=local-slack@${VERSION}`, '--', 'local-slack'];
    const advice =
      `On ${platform} local-slack comes through npx. If that fails: run the demo on Linux x64 (a container will do), ` +
      'or use a Slack workspace with `npm start`.';
    return { command, args, limitMs: READY_LIMIT_WITH_NPX_MS, advice };
  }
  const intoDir = path.join(cacheDir(), `local-slack-${VERSION}-${platform}`);
  const binary = path.join(intoDir, 'local-slack');
  if (!existsSync(binary)) {
    const files = { 'package/bin/local-slack': 'local-slack' };
    await fetchFromNpm({ ...pinned, version: VERSION, files, intoDir, onProgress: progress });
  }
  return { command: binary, args: [], limitMs: READY_LIMIT_MS, advice: '' };
}

async function waitUntilReady(child: GuardedChild, url: string, { limitMs, advice }: Program): Promise<void> {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    // The reader stays: nobody else empties these pipes.
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > 30) lines.shift();
    });
  }
  let ended = false;
  child.exited.then(() => {
    ended = true;
  });
  const giveUpAt = Date.now() + limitMs;
  while (!(await answers(url))) {
    const late = Date.now() > giveUpAt;
    if (late) await child.stop(1000);
    if (late || ended) {
      const what = late
        ? `did not answer on ${url} within ${limitMs / 1000} seconds`
        : 'ended before it was ready';
      throw new Error(`The local Slack ${what}:\n${reason(lines)}\n${advice}`.trim());
    }
    await delay(50);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/_control/state`, { signal: AbortSignal.timeout(1000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** When it fails, the program prints its own minified source around the reason. */
function reason(lines: string[]): string {
  const told = lines.filter(
    (line) => line.trim() !== '' && line.length < 300 && !/^\s*(\d+ \||at )/.test(line),
  );
  return told.slice(-6).join('\n') || 'It gave no reason.';
}
