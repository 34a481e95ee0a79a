import { execFile } from 'node:child_process';
import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectStores } from '../../src/store/connect.ts';
import { type EmbeddedMongo, findEmbeddedMongo, startEmbeddedMongo } from '../../src/store/embedded-mongo.ts';
import { createApiKeys } from '../../src/use-cases/api-keys.ts';
import { silent } from '../contracts/drivers.ts';
import { startFakeSlack } from '../support/fake-slack/index.ts';
import { useMongo } from '../support/mongo.ts';

const run = promisify(execFile);
const SCRIPT = fileURLToPath(new URL('../../scripts/api-key.ts', import.meta.url));
const mongo = useMongo('api-key');

/** The script as a person calls it, in a folder of its own. */
async function apiKey(args: string[], env: Record<string, string>, cwd = folder) {
  const command = ['--import', import.meta.resolve('tsx'), SCRIPT, ...args];
  const { PATH = '', HOME = '' } = process.env;
  const ended = run(process.execPath, command, { cwd, env: { PATH, HOME, ...env } });
  return ended.then(
    ({ stdout }) => ({ code: 0, out: stdout, err: '' }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      code: error.code,
      out: error.stdout,
      err: error.stderr,
    }),
  );
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'milepost-key-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const secretIn = (text: string): string => /mp_T\w+_[\w-]{43}/u.exec(text)?.[0] ?? '';
const idIn = (text: string): string => /[0-9a-f]{24}/u.exec(text)?.[0] ?? '';

async function withKeys<T>(
  uri: string,
  act: (keys: ReturnType<typeof createApiKeys>) => Promise<T>,
): Promise<T> {
  const { stores, close } = await connectStores(uri, silent);
  try {
    return await act(createApiKeys(stores));
  } finally {
    await close();
  }
}

describe('npm run api-key', () => {
  it('makes a key that opens the API, lists it without its secret, and revokes it', async () => {
    const slack = await startFakeSlack();
    const env = { MONGODB_URI: mongo.uri, SLACK_BOT_TOKEN: slack.botToken, SLACK_API_URL: slack.apiUrl };
    const made = await apiKey(['create', 'My', 'planner'], env);
    expect(made).toMatchObject({ code: 0, err: '' });
    const secret = secretIn(made.out);
    expect(made.out).toContain(`curl -H "Authorization: Bearer ${secret}"`);
    const found = await withKeys(mongo.uri, (keys) => keys.find(secret));
    expect(found).toMatchObject({ name: 'My planner' });

    const listed = await apiKey(['list'], env);
    expect(listed.out).toContain('My planner');
    expect(listed.out).toContain('valid');
    expect(listed.out).not.toContain(secret.slice(-43));

    expect(await apiKey(['revoke', idIn(listed.out)], env)).toMatchObject({ code: 0 });
    expect(await withKeys(mongo.uri, (keys) => keys.find(secret))).toBeNull();
    expect((await apiKey(['list'], env)).out).toContain('revoked');
    await slack.close();
  });

  it('says in a sentence what is missing', async () => {
    const env = { MONGODB_URI: mongo.uri };
    expect((await apiKey(['create'], env)).err).toContain('npm run api-key -- create <name>');
    expect((await apiKey(['list'], env)).err).toContain('Set SLACK_BOT_TOKEN');
    expect((await apiKey(['list', '--team', 'T1'], env)).out).toContain('There are no keys yet');
    expect(await apiKey(['revoke', 'nobody', '--team', 'T1'], env)).toMatchObject({
      code: 1,
      err: 'There is no key with this id. See: npm run api-key -- list\n',
    });
    expect((await apiKey(['list', '--team', 'T1'], { MONGODB_URI: 'localhost' })).err).toContain(
      'mongodb://',
    );
  });
});

describe('the embedded MongoDB', () => {
  let embedded: EmbeddedMongo | undefined;
  afterAll(() => embedded?.stop());

  it('is found by npm run api-key while Milepost runs on it, and not after it stopped', async () => {
    const dataDir = path.join(folder, '.data', 'mongo');
    embedded = await startEmbeddedMongo({ dataDir });
    expect(await findEmbeddedMongo(dataDir)).toBe(embedded.uri);
    const made = await apiKey(['create', 'Beside', '--team', 'T1'], {});
    expect(made).toMatchObject({ code: 0 });
    expect(await withKeys(embedded.uri, (keys) => keys.find(secretIn(made.out)))).toMatchObject({
      name: 'Beside',
    });
    await embedded.stop();
    expect(await findEmbeddedMongo(dataDir)).toBeNull();
    await expect(access(path.join(dataDir, 'milepost.json'))).rejects.toThrow();
    expect((await apiKey(['list', '--team', 'T1'], {})).out).toContain('Beside');
  });
});
