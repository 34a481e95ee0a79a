import { type ChildProcessByStdio, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** A program which ends when this process ends, however this process ends. */
export interface GuardedChild {
  pid: number;
  stdout: Readable;
  stderr: Readable;
  /** The exit code, or null after a signal. Never rejects. */
  exited: Promise<number | null>;
  /** Asks the program to end, makes it end after `graceMs` milliseconds, and waits until it has. */
  stop(graceMs: number): Promise<void>;
}

export interface GuardedChildOptions {
  env?: NodeJS.ProcessEnv;
  /** Only absolute, and only a folder made for this child: it is deleted if this process dies first. */
  removeDir?: string;
}

/**
 * The guard is a process of its own whose input is a pipe held by us: the pipe ends at the moment we are gone,
 * a SIGKILL included, and no process id of ours has to be polled.
 */
const GUARD = `
const { spawnSync } = require('node:child_process');
const { rmSync } = require('node:fs');
const pid = Number(process.argv[1]);
const dir = process.argv[2];
const windows = process.platform === 'win32';
const send = (signal) => { try { process.kill(windows ? pid : -pid, signal); return true; } catch { return false; } };
process.stdin.resume();
process.stdin.once('close', () => {
  if (windows) spawnSync('taskkill', ['/pid', String(pid), '/T', '/F']);
  else send('SIGTERM');
  const started = Date.now();
  const timer = setInterval(() => {
    if (send(0) && Date.now() - started < 20000) return;
    clearInterval(timer);
    send('SIGKILL');
    if (dir) rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }, 50);
});
`;

/**
 * Starts a program which cannot outlive this process. It gets a process group of its own, so that Ctrl-C in a
 * terminal reaches only us and the program is still there while we finish our work.
 * Rejects when the program cannot be started.
 */
export async function spawnGuarded(
  command: string,
  args: string[],
  options: GuardedChildOptions = {},
): Promise<GuardedChild> {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
    env: options.env ?? process.env,
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await once(child, 'spawn');
  const pid = pidOf(child);
  const release = guard(pid, options.removeDir);
  exited.then(release);
  let stopping: Promise<void> | undefined;
  return {
    pid,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    stop(graceMs) {
      stopping ??= stopGroup(child, exited, graceMs);
      return stopping;
    },
  };
}

type Spawned = ChildProcessByStdio<null, Readable, Readable>;

function pidOf(child: Spawned): number {
  if (child.pid === undefined) throw new Error('The program has no process id although it was started');
  return child.pid;
}

function guard(pid: number, removeDir = ''): () => void {
  const process_ = spawn(process.execPath, ['-e', GUARD, '--', String(pid), removeDir], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    windowsHide: true,
    // A loader or an inspector meant for us would only make the guard slow, or stop it.
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  process_.unref();
  process_.once('error', () => undefined);
  process_.stdin.once('error', () => undefined);
  return () => process_.kill('SIGKILL');
}

async function stopGroup(child: Spawned, exited: Promise<unknown>, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), graceMs);
  await exited;
  clearTimeout(timer);
}

function signalGroup(child: Spawned, signal: NodeJS.Signals): void {
  const pid = pidOf(child);
  if (process.platform === 'win32') {
    spawnSync('taskkill', ['/pid', String(pid), '/T', '/F']);
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    child.kill(signal);
  }
}
