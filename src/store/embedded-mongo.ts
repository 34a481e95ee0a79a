import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { type Progress, resolveMongod } from './find-mongod.ts';
import { type GuardedChild, spawnGuarded } from './guarded-child.ts';

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

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 30_000;
/** A mongod whose Milepost was killed a moment ago needs this long at most to let go of its files. */
const RELEASE_LIMIT_MS = 5_000;
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
    const uri = `mongodb://127.0.0.1:${port}/`;
    const note = path.join(place.dir, NOTE);
    await writeFile(note, JSON.stringify({ uri, pid: child.pid }));
    return {
      uri,
      pid: child.pid,
      exited: child.exited,
      async stop() {
        await rm(note, { force: true });
        await child.stop(STOP_LIMIT_MS);
        await removeIfTemporary(place);
      },
    };
  } catch (error) {
    await removeIfTemporary(place);
    throw error;
  }
}

/** Where the mongod that runs on a data folder is written down. */
const NOTE = 'milepost.json';

/** The address of the mongod that another process of this machine runs on a data folder; null when none does. */
export async function findEmbeddedMongo(dataDir: string): Promise<string | null> {
  const text = await readFile(path.join(path.resolve(dataDir), NOTE), 'utf8').catch(() => null);
  const [, uri, pid] = /^\{"uri":"([^"]+)","pid":(\d+)\}$/u.exec(text ?? '') ?? [];
  if (uri === undefined) return null;
  try {
    // What was killed left its note behind.
    process.kill(Number(pid), 0);
    return uri;
  } catch {
    return null;
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
