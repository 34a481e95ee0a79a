/** Keys of the HTTP API: npm run api-key -- create <name> | list | revoke <id> */
import { parseArgs } from 'node:util';
import { config as loadDotenv } from 'dotenv';
import { type DatabaseConfig, readDatabase } from '../src/config.ts';
import type { Log } from '../src/ports/log.ts';
import { openWorkspace } from '../src/slack/installation.ts';
import { connectStores } from '../src/store/connect.ts';
import { findEmbeddedMongo, startEmbeddedMongo } from '../src/store/embedded-mongo.ts';
import { type ApiKeys, createApiKeys } from '../src/use-cases/api-keys.ts';

const HELP = `Keys let bots use Milepost's HTTP API and its MCP server.

  npm run api-key -- create <name>   makes a key and shows it once
  npm run api-key -- list            shows which keys there are
  npm run api-key -- revoke <id>     from now on that key opens nothing

  --team T…   the workspace; without it Slack is asked whose SLACK_BOT_TOKEN is`;

const DATA_DIR = '.data/mongo';
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { team: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const [act = '', ...words] = positionals;
  const wanted = words.join(' ');
  const complete = act === 'list' ? words.length === 0 : ['create', 'revoke'].includes(act) && wanted !== '';
  if (values.help === true) return say(HELP);
  if (!complete) throw new Error(HELP);
  loadDotenv({ quiet: true });
  const config = readDatabase(process.env);
  const teamId = values.team ?? (await teamOf(config));
  await withKeys(config, async (keys) => {
    if (act === 'create') await create(keys, teamId, wanted);
    else if (act === 'list') await list(keys, teamId);
    else await revoke(keys, teamId, wanted);
  });
}

async function create(keys: ApiKeys, teamId: string, name: string): Promise<void> {
  const { key, secret } = await keys.create(teamId, name);
  say(`The key of “${key.name}” (id ${key.id}). It is shown this once; keep it as you keep a password:

  ${secret}

Try it:

  curl -H "Authorization: Bearer ${secret}" http://localhost:3000/api/v1/projects`);
}

async function list(keys: ApiKeys, teamId: string): Promise<void> {
  const all = await keys.list(teamId);
  if (all.length === 0) return say('There are no keys yet. Make one with: npm run api-key -- create <name>');
  for (const { id, name, createdAt, revokedAt } of all) {
    const state = revokedAt === null ? 'valid' : `revoked ${day(revokedAt)}`;
    say(`${id}  made ${day(createdAt)}  ${state}  ${name}`);
  }
}

async function revoke(keys: ApiKeys, teamId: string, id: string): Promise<void> {
  const key = await keys.revoke(teamId, id);
  if (key === null) throw new Error('There is no key with this id. See: npm run api-key -- list');
  say(`The key of “${key.name}” opens nothing any more.`);
}

async function teamOf({ slack }: DatabaseConfig): Promise<string> {
  if (slack === null) {
    throw new Error('Set SLACK_BOT_TOKEN, as for npm start, or name the workspace with --team T…');
  }
  return (await openWorkspace({ ...slack, heardBots: [] }, silent)).installation.teamId;
}

/** On the database that Milepost uses: the one named, the embedded one that runs, else that one started for a moment. */
async function withKeys({ mongoUri }: DatabaseConfig, act: (keys: ApiKeys) => Promise<void>): Promise<void> {
  const running = mongoUri ?? (await findEmbeddedMongo(DATA_DIR));
  const mongo = running === null ? await startEmbeddedMongo({ dataDir: DATA_DIR }) : null;
  try {
    const { stores, close } = await connectStores(running ?? mongo?.uri ?? '', silent).catch(
      (error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        throw new Error(`The database could not be reached: ${why}`, { cause: error });
      },
    );
    try {
      await act(createApiKeys(stores));
    } finally {
      await close();
    }
  } finally {
    await mongo?.stop();
  }
}

const day = (date: Date): string => date.toISOString().slice(0, 10);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
