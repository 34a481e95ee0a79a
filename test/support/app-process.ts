import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface AppExit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** One line of the app's log. */
export type LogLine = Record<string, unknown> & { msg?: string };

/** Milepost as it runs in production: a process of its own, made from `src/main.ts` and its environment. */
export interface AppProcess {
  /** Where it takes Slack's requests; null in Socket Mode. */
  port: number | null;
  /** What it has logged so far, oldest first. */
  log: LogLine[];
  logged(event: string): boolean;
  exited: Promise<AppExit>;
  /** Sends a signal and goes on. */
  signal(signal: NodeJS.Signals): void;
  /** Sends a signal and waits for the end of the process. */
  kill(signal?: NodeJS.Signals): Promise<AppExit>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Starts Milepost and resolves when it takes requests (or has its socket). The port is a free one. */
export async function startAppProcess(env: Record<string, string>): Promise<AppProcess> {
  const { PATH = '', HOME = '', TMPDIR } = process.env;
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    cwd: ROOT,
    env: { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }), PORT: '0', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = watch(child);
  const { log, started, output } = readLog(child);
  const first = await within(Promise.race([started, exited]), 'The app did not start', output);
  if ('code' in first) throw new Error(`The app ended while it started (${first.code}):\n${output()}`);

  return {
    port: typeof first.port === 'number' ? first.port : null,
    log,
    logged: (event) => log.some((line) => line.msg === event),
    exited,
    signal: (signal) => void child.kill(signal),
    kill(signal = 'SIGKILL') {
      child.kill(signal);
      return within(exited, `The app did not end after ${signal}`, output);
    },
  };
}

/** Longer than anything may take; only to say what the app was doing instead of nothing at all. */
const PATIENCE_MS = 25_000;

async function within<T>(promise: Promise<T>, what: string, output: () => string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}:\n${output()}`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A child that outlives the test run would go on answering; so it goes when we go. */
function watch(child: ChildProcess): Promise<AppExit> {
  const end = (): void => void child.kill('SIGKILL');
  process.once('exit', end);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      process.off('exit', end);
      resolve({ code, signal });
    });
  });
}

function readLog(child: ChildProcess) {
  const log: LogLine[] = [];
  const other: string[] = [];
  const started = new Promise<LogLine>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on('line', (text) => {
        const line = parse(text);
        if (line === null) other.push(text);
        else log.push(line);
        if (line?.msg === 'started') resolve(line);
      });
    }
  });
  const output = (): string => [...log.map((line) => JSON.stringify(line)), ...other].join('\n');
  return { log, started, output };
}

function parse(text: string): LogLine | null {
  try {
    const line: unknown = JSON.parse(text);
    return typeof line === 'object' && line !== null ? { ...line } : null;
  } catch {
    return null;
  }
}
