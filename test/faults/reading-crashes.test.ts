import type { Document } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../reader/web/web.ts';
import { sent } from '../scenarios/acting.ts';
import { article, type FakeWeb, startWeb } from '../support/web.ts';
import { expectOneAnswerEach, repliesIn } from './invariant.ts';
import { type ProcessWorld, startProcessWorld } from './process-world.ts';
import { deadJobs, expectAllRead, linesTo } from './reading-acts.ts';

let web: FakeWeb;
/** As the web, but a test says what happens at each request. */
let site: Site;
let world: ProcessWorld;
let slack: ProcessWorld['slack'];
let anna: string;
let thread: string;
const threads: string[] = [];
beforeAll(async () => {
  [web, site] = await Promise.all([startWeb(), startSite('localhost')]);
  world = await startProcessWorld({ env: { LINK_PRIVATE_HOSTS: `${web.host},${site.host}` } });
  ({ slack, anna } = world);
  const milestones = Array.from({ length: 20 }, (_, at) => `Milestone ${at}`);
  threads.push(...Object.values(await world.setUp(milestones)));
});
beforeEach(() => {
  thread = threads.pop() ?? '';
});
afterEach(async () => {
  world.provider.reset();
  expect(world.gate.waiting()).toBe(0);
  expect(await deadJobs(world)).toEqual([]);
  expect(slack.violations).toEqual([]);
});
afterAll(async () => {
  await world.close();
  await Promise.all([web.close(), site.close()]);
});

type Match = (command: Document) => boolean;
const kill = () => world.app.kill('SIGKILL');
const killAt = (when: 'before' | 'after', match: Match) => world.gate.killAt(when, match, kill);
const queues =
  (kind: string): Match =>
  (command) =>
    command.insert === 'jobs' && command.documents?.[0]?.kind === kind;
const keepsText: Match = (command) => command.update === 'passages';
const completes: Match = (command) =>
  command.update === 'documents' && command.updates?.[0]?.u?.$set?.complete === true;
const ends: Match = (command) =>
  command.findAndModify === 'attachments' && command.update?.$set?.readAt !== undefined;
const holds: Match = (command) => command.update === 'documents' && Array.isArray(command.updates?.[0]?.u);

const sentenceOf = (word: string): string => `The old ferry at the ${word} crossing took nine minutes.`;
const pageOf = (word: string): string => article(`Notes on ${word}`, sentenceOf(word));
const say = (text: string, more: object = {}) =>
  slack.say({ user: anna, channel: world.channel, threadTs: thread, text, retries: false, ...more });

/** The text is there once, people were told in one line, and the next question is answered from it. */
async function expectReadOnce(word: string, lines = 1): Promise<void> {
  const { passages, attachments } = await expectAllRead(world);
  expect(passages.filter((one) => one.text.includes(sentenceOf(word)))).toHaveLength(1);
  expect(attachments.at(-1)).toMatchObject({ state: 'ready', unread: null });
  const told = linesTo(world, anna, thread).filter((line) => line.startsWith('Attached to'));
  expect(told.length).toBeGreaterThan(0);
  expect(told.length).toBeLessThanOrEqual(lines);
  await world.mention(thread, `How long did it take at the ${word} crossing?`);
  await expectOneAnswerEach({ ...world, thread });
  expect(sent(world.provider.requests().at(-1)).split(sentenceOf(word))).toHaveLength(2);
}

describe('A process that is killed with SIGKILL while a page is read', { timeout: 60_000 }, () => {
  /** Kills it as soon as the page is asked for, and lets the page go then. */
  const whenAskedFor = (path: string): void => {
    const release = web.hold(path);
    void slack
      .until(() => web.requests(path).length > 0, 'the page is asked for')
      .then(kill)
      .finally(release);
  };
  const points: [when: string, word: string, plan: (path: string) => void, lines?: number][] = [
    ['before the reading is queued', 'alder', () => killAt('before', queues('read-attachment'))],
    ['while the page is fetched', 'birch', whenAskedFor],
    ['before its text is kept', 'cedar', () => killAt('before', keepsText)],
    ['when its text is kept, and not said to be whole', 'damson', () => killAt('before', completes)],
    ['when its text is kept, and before the outcome is', 'elder', () => killAt('before', ends)],
    ['after the outcome is written', 'fir', () => killAt('after', ends)],
    ['after its text belongs to it', 'gorse', () => killAt('after', holds)],
    ['before the paperclip', 'hazel', () => killAt('before', queues('announce-attachments'))],
    ['between the paperclip and the line', 'ivy', () => killAt('before', queues('tell-attached'))],
    // A line for one person cannot be looked for in Slack: rather twice than never.
    [
      'after the line',
      'juniper',
      () => slack.after('chat.postEphemeral', async () => void (await kill())),
      2,
    ],
  ];

  it.each(points)('%s', async (_, word, plan, lines) => {
    const path = `/${word}`;
    web.put(path, pageOf(word));
    plan(path);
    const said = await say(web.url(path));
    await world.app.exited;
    await world.start();
    if (said.delivered.some(({ status }) => status !== 200)) await world.redeliver(said);
    await expectReadOnce(word, lines);
    expect(slack.reactions(world.channel, said.ts)).toEqual(['paperclip']);
  });

  it('and turned into text', async () => {
    const filler = Array.from({ length: 4_000 }, (_, at) => `In year ${at} nothing is known of it at all.`);
    const html = article('Notes on larch', sentenceOf('larch'), ...filler);
    let visits = 0;
    const url = site.on('/larch', (_, response) => {
      visits += 1;
      response.writeHead(200, { 'content-type': 'text/html' });
      // The last byte is on its way: what is left to be done is to understand it.
      response.end(html, () => void (visits === 1 && kill()));
    });
    await say(url);
    await world.app.exited;
    await world.start();
    await expectReadOnce('larch');
    expect(visits).toBe(2);
  });

  it('and somebody asks about it is asked again, and answers once from the text', async () => {
    const path = '/maple';
    web.put(path, pageOf('maple'));
    const release = web.hold(path);
    await say(web.url(path));
    await slack.until(() => web.requests(path).length > 0, 'the page is asked for');
    await world.mention(thread, 'How long did it take at the maple crossing?');
    await kill();
    release();
    await world.start();
    await expectOneAnswerEach({ ...world, thread });
    expect(repliesIn(world, thread)).toHaveLength(1);
    expect(world.provider.requests().map(sent)).toEqual([expect.stringContaining(sentenceOf('maple'))]);
    await expectAllRead(world);
  });
});

describe('A process that is killed with SIGKILL while a file is kept', { timeout: 60_000 }, () => {
  const points: [when: string, word: string, plan: () => void][] = [
    ['before it is taken from Slack', 'nettle', () => killAt('before', queues('read-attachment'))],
    [
      'while it is taken from Slack',
      'oak',
      () => slack.before('file_download', async () => void (await kill())),
    ],
    ['when its text is kept, and before the outcome is', 'pine', () => killAt('before', ends)],
    ['after the outcome is written', 'quince', () => killAt('after', ends)],
  ];

  it.each(points)('%s', async (_, word, plan) => {
    plan();
    const files = [{ name: `${word}.html`, content: pageOf(word) }];
    const said = await say('', { files });
    await world.app.exited;
    await world.start();
    if (said.delivered.some(({ status }) => status !== 200)) await world.redeliver(said);
    await expectReadOnce(word);
  });
});
