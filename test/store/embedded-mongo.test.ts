import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { MongoClient } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type EmbeddedMongo, startEmbeddedMongo } from '../../src/store/embedded-mongo.ts';
import { resolveMongod } from '../../src/store/find-mongod.ts';
import { dropDatabase, freshDatabaseUri } from '../support/mongo.ts';

const windows = process.platform === 'win32';
let root: string;
const running: EmbeddedMongo[] = [];

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'milepost-mongo-test-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
});
afterAll(async () => {
  await Promise.all(running.map((mongo) => mongo.stop()));
  await rm(root, { recursive: true, force: true, maxRetries: 5 });
});

async function start(options: Parameters<typeof startEmbeddedMongo>[0]): Promise<EmbeddedMongo> {
  const mongo = await startEmbeddedMongo(options);
  running.push(mongo);
  return mongo;
}

async function withClient<T>(uri: string, work: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 5000 });
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

const writeOne = (uri: string, text: string) =>
  withClient(uri, (client) =>
    client
      .db('kept')
      .collection('notes')
      .insertOne({ text }, { writeConcern: { w: 1, journal: true } }),
  );

const readAll = (uri: string) =>
  withClient(uri, async (client) => {
    const notes = await client.db('kept').collection('notes').find().sort({ _id: 1 }).toArray();
    return notes.map((note) => String(note.text));
  });

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** With MONGODB_URI nothing was fetched for this run, and no mongod of ours is wanted. */
describe.skipIf(Boolean(process.env.MONGODB_URI))('startEmbeddedMongo', () => {
  it.concurrent('keeps its data over a stop, a SIGKILL and a change of the port', async () => {
    const dataDir = path.join(root, 'not', 'there', 'yet');
    const first = await start({ dataDir });
    await writeOne(first.uri, 'before the stop');
    await first.stop();
    await first.stop();
    const second = await start({ dataDir });
    expect(second.uri).not.toBe(first.uri);
    await writeOne(second.uri, 'before the kill');
    process.kill(second.pid, 'SIGKILL');
    expect(await second.exited).toBe(null);
    const third = await start({ dataDir });
    expect(await readAll(third.uri)).toEqual(['before the stop', 'before the kill']);
    await third.stop();
  });

  it.concurrent('lets only one mongod into a data folder and says who is there', async () => {
    const dataDir = path.join(root, 'one-at-a-time');
    const first = await start({ dataDir });
    const lines: string[] = [];
    const second = startEmbeddedMongo({ dataDir, onProgress: (line) => lines.push(line) });
    await expect(second).rejects.toThrow(
      new RegExp(`already in use by a mongod which runs as process ${first.pid}.*stop it or set MONGODB_URI`),
    );
    expect(lines.filter((line) => line.startsWith('Waiting for'))).toHaveLength(1);
    await writeOne(first.uri, 'the first is not disturbed');
    await first.stop();
  });

  it.concurrent('waits for a mongod which is just ending in that folder', async () => {
    const dataDir = path.join(root, 'takes-over');
    const first = await start({ dataDir });
    await writeOne(first.uri, 'handed over');
    const second = start({ dataDir });
    await delay(300);
    await first.stop();
    expect(await readAll((await second).uri)).toEqual(['handed over']);
    await (await second).stop();
  });

  it('without a data folder leaves nothing on the disk', async () => {
    const temporary = await temporaryFolder();
    const mongo = await start({});
    expect(await readdir(temporary)).toEqual([expect.stringMatching(/^milepost-mongo-/)]);
    await mongo.stop();
    expect(isAlive(mongo.pid)).toBe(false);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('names the port when it is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = address !== null && typeof address === 'object' ? address.port : 0;
    await expect(start({ port })).rejects.toThrow(`port ${port} is in use`);
    server.close();
  });

  it("gives mongod's own reason when it cannot start", async () => {
    const starting = start({ serverParameters: { noSuchParameter: '1' } });
    await expect(starting).rejects.toThrow(/could not start[\s\S]*noSuchParameter/i);
  });

  it.skipIf(windows)('ends with the process which started it, however that one ends', async () => {
    const dataDir = path.join(root, 'orphan');
    const { parent, pid, uri } = await startInAnotherProcess(dataDir);
    await writeOne(uri, 'of a process which dies');
    parent.kill('SIGKILL');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 10_000, interval: 25 });
    const next = await start({ dataDir });
    expect(await readAll(next.uri)).toEqual(['of a process which dies']);
    await next.stop();
  });

  it.skipIf(windows)('removes the temporary folder of a process which was killed', async () => {
    const temporary = await temporaryFolder();
    const { parent, pid } = await startInAnotherProcess();
    expect(await readdir(temporary)).toContainEqual(expect.stringMatching(/^milepost-mongo-/));
    parent.kill('SIGKILL');
    await vi.waitFor(
      async () => {
        const left = (await readdir(temporary)).filter((name) => name.startsWith('milepost-mongo-'));
        expect({ left, alive: isAlive(pid) }).toEqual({ left: [], alive: false });
      },
      { timeout: 10_000, interval: 50 },
    );
  });
});

/** Points this test, and the processes it starts, to a temporary folder which nobody else uses. */
async function temporaryFolder(): Promise<string> {
  const dir = path.join(root, 'temporary', String(Math.random()));
  await mkdir(dir, { recursive: true });
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) vi.stubEnv(name, dir);
  return dir;
}

async function startInAnotherProcess(
  dataDir?: string,
): Promise<{ parent: ChildProcess; pid: number; uri: string }> {
  const module = pathToFileURL(path.resolve('src/store/embedded-mongo.ts')).href;
  const script = `
    import { startEmbeddedMongo } from ${JSON.stringify(module)};
    const mongo = await startEmbeddedMongo(${JSON.stringify(dataDir === undefined ? {} : { dataDir })});
    console.log(JSON.stringify({ pid: mongo.pid, uri: mongo.uri }));
    setInterval(() => undefined, 1000);
  `;
  const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const line = await new Promise<string>((resolve, reject) => {
    parent.stdout.once('data', (data: Buffer) => resolve(data.toString()));
    parent.once('exit', (code) => reject(new Error(`the other process ended with ${code}`)));
  });
  const { pid, uri }: { pid: number; uri: string } = JSON.parse(line);
  return { parent, pid, uri };
}

describe.skipIf(windows)('resolveMongod', () => {
  async function fakeMongod(folder: string, version: string): Promise<string> {
    const dir = await mkdtemp(path.join(root, folder));
    const file = path.join(dir, 'mongod');
    await writeFile(file, `#!/bin/sh\necho "db version v${version}"\n`);
    await chmod(file, 0o755);
    return file;
  }

  it('takes MONGOMS_SYSTEM_BINARY before a mongod on the PATH', async () => {
    const named = await fakeMongod('named-', '8.0.1');
    const onPath = await fakeMongod('path-', '7.0.9');
    vi.stubEnv('PATH', `${path.dirname(onPath)}${path.delimiter}${process.env.PATH}`);
    expect(await resolveMongod()).toEqual({ binary: onPath, source: 'PATH' });
    vi.stubEnv('MONGOMS_SYSTEM_BINARY', named);
    expect(await resolveMongod()).toEqual({ binary: named, source: 'MONGOMS_SYSTEM_BINARY' });
  });

  it('does not silently take another one when MONGOMS_SYSTEM_BINARY is wrong', async () => {
    vi.stubEnv('MONGOMS_SYSTEM_BINARY', path.join(root, 'nowhere', 'mongod'));
    await expect(resolveMongod()).rejects.toThrow(/MONGOMS_SYSTEM_BINARY is .*ENOENT.*Correct or remove it/);
    vi.stubEnv('MONGOMS_SYSTEM_BINARY', await fakeMongod('old-', '4.2.24'));
    await expect(resolveMongod()).rejects.toThrow(/it is version 4\.2, and 4\.4 is the oldest/);
  });

  it('passes over a mongod on the PATH which is too old', async () => {
    const old = await fakeMongod('old-', '3.6.0');
    const fine = await fakeMongod('fine-', '8.2.0');
    const cache = path.join(root, 'cache', 'milepost', 'mongod-8.2.0-linux-x64');
    await cp(path.dirname(fine), cache, { recursive: true });
    vi.stubEnv('XDG_CACHE_HOME', path.join(root, 'cache'));
    vi.stubEnv('PATH', `${path.dirname(old)}`);
    expect(await resolveMongod()).toEqual({ binary: path.join(cache, 'mongod'), source: 'cache' });
  });
});

describe("the run's MongoDB", () => {
  const uri = freshDatabaseUri('embedded-mongo');
  afterAll(() => dropDatabase(uri));

  it('gives every call a database name of its own', () => {
    expect(freshDatabaseUri('a b/c')).toMatch(/\/t_a_b_c_[0-9a-f]{8}(\?|$)/);
    expect(freshDatabaseUri('same')).not.toBe(freshDatabaseUri('same'));
  });

  it.skipIf(Boolean(process.env.MONGODB_URI))(
    'refuses a query without an index, and nothing else',
    async () => {
      await withClient(uri, async (client) => {
        const notes = client.db().collection('notes');
        await notes.insertMany([{ word: 'a' }, { word: 'b' }]);
        await expect(notes.findOne({ word: 'a' })).rejects.toThrow(
          /NoQueryExecutionPlans|no query solutions|notablescan/i,
        );
        await notes.createIndex({ word: 1 });
        expect(await notes.findOne({ word: 'a' })).toMatchObject({ word: 'a' });
        expect(await client.db().listCollections().toArray()).toHaveLength(1);
        await client.db().dropDatabase();
        expect(await client.db().listCollections().toArray()).toEqual([]);
      });
    },
  );
});
