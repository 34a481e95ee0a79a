import type { Document } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import type { Fields } from '../support/fake-slack/json.ts';
import { call } from '../support/model-provider.ts';
import { proposing, summaryOf, taskOf } from './dispatch-acts.ts';
import { everything, untilIdle, withDatabase } from './invariant.ts';
import { type ProcessWorld, startProcessWorld } from './process-world.ts';

let world: ProcessWorld;
let slack: ProcessWorld['slack'];
beforeAll(async () => {
  world = await startProcessWorld();
  ({ slack } = world);
});
afterEach(() => {
  world.provider.reset();
  slack.clearFaults();
  expect(world.gate.waiting()).toBe(0);
  expect(slack.violations).toEqual([]);
});
afterAll(() => world.close());

const DONE = 'I have forgotten this conversation';
type Match = (command: Document) => boolean;
const kill = () => world.app.kill('SIGKILL');
const empties: Match = (command) =>
  command.findAndModify === 'conversations' && command.update?.$set?.resets !== undefined;
const removes =
  (collection: string): Match =>
  (command) =>
    command.delete === collection;
const queuesReset: Match = (command) =>
  command.insert === 'jobs' && (command.documents ?? []).some((job: Document) => job.kind === 'finish-reset');

/** Somebody new, whose direct messages hold this word in everything that a reset takes away. */
async function talkAbout(word: string): Promise<{ user: string; channel: string }> {
  const { provider } = world;
  const user = slack.addUser({ name: word });
  const channel = slack.openDm(user);
  provider.script(`Note ${word}`, [[call('remember', { key: word, type: 'project', value: word })]], word);
  provider.script(`Begin ${word}`, [[proposing(word)]], `I propose it for ${word}.`);
  await tell(user, `Hello, this is about ${word}`);
  await openHome(user);
  await slack.click({ user, view: 'home', actionId: 'coaching_mode', optionValue: 'auto' });
  await tell(user, `Note ${word}`);
  await tell(user, `Begin ${word}`);
  await slack.until(
    () => slack.messages(channel).some((one) => textOf(one).includes(summaryOf(word))),
    'the card in the direct messages',
  );
  await untilIdle(world);
  const stored = await withDatabase(world.mongoUri, everything);
  for (const name of ['messages', 'answers', 'context_entries', 'dispatches'])
    expect(JSON.stringify(stored[name])).toContain(word);
  return { user, channel };
}

async function openHome(user: string): Promise<void> {
  await slack.openHome(user);
  await slack.until(() => textOf(slack.home(user)).includes('Coaching'), 'the Home is there');
  await untilIdle(world);
}

async function tell(user: string, text: string): Promise<void> {
  const { ts } = await slack.dm(user, text, { retries: false });
  const channel = slack.openDm(user);
  await slack.until(
    () => slack.messages(channel).some((one) => one.user === slack.botUserId && one.ts > ts),
    `an answer to "${text}"`,
  );
  await untilIdle(world);
}

/** Writes "reset" and presses the button under the question. Slack does not send the press again. */
async function reset(user: string): Promise<number | 'no ack'> {
  const channel = slack.openDm(user);
  await slack.dm(user, 'reset');
  await slack.until(
    () => slack.messages(channel).some((one) => textOf(one).includes('Reset our conversation?')),
    'the bot asks whether the reset is meant',
  );
  await untilIdle(world);
  return (await slack.click({ user, channel, actionId: 'coaching_reset' })).status;
}

const said = (channel: string): string[] =>
  slack
    .messages(channel)
    .filter((one) => one.user === slack.botUserId && textOf(one).includes(DONE))
    .map(textOf);

/** It is done, said once, and nothing of before is left or told to a model. */
async function expectForgotten(
  { user, channel }: { user: string; channel: string },
  word: string,
): Promise<void> {
  await slack.until(() => said(channel).length > 0, 'the bot says that it has forgotten');
  await untilIdle(world);
  expect(said(channel)).toHaveLength(1);
  // The only place that may keep the word is the name of the person.
  const { people, jobs, ...stored } = await withDatabase(world.mongoUri, everything);
  expect(JSON.stringify(stored)).not.toContain(word);
  expect(JSON.stringify(jobs)).not.toContain(word);

  const asked = world.provider.requests().length;
  await tell(user, 'What did we talk about?');
  const later = world.provider.requests().slice(asked);
  expect(later).toHaveLength(1);
  for (const text of [`about ${word}`, taskOf(word), `Note ${word}`, `: ${word}\n`, `for ${word}`])
    expect(JSON.stringify(later)).not.toContain(text);
  expect(said(channel)).toHaveLength(1);
}

describe('A process that is killed with SIGKILL while a conversation is reset', () => {
  it('before anything of it is written has reset nothing, and the next press does', async () => {
    const here = await talkAbout('ammonite');
    world.gate.killAt('before', queuesReset, kill);
    expect(await reset(here.user)).toBe(0);

    await world.start();
    await untilIdle(world);
    expect(said(here.channel)).toEqual([]);
    await slack.click({ ...here, actionId: 'coaching_reset' });
    await expectForgotten(here, 'ammonite');
  });

  const killAfterPost = (): void => {
    const match = (args: Fields) => textOf(args).includes(DONE);
    slack.after('chat.postMessage', async () => void (await kill()), { match });
  };
  const points: [when: string, word: string, plan: () => void][] = [
    [
      'after the press is queued and before the conversation is emptied',
      'basalt',
      () => world.gate.killAt('before', empties, kill),
    ],
    [
      'after the conversation is emptied and before anything is removed',
      'calcite',
      () => world.gate.killAt('after', empties, kill),
    ],
    [
      'before its messages are removed',
      'dolomite',
      () => world.gate.killAt('before', removes('messages'), kill),
    ],
    [
      'between its messages and its answers',
      'feldspar',
      () => world.gate.killAt('before', removes('answers'), kill),
    ],
    [
      'between its answers and what was remembered',
      'gneiss',
      () => world.gate.killAt('before', removes('context_entries'), kill),
    ],
    [
      'after all is removed and before that is said',
      'jasper',
      () => world.gate.killAt('after', removes('context_entries'), kill),
    ],
    ['between saying it and writing down that it was said', 'quartz', killAfterPost],
  ];

  it.each(points)(
    '%s: it is finished by itself, said once, and nothing of before is told',
    async (...row) => {
      const [, word, plan] = row;
      const here = await talkAbout(word);
      plan();
      await reset(here.user);
      await world.app.exited;

      await world.start();
      await expectForgotten(here, word);
    },
  );

  it('while an answer is under way: that answer is never given', async () => {
    const { provider } = world;
    const here = await talkAbout('obsidian');
    await openHome(here.user);
    const asked = provider.requests().length;
    provider.hold();
    await slack.dm(here.user, 'What is obsidian good for?', { retries: false });
    await provider.until(asked + 1);
    world.gate.killAt('after', empties, kill);
    await slack.click({ user: here.user, view: 'home', actionId: 'coaching_reset' });
    await world.app.exited;
    provider.release();

    await world.start();
    await expectForgotten(here, 'obsidian');
    const answers = slack
      .messages(here.channel)
      .filter((one) => one.user === slack.botUserId)
      .map(textOf);
    expect(answers.filter((text) => text.includes('obsidian good for'))).toEqual([]);
  });
});
