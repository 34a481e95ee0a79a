import path from 'node:path';
import { MongoClient } from 'mongodb';
import { pino } from 'pino';
import { type Milepost, startMilepost } from '../../src/compose.ts';
import { type Config, readConfig } from '../../src/config.ts';
import { startEmbeddedMongo } from '../../src/store/embedded-mongo.ts';
import { createApiKeys } from '../../src/use-cases/api-keys.ts';
import { controlOf } from './control.ts';
import { startLocalSlack } from './local-slack.ts';
import { seed } from './seed.ts';
import { startSite } from './site.ts';
import { TOKENS, WORKSPACE } from './workspace.ts';

const DATABASE = 'milepost-demo';

export interface DemoOptions {
  slackPort: number;
  /** Database, configuration and uploaded files of the demo. */
  dataDir: string;
  environment: Record<string, string | undefined>;
  say: (line: string) => void;
  /** Told of everything at the moment it runs, so that an interrupted start can be undone. */
  onStarted: (started: Started) => void;
}

/** A part of the demo that runs. */
export interface Started {
  name: string;
  stop(): Promise<void>;
  /** Resolves when it has ended, also by itself. Null for what cannot: the app is this process. */
  exited: Promise<number | null> | null;
}

export interface Demo {
  url: string;
  /** Address of the demo's own web site, without a slash at the end. */
  site: string;
  /** Name of the model, or null for the offline model. */
  model: string | null;
  /** For bots outside: where they ask, and the key they ask with. */
  api: { url: string; key: string };
}

/** Starts the web site, local Slack, MongoDB and Milepost, and fills them. */
export async function startDemo({
  slackPort,
  dataDir,
  environment,
  say,
  onStarted,
}: DemoOptions): Promise<Demo> {
  const site = await startSite();
  onStarted({ name: 'The web site', exited: null, stop: site.stop });
  const config = configOf(environment, slackPort, site.host);
  const slack = await startLocalSlack({
    config: WORKSPACE,
    port: slackPort,
    dir: path.join(dataDir, 'demo-slack'),
    onProgress: say,
  });
  onStarted({ name: 'The local Slack', ...slack });
  const mongo = await startEmbeddedMongo({ dataDir: path.join(dataDir, 'demo-mongo'), onProgress: say });
  onStarted({ name: 'MongoDB', ...mongo });
  const mongoUri = `${mongo.uri}${DATABASE}`;
  // The local Slack begins without messages, so the database must not remember any.
  await dropDatabase(mongoUri);
  const log = pino({ level: config.logLevel, base: null }, pino.destination(2));
  say('Starting Milepost and filling the workspace …');
  const milepost: Milepost = await startMilepost(config, mongoUri, log);
  onStarted({
    name: 'Milepost',
    exited: null,
    stop() {
      // What fails because the others have ended is of no interest any more.
      log.level = 'silent';
      return milepost.stop();
    },
  });
  await seed({ milepost, control: controlOf(slack.url), site: site.url });
  const { secret } = await createApiKeys(milepost.stores).create(milepost.teamId, 'demo');
  const api = { url: `http://localhost:${milepost.port}`, key: secret };
  return { url: slack.url, site: site.url, model: config.model?.name ?? null, api };
}

function configOf(environment: DemoOptions['environment'], slackPort: number, siteHost: string): Config {
  const { OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL, PLANNER, PORT, SPECIALISTS_DIR } = environment;
  return readConfig({
    SLACK_BOT_TOKEN: TOKENS.bot,
    SLACK_APP_TOKEN: TOKENS.app,
    SLACK_API_URL: `http://localhost:${slackPort}/api/`,
    LOG_LEVEL: 'warn',
    // Links to this machine are not opened otherwise.
    LINK_PRIVATE_HOSTS: siteHost,
    // Any free one: nothing in the local Slack asks for it.
    PORT: PORT ?? '0',
    PLANNER,
    SPECIALISTS_DIR,
    OPENAI_API_KEY,
    OPENAI_BASE_URL,
    OPENAI_MODEL,
  });
}

async function dropDatabase(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    await client.db().dropDatabase();
  } finally {
    await client.close();
  }
}
