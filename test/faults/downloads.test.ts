import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Site, startSite } from '../reader/web/web.ts';
import { sent } from '../scenarios/acting.ts';
import { allOf, expectOneAnswerEach, untilIdle, withDatabase } from './invariant.ts';
import { type ProcessWorld, startProcessWorld } from './process-world.ts';
import { deadJobs, expectAllRead, linesAbout, linesTo, listOf } from './reading-acts.ts';
import { createSlackFront } from './slack-front.ts';

const front = createSlackFront();
/** Where the token of the bot must never go. */
let canary: Site;
let world: ProcessWorld;
let slack: ProcessWorld['slack'];
let anna: string;
let thread: string;
const threads: string[] = [];
beforeAll(async () => {
  canary = await startSite('127.0.0.1');
  world = await startProcessWorld({
    env: { FILE_LIMIT_MB: '1', LINK_PRIVATE_HOSTS: canary.host },
    apiThrough: front.between,
  });
  ({ slack, anna } = world);
  const milestones = Array.from({ length: 20 }, (_, at) => `Milestone ${at}`);
  threads.push(...Object.values(await world.setUp(milestones)));
});
beforeEach(() => {
  thread = threads.pop() ?? '';
});
afterEach(async () => {
  slack.clearFaults();
  world.provider.reset();
  expect(canary.requests).toEqual([]);
  await expectOneAnswerEach({ ...world, thread });
  expect(slack.violations).toEqual([]);
});
afterAll(async () => {
  await world.close();
  await Promise.all([front.close(), canary.close()]);
});

type File = NonNullable<Parameters<ProcessWorld['slack']['say']>[0]['files']>[number];

const REFUSED = 'not read: Slack did not hand it out';
const TOO_LARGE = 'not read: it is larger than the limit';

type Answer = Parameters<typeof front.on>[1];
const pathOf = (name: string): string => `/files-pri/${name}`;
const asked = (name: string): number => front.tokens(pathOf(name)).length;
const MARKDOWN = { 'content-type': 'text/markdown' };
const given =
  (content: string): Answer =>
  (response) =>
    void response.writeHead(200, MARKDOWN).end(content);
const fails =
  (status: number, times: number, then: Answer, headers: Record<string, string> = {}): Answer =>
  (response, nth) =>
    nth > times ? then(response, nth) : void response.writeHead(status, headers).end('no');

/** A file of Slack, and what the app gets when it asks for it. */
function file(name: string, answer: Answer, more: Partial<File> = {}): File {
  return { name, content: 'x', ...more, fields: { url_private_download: front.on(pathOf(name), answer) } };
}

const share = (...files: File[]) =>
  slack.say({ user: anna, channel: world.channel, threadTs: thread, text: '', files, retries: false });

/** The list and the line to its author say the same of it, and so does the prompt of the next question. */
async function expectState(name: string, state: string, prompted: string): Promise<void> {
  await untilIdle(world);
  expect(linesAbout(await listOf(world, anna), name)).toEqual([expect.stringContaining(` · ${state}`)]);
  const told = linesTo(world, anna, thread);
  expect(told).toHaveLength(1);
  expect(linesAbout(told[0] ?? '', name)).toEqual([expect.stringContaining(name)]);
  await world.mention(thread, 'What does it say?');
  await expectOneAnswerEach({ ...world, thread });
  expect(sent(world.provider.requests().at(-1))).toContain(prompted);
}

const expectUnread = (name: string, state: string): Promise<void> =>
  expectState(name, state, `${name} (${state.replace(/ as with.*$/u, '')}`);

describe('A file that Slack hands out in the end', () => {
  it('after three times 500 is read, and nobody is told of that', async () => {
    await share(file('weir.md', fails(500, 3, given('The weir has eleven steps.'))));
    await expectState('weir.md', 'read', 'The weir has eleven steps.');
    expect(asked('weir.md')).toBe(4);
    await expectAllRead(world);
  });

  it('after it has asked to wait is read, and waiting is no failed try', async () => {
    const gates = given('The lock has twelve gates.');
    await share(file('lock.md', fails(429, 2, gates, { 'retry-after': '1' })));
    await expectState('lock.md', 'read', 'The lock has twelve gates.');
    const jobs = await withDatabase(world.mongoUri, (db) => allOf(db, 'jobs'));
    expect(jobs.findLast((job) => job.kind === 'read-attachment')?.attempts).toBe(1);
    await expectAllRead(world);
  });

  it('after the connection broke in the middle is read whole', async () => {
    const content = 'The mill has thirteen wheels.';
    const breaks: Answer = (response, nth) => {
      response.writeHead(200, { ...MARKDOWN, 'content-length': content.length });
      if (nth > 1) response.end(content);
      else response.write(content.slice(0, 9), () => response.destroy());
    };
    await share(file('mill.md', breaks));
    await expectState('mill.md', 'read', content);
    expect(front.tokens(pathOf('mill.md'))).toEqual(Array(2).fill(`Bearer ${slack.botToken}`));
  });

  it('while its name could not be asked for at once is known by its name', async () => {
    slack.failNext('files.info', { kind: 'http500', applied: false }, { times: 2 });
    slack.failNext('files.info', { kind: 'rateLimited', retryAfter: 1 });
    await share(file('pier.md', given('The pier has fourteen posts.'), { checkFileInfo: true }));
    await expectState('pier.md', 'read', 'The pier has fourteen posts.');
    await expectAllRead(world);
  });
});

describe('A file that Slack does not hand out', () => {
  it.each(['dam.md', 'dam.html'])('but its sign-in page, is kept by name: %s', async (name) => {
    const page =
      '<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to Slack</body></html>';
    const type = { 'content-type': 'text/html; charset=utf-8' };
    await share(file(name, (response) => void response.writeHead(200, type).end(page)));
    await expectUnread(name, REFUSED);
    expect(JSON.stringify(world.provider.requests().at(-1))).not.toContain('Sign in to Slack');
  });

  it.each([301, 302, 307, 308])(
    'but redirects elsewhere with %d, is kept, and the token stays',
    async (status) => {
      const name = `sluice-${status}.md`;
      const location = canary.page(`/${name}`, 'The token, please.');
      await share(file(name, (response) => void response.writeHead(status, { location }).end()));
      await expectUnread(name, REFUSED);
      expect(front.tokens(pathOf(name))).toEqual([`Bearer ${slack.botToken}`]);
    },
  );

  it('because its address is nobody of Slack’s, is kept, and nobody is asked', async () => {
    const url_private_download = canary.page('/ford.md', 'The token, please.');
    await share({ name: 'ford.md', content: 'x', fields: { url_private_download } });
    await expectUnread('ford.md', REFUSED);
  });

  it('whenever it is asked, is kept by name at last, and the next one is read', async () => {
    await share(file('quay.md', fails(500, 99, given('x'))));
    await expectUnread('quay.md', REFUSED);
    expect((await deadJobs(world)).map((job) => [job.kind, job.attempts])).toEqual([['read-attachment', 8]]);
    thread = threads.pop() ?? '';
    await share(file('wharf.md', given('The wharf has fifteen rings.')));
    await expectState('wharf.md', 'read', 'The wharf has fifteen rings.');
  });

  it('nor says what it is called, is kept by its id, and the others of its message are read', async () => {
    slack.failNext('files.info', { kind: 'error', error: 'internal_error' }, { times: 99 });
    const said = await share(
      file('cove.md', given('x'), { checkFileInfo: true }),
      file('bay.md', given('The bay has sixteen boats.')),
    );
    const id = String(said.message.files?.[0]?.id);
    await untilIdle(world);
    const list = await listOf(world, anna);
    expect(linesAbout(list, `*${id}*`)).toEqual([expect.stringContaining(' · not read: ')]);
    expect(linesAbout(list, 'bay.md')).toEqual([expect.stringContaining(' · read · ')]);
    expect(linesTo(world, anna, thread)).toHaveLength(1);
    await expectAllRead(world, { given: true });
  });
});

describe('A file that lies about its size', () => {
  it('and is larger than it says is cut off', async () => {
    await share(file('swell.md', given('x'.repeat(1_000_001)), { size: 10 }));
    await expectUnread('swell.md', TOO_LARGE);
  });

  it('and never ends is cut off', async () => {
    const endless: Answer = (response) => {
      const more = (): void => {
        while (response.write('more and more '.repeat(1_000)));
      };
      response.writeHead(200, MARKDOWN).on('drain', more);
      more();
    };
    await share(file('flood.md', endless, { size: 10 }));
    await expectUnread('flood.md', TOO_LARGE);
  });

  it('and is smaller than it says is not even asked for', async () => {
    await share(file('ebb.md', given('x'), { size: 1_000_001 }));
    await expectUnread('ebb.md', TOO_LARGE);
    expect(asked('ebb.md')).toBe(0);
  });
});
