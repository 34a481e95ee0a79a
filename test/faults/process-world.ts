import { type AppProcess, startAppProcess } from '../support/app-process.ts';
import { type FakeSlack, startFakeSlack } from '../support/fake-slack/index.ts';
import { type ModelProvider, startModelProvider } from '../support/model-provider.ts';
import { dropDatabase, freshDatabaseUri } from '../support/mongo.ts';
import { untilIdle } from './invariant.ts';
import { type MongoGate, startMongoGate } from './mongo-gate.ts';

type Said = Awaited<ReturnType<FakeSlack['say']>>;

/** A workspace with a project, and Milepost as a process of its own that can be killed and started again. */
export interface ProcessWorld {
  slack: FakeSlack;
  provider: ModelProvider;
  /** The app talks to MongoDB through it. */
  gate: MongoGate;
  mongoUri: string;
  anna: string;
  channel: string;
  /** The process that was started last; Slack's events go to it. */
  app: AppProcess;
  /** Starts a process (one more, if the last one still runs) and points Slack at it. */
  start(env?: Record<string, string>): Promise<AppProcess>;
  /** Points Slack's events at a process. */
  pointAt(app: AppProcess): Promise<void>;
  /** Makes the channel a project through /project. @returns the ts of the milestones' threads. */
  setUp(milestones: string[]): Promise<Record<string, string>>;
  /** Writes a mention. Slack does not send its events again by itself. */
  mention(thread: string, text: string): Promise<Said>;
  /** Slack's retry of both events of a mention. */
  redeliver(said: Said): Promise<Said['delivered']>;
  close(): Promise<void>;
}

export interface ProcessWorldOptions {
  delivery?: 'http' | 'socket';
  env?: Record<string, string>;
  /** How long Slack waits for an answer: three seconds in real life. */
  ackTimeoutMs?: number;
  /** Where the app finds Slack's API, when something stands between the two. */
  apiThrough?: (apiUrl: string) => Promise<string>;
}

/** Short leases, so that the work of a killed process is free again soon; short waits between tries. */
const IMPATIENT = { JOB_LEASE_SECONDS: '2', JOB_BACKOFF_MS: '20' };

export async function startProcessWorld(options: ProcessWorldOptions = {}): Promise<ProcessWorld> {
  const slack = await startFakeSlack({ ackTimeoutMs: options.ackTimeoutMs ?? 10_000 });
  const provider = await startModelProvider();
  const mongoUri = freshDatabaseUri('faults');
  const gate = await startMongoGate(mongoUri);
  const anna = slack.addUser({ name: 'anna', realName: 'Anna Berg' });
  const channel = slack.addChannel({ name: 'book', members: [anna] });
  const isSocket = options.delivery === 'socket';
  const apiUrl = (await options.apiThrough?.(slack.apiUrl)) ?? slack.apiUrl;
  const apps: AppProcess[] = [];
  const env = {
    ...IMPATIENT,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_API_URL: apiUrl,
    MONGODB_URI: gate.uri,
    OPENAI_BASE_URL: provider.baseUrl,
    OPENAI_MODEL: 'test-model',
    ...(isSocket ? { SLACK_APP_TOKEN: slack.appToken } : { SLACK_SIGNING_SECRET: slack.signingSecret }),
    ...options.env,
  };

  async function pointAt(app: AppProcess): Promise<void> {
    if (isSocket) await slack.connect({ socketMode: true });
    else await slack.connect({ requestUrl: `http://127.0.0.1:${app.port}/slack/events` });
  }

  async function start(more: Record<string, string> = {}): Promise<AppProcess> {
    gate.reopen();
    const app = await startAppProcess({ ...env, ...more });
    apps.push(app);
    await pointAt(app);
    world.app = app;
    return app;
  }

  const world: Omit<ProcessWorld, 'app'> & { app?: AppProcess } = {
    ...{ slack, provider, gate, mongoUri, anna, channel, start, pointAt },
    async setUp(milestones) {
      await slack.command({ user: anna, channel, command: '/project' });
      const fields = { name: 'Book', purpose: 'A field guide to rivers', milestones: milestones.join('\n') };
      const done = await slack.submit(anna, fields);
      if (done.errors !== undefined) throw new Error(`The form was refused: ${JSON.stringify(done.errors)}`);
      const cards = await slack.until(() => {
        const found = slack.messages(channel).filter((one) => one.text.startsWith('Milestone '));
        return found.length === milestones.length && found;
      }, 'all cards are posted');
      await untilIdle({ slack, mongoUri });
      return Object.fromEntries(cards.map((card) => [card.text.replace('Milestone ', ''), card.ts]));
    },
    mention: (thread, text) =>
      slack.say({
        user: anna,
        channel,
        threadTs: thread,
        text: `<@${slack.botUserId}> ${text}`,
        retries: false,
      }),
    redeliver: ({ events }) =>
      Promise.all(
        Object.values(events).map((event) =>
          slack.deliver(event, { retryNum: 1, retryReason: 'http_timeout' }),
        ),
      ),
    async close() {
      provider.release();
      slack.release();
      await Promise.all(apps.map((app) => app.kill()));
      await slack.close();
      await provider.close();
      await gate.close();
      await dropDatabase(mongoUri);
    },
  };
  await start();
  return world as ProcessWorld;
}
