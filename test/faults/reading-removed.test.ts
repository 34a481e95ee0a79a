import type { Document } from 'mongodb';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sent } from '../scenarios/acting.ts';
import type { AppProcess } from '../support/app-process.ts';
import { article, type FakeWeb, startWeb } from '../support/web.ts';
import { everything, expectOneAnswerEach, withDatabase } from './invariant.ts';
import { type ProcessWorld, startProcessWorld } from './process-world.ts';
import { deadJobs, expectAllRead, keptIn } from './reading-acts.ts';

let web: FakeWeb;
let world: ProcessWorld;
let slack: ProcessWorld['slack'];
let anna: string;
let channel: string;
let thread: string;
const threads: string[] = [];
beforeAll(async () => {
  web = await startWeb();
  world = await startProcessWorld({ env: { LINK_PRIVATE_HOSTS: web.host } });
  ({ slack, anna, channel } = world);
  threads.push(
    ...Object.values(await world.setUp(['One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight'])),
  );
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
  await web.close();
});

type Match = (command: Document) => boolean;
const kill = () => world.app.kill('SIGKILL');
const ends: Match = (command) =>
  command.findAndModify === 'attachments' && command.update?.$set?.readAt !== undefined;
const retires: Match = (command) =>
  command.findAndModify === 'attachments' && command.update?.$set?.gone === true;
const keepsText: Match = (command) => command.update === 'passages';
const sentenceOf = (word: string): string => `The old bridge was built of ${word} from the upper quarry.`;
const pathOf = (word: string): string => `/${word}`;

function put(word: string): void {
  web.put(pathOf(word), article(`Notes on ${word}`, sentenceOf(word)));
}

/** Shares the page about this, and gives no name to it that says what stands there. */
function share(word: string) {
  const text = `<${web.url(pathOf(word))}|The notes>`;
  return slack.say({ user: anna, channel, threadTs: thread, text, retries: false });
}

const untilAskedFor = (word: string) =>
  slack.until(() => web.requests(pathOf(word)).length > 0, 'the page is asked for');

/** Deletes the message; Slack tells of it, again and again, until somebody hears it. */
async function deleted(ts: string): Promise<() => Promise<unknown>> {
  const { event } = await slack.remove({ channel, ts, deliver: false });
  return () => slack.deliver(event, { retryNum: 1, retryReason: 'http_timeout' });
}

async function removeFromList(): Promise<void> {
  const card = slack.messages(channel).find((one) => one.text === 'Project Book')?.ts;
  await slack.click({ user: anna, channel, ts: card, actionId: 'attachments_list' });
  await slack.submit(anna, { attachment: 'The notes (Website)', act: 'remove' });
}

async function expectNothingLeft(word: string): Promise<void> {
  const kept = await expectAllRead(world);
  expect(kept.attachments).toEqual([]);
  const stored = await withDatabase(world.mongoUri, everything);
  for (const [name, rows] of Object.entries(stored)) {
    const left = rows.filter((row) => JSON.stringify(row).includes(sentenceOf(word)));
    expect({ [name]: left }).toEqual({ [name]: [] });
  }
  await world.mention(thread, 'What is the bridge built of?');
  await expectOneAnswerEach({ ...world, thread });
  expect(sent(world.provider.requests().at(-1))).toContain('Attachments: none.');
}

describe('What is removed while it is read leaves nothing behind', { timeout: 60_000 }, () => {
  it('with its message, while its page is fetched', async () => {
    put('slate');
    const release = web.hold(pathOf('slate'));
    const { ts } = await share('slate');
    await untilAskedFor('slate');
    await (await deleted(ts))();
    release();
    await expectNothingLeft('slate');
  });

  it('by a person, while its text is kept', async () => {
    put('flint');
    world.gate.before(keepsText, async () => {
      await removeFromList();
      return undefined;
    });
    await share('flint');
    await slack.until(() => world.gate.waiting() === 0, 'its text is kept');
    await expectNothingLeft('flint');
  });

  it('with its message, when the process was killed while its page was fetched', async () => {
    put('chalk');
    const release = web.hold(pathOf('chalk'));
    const { ts } = await share('chalk');
    await untilAskedFor('chalk');
    await kill();
    const tell = await deleted(ts);
    await world.start();
    await tell();
    release();
    await expectNothingLeft('chalk');
  });

  it('by a person, when the process was killed before the outcome was written', async () => {
    put('granite');
    world.gate.killAt('before', ends, kill);
    await share('granite');
    await world.app.exited;
    await world.start();
    await removeFromList();
    await expectNothingLeft('granite');
  });

  it('with its message, when the process was killed in the middle of removing it', async () => {
    put('marble');
    const { ts } = await share('marble');
    await expectAllRead(world);
    world.gate.killAt('after', retires, kill);
    const tell = await deleted(ts);
    await tell();
    await world.app.exited;
    await world.start();
    await tell();
    await expectNothingLeft('marble');
  });
});

describe('A process that is stopped past its lease while it reads', { timeout: 60_000 }, () => {
  /** Another one takes the reading over, and finds the page changed. */
  async function takeOver(word: string): Promise<AppProcess> {
    const sleeper = world.app;
    // By then the first edition is on its way to the one that sleeps.
    await keptIn(world);
    web.put(pathOf(word), article('Notes, second edition', `${sentenceOf(word)} So it is told today.`));
    await world.start();
    await slack.until(
      async () => (await keptIn(world)).attachments.some((one) => one.state === 'ready'),
      'the other one has read it',
    );
    return sleeper;
  }

  /** It noticed that its job is somebody else's, or went through with it. */
  const untilAwake = (sleeper: AppProcess) =>
    slack.until(
      () => sleeper.logged('job_fenced') || sleeper.logged('attachment_read'),
      'the sleeper goes on with the reading',
    );

  async function expectSecondEdition(word: string): Promise<void> {
    const { attachments, passages, documents } = await expectAllRead(world);
    expect([attachments.length, documents.length]).toEqual([1, 1]);
    expect(passages.map((one) => one.text).join()).toContain('So it is told today.');
    await world.mention(thread, 'What is the bridge built of?');
    await expectOneAnswerEach({ ...world, thread });
    expect(sent(world.provider.requests().at(-1)).split(sentenceOf(word))).toHaveLength(2);
    await removeFromList();
    await expectNothingLeft(word);
  }

  it('with the page on its way to it changes nothing when it wakes up', async () => {
    put('basalt');
    const release = web.hold(pathOf('basalt'));
    await share('basalt');
    await untilAskedFor('basalt');
    world.app.signal('SIGSTOP');
    release();
    const sleeper = await takeOver('basalt');
    sleeper.signal('SIGCONT');
    await untilAwake(sleeper);
    await expectSecondEdition('basalt');
    await sleeper.kill();
  });

  it('with its outcome on the way to the database changes nothing when it wakes up', async () => {
    put('gneiss');
    let letGo = (): void => {};
    const held = new Promise<void>((resolve) => (letGo = resolve));
    world.gate.before(ends, async () => {
      world.app.signal('SIGSTOP');
      await held;
      return undefined;
    });
    await share('gneiss');
    await slack.until(() => world.gate.waiting() === 0, 'it is about to write the outcome');
    const sleeper = await takeOver('gneiss');
    letGo();
    sleeper.signal('SIGCONT');
    await untilAwake(sleeper);
    await expectSecondEdition('gneiss');
    await sleeper.kill();
  });
});

describe('What is removed while its text is kept, and by a process that dies then', {
  timeout: 60_000,
}, () => {
  it('leaves nothing behind either', async () => {
    put('shale');
    world.gate.before(keepsText, async () => {
      await removeFromList();
      world.gate.killAt('before', (command) => command.delete === 'passages', kill);
      return undefined;
    });
    await share('shale');
    await world.app.exited;
    await world.start();
    await expectNothingLeft('shale');
  });
});
