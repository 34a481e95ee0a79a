import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { type Control, controlOf, type SlackMessage, until } from '../../scripts/demo/control.ts';
import { readOptions } from '../../scripts/demo/options.ts';
import { BOT, CHANNELS, PEOPLE } from '../../scripts/demo/workspace.ts';

/** The first start fetches the local Slack through npm. */
const START_LIMIT_MS = 120_000;
const TSX = createRequire(import.meta.url).resolve('tsx/cli');
const MAIN = fileURLToPath(new URL('../../scripts/demo/main.ts', import.meta.url));
const { id: CHANNEL } = CHANNELS.fieldGuide;

interface Run {
  control: Control;
  dir: string;
  /** Everything the demo wrote to the terminal so far. */
  output(): string;
  ended: Promise<number | null>;
  stop(signal: NodeJS.Signals): void;
  /** Programs that this run started and that still run; only Linux can tell. */
  leftOver(): Promise<string[]>;
}

/** Runs the demo as a person would, in a folder of its own so that a demo of the developer is not disturbed. */
async function run(args: string[], environment: Record<string, string> = {}, port = 0): Promise<Run> {
  const dir = await mkdtemp(path.join(tmpdir(), 'milepost-demo-'));
  const mark = `MILEPOST_TEST_RUN=${randomUUID()}`;
  const [name = '', value = ''] = mark.split('=');
  const inherited = Object.entries(process.env).filter(([key]) => !key.startsWith('OPENAI_'));
  const child = spawn(process.execPath, [TSX, MAIN, ...args], {
    cwd: dir,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...Object.fromEntries(inherited), ...environment, [name]: value },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const ended = once(child, 'close').then(() => child.exitCode);
  return {
    control: controlOf(`http://localhost:${port}`),
    dir,
    output: () => output,
    ended,
    stop: (signal) => child.kill(signal),
    leftOver: () => programsWith(mark),
  };
}

async function programsWith(mark: string): Promise<string[]> {
  if (process.platform !== 'linux') return [];
  const found = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/u.test(name))
      .map(async (pid) => {
        const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
        if (!environment.split('\0').includes(mark)) return [];
        return [(await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ')];
      }),
  );
  return found.flat();
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('No free port was found.');
  return address.port;
}

/** @returns the running demo, or why the local Slack cannot be had on this machine. */
async function startDemo(): Promise<Run | string> {
  const port = await freePort();
  const demo = await run(['--slack-port', String(port)], {}, port);
  let ended = false;
  demo.ended.then(() => {
    ended = true;
  });
  await until(
    async () => (ended || demo.output().includes('Ready after') ? true : undefined),
    'The start of the demo',
    START_LIMIT_MS,
  );
  if (!ended) return demo;
  await rm(demo.dir, { recursive: true, force: true });
  const unavailable = /npm could not (?:fetch|be started)|local-slack comes through npx/u.test(demo.output());
  if (unavailable) return `The local Slack cannot be fetched here: ${demo.output()}`;
  throw new Error(`The demo did not start:\n${demo.output()}`);
}

async function nothingLeft(demo: Run): Promise<void> {
  // What watches over the programs ends a moment after them.
  await until(
    async () => ((await demo.leftOver()).length === 0 ? true : undefined),
    'The end of all programs',
  ).catch(async () => expect(await demo.leftOver()).toEqual([]));
  await rm(demo.dir, { recursive: true, force: true });
}

const inWords = ({ text, blocks }: SlackMessage): string =>
  blocks === undefined ? (text ?? '') : JSON.stringify(blocks);

describe('the demo', () => {
  let started: Run | string;

  beforeAll(async () => {
    started = await startDemo();
  }, START_LIMIT_MS + 10_000);

  afterAll(async () => {
    if (typeof started === 'string') return;
    started.stop('SIGTERM');
    await started.ended;
    await rm(started.dir, { recursive: true, force: true });
  });

  const running = ({ skip }: TestContext): Run => {
    if (typeof started === 'string') return skip(started);
    return started;
  };

  async function thread({ control }: Run, title: string): Promise<string> {
    const cards = (await control.messages(CHANNEL)).filter((one) => one.text === `Milestone ${title}`);
    const [card] = cards;
    if (card === undefined) throw new Error(`There is no card "${title}".`);
    return card.ts;
  }

  async function ask(demo: Run, title: string, question: string): Promise<string> {
    const threadTs = await thread(demo, title);
    const text = `<@${BOT.id}> ${question}`;
    const ts = await demo.control.say({ channel: CHANNEL, user: PEOPLE.ada.id, text, threadTs });
    return until(async () => {
      const messages = await demo.control.messages(CHANNEL);
      const answer = messages.find(
        (one) =>
          one.user === BOT.id && one.thread_ts === threadTs && one.subtype !== 'ephemeral' && one.ts > ts,
      );
      return answer === undefined ? undefined : inWords(answer);
    }, `The answer to "${question}"`);
  }

  /** Shares a link and waits for the paperclip and for the line that only its author sees. */
  async function share(demo: Run, title: string, url: string): Promise<string> {
    const threadTs = await thread(demo, title);
    const text = `have a look at ${url}`;
    const ts = await demo.control.say({ channel: CHANNEL, user: PEOPLE.ada.id, text, threadTs });
    return until(async () => {
      const messages = await demo.control.messages(CHANNEL);
      const own = messages.find((one) => one.ts === ts);
      const line = messages.find(
        (one) => one.ephemeral_to === PEOPLE.ada.id && one.thread_ts === threadTs && one.ts > ts,
      );
      const clipped = own?.reactions?.some(({ name }) => name === 'paperclip') === true;
      return clipped && line !== undefined ? inWords(line) : undefined;
    }, `The attaching of ${url}`);
  }

  it('prints the address and what to try', (context) => {
    const demo = running(context);
    expect(demo.output()).toMatch(/Open http:\/\/localhost:\d+ and choose "Ada Okafor"/u);
    expect(demo.output()).toContain('@Milepost How many words does chapter three have?');
    expect(demo.output()).toContain('/project');
  });

  it('answers in a milestone thread from the document of that milestone, in less than three seconds', async (context) => {
    const demo = running(context);
    const begun = performance.now();
    const answer = await ask(demo, 'Outline', 'How many words does chapter three have?');
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(answer).toContain('chapter-plan.md');
    expect(answer).toContain('6,400 words');
    expect(answer).toContain('3 of 5 attachments in *Outline*, 2 from the project');
  });

  it('says "not in this milestone" to a question about what only the neighbour has', async (context) => {
    const demo = running(context);
    const words = await ask(demo, 'Printing', 'How many words does chapter three have?');
    expect(words).toContain('not in this milestone');
    expect(words).not.toContain('6,400');
    const cost = await ask(demo, 'Outline', 'What does printing one copy cost?');
    expect(cost).toContain('not in this milestone');
    expect(cost).not.toContain('2.85');
    expect(await ask(demo, 'Printing', 'What does printing one copy cost?')).toContain('2.85 euros');
  });

  it('attaches a link once where it was shared, and a second time in the thread of the neighbour', async (context) => {
    const demo = running(context);
    const url = 'https://example.com/nest-boxes';
    const listed = async (title: string) =>
      (await ask(demo, title, 'What is attached here?')).split(`<${url}>`).length - 1;

    const line = await share(demo, 'Outline', url);
    expect(line).toContain('Attached to *Outline*');
    expect(line).toContain('"Undo"');
    expect(await listed('Outline')).toBe(1);
    expect(await listed('Printing')).toBe(0);

    await share(demo, 'Outline', `${url}?utm_source=newsletter#top`);
    expect(await listed('Outline')).toBe(1);

    expect(await share(demo, 'Printing', url)).toContain('Attached to *Printing*');
    expect(await listed('Printing')).toBe(1);
    expect(await listed('Outline')).toBe(1);
  });

  it('refuses a port that is taken, with one sentence', async (context) => {
    const demo = running(context);
    const port = /localhost:(\d+)/u.exec(demo.output())?.[1] ?? '';
    const second = await run(['--slack-port', port]);
    expect(await second.ended).toBe(1);
    expect(second.output()).toMatch(
      /^The demo could not start\. Port \d+ is in use\. Stop what uses it or run: npm run demo -- --slack-port \d+\n$/u,
    );
    await nothingLeft(second);
  });

  it('stops with SIGTERM: exit code 0 and nothing left', async (context) => {
    const demo = running(context);
    if (process.platform === 'linux') expect(await demo.leftOver()).not.toEqual([]);
    demo.stop('SIGTERM');
    expect(await demo.ended).toBe(0);
    await nothingLeft(demo);
    await expect(demo.control.messages(CHANNEL)).rejects.toThrow();
  });
});

it(
  'the demo says so and stops when a part of it dies',
  async ({ skip }) => {
    const demo = await startDemo();
    if (typeof demo === 'string') return skip(demo);
    const lock = path.join(demo.dir, '.data', 'demo-mongo', 'mongod.lock');
    process.kill(Number((await readFile(lock, 'utf8')).trim()), 'SIGKILL');
    expect(await demo.ended).toBe(1);
    expect(demo.output()).toContain('MongoDB was ended by a signal, so the demo stops.');
    await nothingLeft(demo);
  },
  START_LIMIT_MS + 30_000,
);

it.each([
  [['--port', '4000'], 'The demo does not know "--port". It takes --slack-port <number> and --help.'],
  [['4000'], 'The demo does not know "4000". It takes --slack-port <number> and --help.'],
  [['--slack-port'], 'Give --slack-port a whole number from 1 to 65535'],
  [['--slack-port', 'many'], 'Give --slack-port a whole number from 1 to 65535'],
  [['--slack-port=70000'], 'Give --slack-port a whole number from 1 to 65535'],
])('the demo refuses %j and says what it takes', (args, why) => {
  const options = readOptions(args);
  expect(options.do === 'refuse' ? options.why : options).toContain(why);
});

it('the demo takes a port, explains itself when asked to, and needs neither', () => {
  expect(readOptions([])).toEqual({ do: 'run', slackPort: 3900 });
  expect(readOptions(['--slack-port', '4000'])).toEqual({ do: 'run', slackPort: 4000 });
  expect(readOptions(['--slack-port=4000', '--help'])).toEqual({ do: 'help' });
});

it('the demo ends with code 1 after a wrong option', async () => {
  const demo = await run(['--port']);
  expect(await demo.ended).toBe(1);
  expect(demo.output()).toBe('The demo does not know "--port". It takes --slack-port <number> and --help.\n');
  await nothingLeft(demo);
});

it('the demo names every wrong variable before it starts anything', async () => {
  const demo = await run([], { OPENAI_BASE_URL: 'nonsense' });
  expect(await demo.ended).toBe(1);
  expect(demo.output()).toContain('OPENAI_BASE_URL: Give the whole address');
  expect(demo.output()).toContain('OPENAI_MODEL: name the model');
  await nothingLeft(demo);
});
