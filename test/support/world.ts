import { type Milepost, type Overrides, startMilepost } from '../../src/compose.ts';
import { type Config, readConfig } from '../../src/config.ts';
import type { Reader } from '../../src/ports/reader.ts';
import { createParser } from '../../src/reader/files/parse.ts';
import { createLinkReader } from '../../src/reader/web/link-reader.ts';
import { type FakeSlack, startFakeSlack, textOf } from './fake-slack/index.ts';
import { type CapturedLog, captureLog } from './log.ts';
import { type ModelProvider, startModelProvider } from './model-provider.ts';
import { dropDatabase, freshDatabaseUri } from './mongo.ts';
import { type FakeWeb, onlyHere, startWeb } from './web.ts';

/** The threads that read files take a second to start: all worlds of a process share them, and files are read at once. */
const parser = createParser();

/** For `beforeAll`: files are read within moments from then on, so that people are told of them in one line. */
export async function warmReader(): Promise<void> {
  const { signal } = new AbortController();
  const texts = ['# A heading', '<!doctype html><p>A page</p>'].map((text) => Buffer.from(text));
  await Promise.all(
    texts.map((bytes) => parser.parse({ bytes, name: '', mediaType: null, url: null }, signal)),
  );
}

export interface WorldOptions {
  /** `offline`: no model provider is configured. */
  model?: 'provider' | 'offline';
  delivery?: 'http' | 'socket';
  env?: Record<string, string>;
  overrides?: Overrides;
  /** So long a page may take. */
  pageTimeoutMs?: number;
}

/** A workspace with two people in a channel, and Milepost running against it. */
export interface World {
  slack: FakeSlack;
  provider: ModelProvider;
  milepost: Milepost;
  /** A web site whose pages Milepost may open. */
  web: FakeWeb;
  log: CapturedLog;
  mongoUri: string;
  anna: string;
  ben: string;
  channel: string;
  /** Sets a channel up as a project through /project, as a person would. @returns ts of the milestones' threads. */
  setUp(options?: SetUp): Promise<Record<string, string>>;
  /** Mentions the bot and waits for the answer. @returns what the answer says. */
  ask(options: { thread: string; text: string; user?: string; channel?: string }): Promise<string>;
  /** Pastes a text into a milestone through its card. */
  paste(thread: string, text: string, title?: string): Promise<void>;
  /** The bot's messages in a thread after `ts`, as people read them. */
  answersAfter(thread: string, ts: string, channel?: string): string[];
  restart(overrides?: Overrides): Promise<void>;
  close(): Promise<void>;
}

export interface SetUp {
  channel?: string;
  user?: string;
  name?: string;
  purpose?: string;
  milestones?: string[];
}

export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const slack = await startFakeSlack();
  const provider = await startModelProvider();
  const web = await startWeb();
  // Read anew at every start: tests change the environment in between.
  const config = () => configFor(slack, provider, web, options);
  const reader = createWorldReader(config().links, options);
  const mongoUri = freshDatabaseUri('world');
  const log = captureLog();
  const anna = slack.addUser({ name: 'anna', realName: 'Anna Berg' });
  const ben = slack.addUser({ name: 'ben', realName: 'Ben Cole' });
  const channel = slack.addChannel({ name: 'book', members: [anna, ben] });
  const start = async (overrides?: Overrides): Promise<Milepost> => {
    const milepost = await startMilepost(config(), mongoUri, log, {
      reader,
      ...options.overrides,
      ...overrides,
      worker: {
        pollMs: 25,
        backoffMs: 5,
        backoffCapMs: 20,
        ...options.overrides?.worker,
        ...overrides?.worker,
      },
    });
    if (milepost.mode === 'socket') await slack.connect({ socketMode: true });
    else await slack.connect({ requestUrl: `http://127.0.0.1:${milepost.port}/slack/events` });
    return milepost;
  };
  const world: World = {
    slack,
    provider,
    web,
    log,
    mongoUri,
    anna,
    ben,
    channel,
    milepost: await start(),
    setUp: (setUp) => setUpProject(world, setUp),
    ask: (question) => ask(world, question),
    paste: (thread, text, title) => paste(world, thread, text, title),
    answersAfter: (thread, ts, where = channel) =>
      slack
        .thread(where, thread)
        .filter((message) => message.user === slack.botUserId && message.ts > ts)
        .map(textOf),
    async restart(overrides) {
      await world.milepost.stop();
      world.milepost = await start(overrides);
    },
    async close() {
      await world.milepost.stop();
      await reader.close();
      await slack.close();
      await provider.close();
      await web.close();
      await dropDatabase(mongoUri);
    },
  };
  return world;
}

/** As Milepost composes it, with threads that outlive it. */
function createWorldReader(
  { privateHosts, pageBytes }: Config['links'],
  { overrides: { lookup = onlyHere } = {}, pageTimeoutMs = 15_000 }: WorldOptions,
): Reader & { close(): Promise<void> } {
  const { parse } = parser;
  const links = createLinkReader({
    ...{ parse, lookup, privateHosts },
    ...{ pageLimit: pageBytes, timeoutMs: pageTimeoutMs },
  });
  return {
    readLink: links.readLink,
    close: links.close,
    readFile: (name, bytes, signal) => parse({ bytes, name, mediaType: null, url: null }, signal),
  };
}

function configFor(slack: FakeSlack, provider: ModelProvider, web: FakeWeb, options: WorldOptions) {
  const delivery =
    options.delivery === 'socket'
      ? { SLACK_APP_TOKEN: slack.appToken }
      : { SLACK_SIGNING_SECRET: slack.signingSecret };
  const model =
    options.model === 'offline'
      ? {}
      : { OPENAI_BASE_URL: provider.baseUrl, OPENAI_API_KEY: 'test', OPENAI_MODEL: 'test-model' };
  return readConfig({
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_API_URL: slack.apiUrl,
    PORT: '0',
    LINK_PRIVATE_HOSTS: web.host,
    ...delivery,
    ...model,
    ...options.env,
  });
}

async function setUpProject(
  { slack, anna, channel: home, milepost }: World,
  {
    channel = home,
    user = anna,
    name = 'Book',
    purpose = 'A field guide to rivers',
    milestones = ['Outline', 'Cover'],
  }: SetUp = {},
): Promise<Record<string, string>> {
  await slack.command({ user, channel, command: '/project' });
  const done = await slack.submit(user, { name, purpose, milestones: milestones.join('\n') });
  if (done.errors !== undefined) throw new Error(`The form was refused: ${JSON.stringify(done.errors)}`);
  const threads = await slack.until(async () => {
    const project = await milepost.stores.projects.findByChannel(milepost.teamId, channel);
    if (project === null || project.cardTs === null) return undefined;
    const all = await milepost.stores.milestones.listByProject(milepost.teamId, project.id);
    const bound = Object.fromEntries(
      all.flatMap((one) => (one.threadTs === null ? [] : [[one.title, one.threadTs]])),
    );
    return Object.keys(bound).length === milestones.length
      ? { ...bound, project: project.cardTs }
      : undefined;
  }, 'all cards are posted');
  return threads;
}

async function ask(
  world: World,
  {
    thread,
    text,
    user = world.anna,
    channel = world.channel,
  }: { thread: string; text: string; user?: string; channel?: string },
): Promise<string> {
  const { slack } = world;
  const { ts } = await slack.say({ user, channel, threadTs: thread, text: `<@${slack.botUserId}> ${text}` });
  const [answer] = await slack.until(() => {
    const answers = world.answersAfter(thread, ts, channel);
    return answers.length > 0 && !slack.reactions(channel, ts).includes('eyes') ? answers : undefined;
  }, `an answer to "${text}"`);
  return answer ?? '';
}

async function paste(
  { slack, anna, channel }: World,
  thread: string,
  text: string,
  title = '',
): Promise<void> {
  await slack.click({ user: anna, channel, ts: thread, actionId: 'attachment_add' });
  const done = await slack.submit(anna, { content: text, ...(title === '' ? {} : { title }) });
  if (done.errors !== undefined) throw new Error(`The form was refused: ${JSON.stringify(done.errors)}`);
}
