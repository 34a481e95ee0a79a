import type { Document } from 'mongodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../support/model-provider.ts';
import { type Proposal, press, proposing, resultOf, summaryOf, taskOf } from './dispatch-acts.ts';
import { everything, repliesIn, untilIdle, withDatabase } from './invariant.ts';
import { type ProcessWorld, startProcessWorld } from './process-world.ts';

let world: ProcessWorld;
let slack: ProcessWorld['slack'];
let anna: string;
const threads: string[] = [];
beforeAll(async () => {
  world = await startProcessWorld();
  ({ slack, anna } = world);
  threads.push(...Object.values(await world.setUp(['One', 'Two', 'Three', 'Four', 'Five', 'Six'])));
});
afterEach(() => {
  world.provider.reset();
  expect(world.gate.waiting()).toBe(0);
  expect(slack.violations).toEqual([]);
});
afterAll(() => world.close());

type Match = (command: Document) => boolean;
const kill = () => world.app.kill('SIGKILL');
const erases =
  (collection: string): Match =>
  (command) =>
    command.findAndModify === collection && (command.remove === true || command.update?.$set?.content === '');
const sentenceOf = (word: string): string => `The old bridge was built of ${word} from the upper quarry.`;

async function paste(thread: string, title: string, content: string): Promise<void> {
  await slack.click({ user: anna, channel: world.channel, ts: thread, actionId: 'attachment_add' });
  await slack.submit(anna, { content, title });
}

async function remove(title: string): Promise<void> {
  const card = slack.messages(world.channel).find((one) => one.text === 'Project Book')?.ts;
  await slack.click({ user: anna, channel: world.channel, ts: card, actionId: 'attachments_list' });
  await slack.submit(anna, { attachment: `${title} (Text)`, act: 'remove' });
}

/** A document that is answered from, remembered from, proposed from and worked from. */
async function useUp(word: string): Promise<{ thread: string; worked: Proposal; open: Proposal }> {
  const { provider } = world;
  const thread = threads.pop() ?? '';
  await paste(thread, word.toUpperCase(), sentenceOf(word));
  const from = (name: string) =>
    proposing(name, {
      task: `${taskOf(name)}. Know that it is of ${word}.`,
      actions: [`Read about ${word}`],
    });
  const note = call('remember', { key: 'Material', type: 'project', value: `It is ${word}`, sources: [1] });
  provider.answer(taskOf('the survey'), `${resultOf('the survey')} ${sentenceOf(word)} [1]`);
  provider.script('Who surveys it?', [[note, from('the survey')]], `${sentenceOf(word)} [1]`);
  provider.script('Who paints it?', [[from('the paint')]], `Somebody. ${sentenceOf(word)} [1]`);
  await world.mention(thread, 'Who surveys it?');
  const worked = await proposalIn(thread, 'the survey');
  await press(world, worked, anna, 'approve');
  await slack.until(
    () => repliesIn(world, thread).some((text) => text.includes('is done')),
    'the specialist is done',
  );
  await world.mention(thread, 'Who paints it?');
  const open = await proposalIn(thread, 'the paint');
  const stored = await withDatabase(world.mongoUri, everything);
  for (const name of ['messages', 'answers', 'context_entries', 'dispatches', 'passages'])
    expect(JSON.stringify(stored[name])).toContain(word);
  return { thread, worked, open };
}

async function proposalIn(thread: string, name: string): Promise<Proposal> {
  await slack.until(
    () => repliesIn(world, thread).some((text) => text.includes(summaryOf(name))),
    `the card of ${name}`,
  );
  await untilIdle(world);
  const rows = (await withDatabase(world.mongoUri, everything)).dispatches ?? [];
  const row = rows.find((one) => one.threadTs === thread && one.summary === summaryOf(name));
  return { id: String(row?._id), thread, card: row?.cardTs, name };
}

/** Two minutes later: due times lie in the database, on its server's clock. */
function twoMinutesLater(): Promise<unknown> {
  return withDatabase(world.mongoUri, (db) =>
    db
      .collection('jobs')
      .updateMany({ active: true, kind: 'forget-removed' }, [{ $set: { dueAt: '$$NOW' } }], {
        hint: { active: 1, dueAt: 1, _id: 1 },
      }),
  );
}

async function expectForgotten(thread: string, word: string): Promise<void> {
  await untilIdle(world);
  const stored = await withDatabase(world.mongoUri, everything);
  for (const [name, rows] of Object.entries(stored))
    expect({ [name]: rows.filter((row) => JSON.stringify(row).includes(word)) }).toEqual({ [name]: [] });

  const asked = world.provider.requests().length;
  await world.mention(thread, 'What is it made of?');
  await slack.until(
    () => repliesIn(world, thread).at(-1)?.includes('What is it made of?'),
    'the question after it is answered',
  );
  const later = world.provider.requests().slice(asked);
  expect(later.length).toBeGreaterThan(0);
  expect(JSON.stringify(later)).not.toContain(word);
}

it('An attachment that is removed takes along all that was made from it', async () => {
  const { thread } = await useUp('granite');
  await remove('GRANITE');
  await expectForgotten(thread, 'granite');
});

describe('A process that is killed with SIGKILL while an attachment is removed', () => {
  const points: [when: string, word: string, plan: () => void][] = [
    [
      'before it is gone',
      'limestone',
      () => world.gate.killAt('before', (command) => command.delete === 'attachments', kill),
    ],
    [
      'after it is gone and before anything that was made from it is forgotten',
      'sandstone',
      () => world.gate.killAt('after', (command) => command.delete === 'attachments', kill),
    ],
    [
      'after its answers are forgotten and before what was remembered from it is',
      'slate',
      () => world.gate.killAt('before', erases('context_entries'), kill),
    ],
    [
      'after what was remembered from it is forgotten and before its proposals are taken back',
      'marble',
      () =>
        world.gate.killAt(
          'before',
          (command) => command.findAndModify === 'dispatches' && command.update?.$set?.task === '',
          kill,
        ),
    ],
  ];

  it.each(points)('%s: all that was made from it is forgotten in a while', async (...row) => {
    const [, word, plan] = row;
    const { thread } = await useUp(word);
    plan();
    await remove(word.toUpperCase());
    await world.app.exited;

    await world.start();
    await untilIdle(world);
    await twoMinutesLater();
    await expectForgotten(thread, word);
  });
});
