import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { type SlackMessage, until } from '../../scripts/demo/control.ts';
import { readOptions } from '../../scripts/demo/options.ts';
import { BOT, CHANNELS, PEOPLE } from '../../scripts/demo/workspace.ts';
import { nothingLeft, type Run, run, START_LIMIT_MS, startDemo } from './run-demo.ts';

const { id: CHANNEL } = CHANNELS.fieldGuide;

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

  const siteOf = (demo: Run): string => {
    const [url] = /http:\/\/localhost:\d+(?=\/field-station\/)/u.exec(demo.output()) ?? [];
    if (url === undefined) throw new Error('The demo names no page of its site.');
    return url;
  };

  /** What the bot wrote in a thread, also what one person alone sees, once it says all of these words. */
  async function told(demo: Run, title: string, ...words: string[]): Promise<string> {
    const threadTs = await thread(demo, title);
    return until(
      async () => {
        const own = (await demo.control.messages(CHANNEL)).filter((one) => one.thread_ts === threadTs);
        return own
          .filter((one) => one.user === BOT.id)
          .map(inWords)
          .find((text) => words.every((word) => text.includes(word)));
      },
      `Saying ${words.join(', ')} in ${title}`,
    );
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
    // Whoever asks right after the start waits until the page that was just linked is read.
    await ask(demo, 'Outline', 'What is attached here?');
    const begun = performance.now();
    const answer = await ask(demo, 'Outline', 'How many words does chapter three have?');
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(answer).toContain('chapter-plan.md');
    expect(answer).toContain('6,400 words');
    expect(answer).toContain('4 of 4 attachments in *Outline*, 2 from the project');
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

  it('shows an answer from the beginning, with the page of the PDF it is from', async (context) => {
    const demo = running(context);
    const answer = await told(demo, 'Species pages', 'at least 60 metres away from a kingfisher nest');
    expect(answer).toMatch(/\[\d+, page 2\]> nest-protection\.pdf/u);
  });

  it('opens the pages that people linked and answers from them', async (context) => {
    const demo = running(context);
    const answer = await ask(demo, 'Species pages', 'How many pairs of kingfishers nested in 2026?');
    expect(answer).toContain(`<${siteOf(demo)}/field-station/nesting-survey-2026|[`);
    expect(answer).toContain('Nine pairs of kingfishers nested in 2026');
  });

  it('reads a spreadsheet that a person uploaded, and cites sheet and rows', async (context) => {
    const demo = running(context);
    const answer = await ask(demo, 'Printing', 'How many copies did the Mill Bookshop order?');
    expect(answer).toMatch(/\[\d+, sheet Orders, rows 2–12\]> advance-orders\.xlsx/u);
    expect(answer).toContain('Mill Bookshop | Alder Mill | 2027-01-11 | 120');
  });

  it('says that the page of the portal can only be read after signing in', async (context) => {
    const demo = running(context);
    expect(await ask(demo, 'Printing', 'What is attached here?')).toContain(
      `<${siteOf(demo)}/brandt/orders/27-0418> (not read: it can only be read after signing in)`,
    );
  });

  it('reads a file that is uploaded in a thread', async (context) => {
    const demo = running(context);
    const file = new File(['bookmark;pieces\nwith the otter;1500\n'], 'bookmarks.csv');
    const threadTs = await thread(demo, 'Outline');
    await demo.control.say({ channel: CHANNEL, user: PEOPLE.ada.id, text: 'The bookmarks', threadTs, file });
    await told(demo, 'Outline', 'bookmarks.csv', 'Attached to');
    const answer = await ask(demo, 'Outline', 'How many pieces of the bookmark with the otter?');
    expect(answer).toContain('bookmarks.csv');
    expect(answer).toContain('1500');
  });

  it('attaches a link once where it was shared, and a second time in the thread of the neighbour', async (context) => {
    const demo = running(context);
    const url = `${siteOf(demo)}/field-station/nest-boxes`;
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
    expect(await ask(demo, 'Printing', 'How wide is the entrance of a nest box for kingfishers?')).toContain(
      '6.5 centimetres wide',
    );
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
    const page = `${siteOf(demo)}/brandt/price-list`;
    expect((await fetch(page)).status).toBe(200);
    if (process.platform === 'linux') expect(await demo.leftOver()).not.toEqual([]);
    demo.stop('SIGTERM');
    expect(await demo.ended).toBe(0);
    await nothingLeft(demo);
    await expect(demo.control.messages(CHANNEL)).rejects.toThrow();
    await expect(fetch(page)).rejects.toThrow();
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
