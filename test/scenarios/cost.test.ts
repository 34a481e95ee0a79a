import type { CommandStartedEvent, CommandSucceededEvent } from 'mongodb';
import { describe, expect, it } from 'vitest';
import { fieldsOf } from '../support/fake-slack/json.ts';
import type { World } from '../support/world.ts';
import { hastyClock, inFreshWorld } from './acting.ts';

/**
 * What one mention in a milestone thread asks of MongoDB, from the event to the end of its job. The passages of documents
 * are not among it: they never change, and an earlier mention has read them.
 */
const OF_A_MENTION: [command: string, times: number, why: string][] = [
  ['find conversations', 1, 'the conversation of the job; the thread of the events is remembered'],
  ['insert messages', 3, 'the question, the question told again by app_mention (refused), the answer'],
  [
    'find messages',
    5,
    'what the refusal means; the question before and after the model, and after its answer; the conversation',
  ],
  ['insert jobs', 2, 'the job, and the job again by the second event (refused)'],
  ['update jobs', 1, 'the end of the job'],
  ['claim jobs', 1, 'the worker takes the job'],
  ['find jobs', 1, 'nothing that belongs before it waits in its lane'],
  ['findAndModify jobs', 1, 'the end of a job lets the next one of its lane go'],
  ['find projects', 1, 'the project of the channel, unless it is archived'],
  ['find milestones', 1, 'the scope comes from the thread; section titles'],
  ['find attachments', 1, 'what is in scope'],
  ['find context_entries', 1, 'what is remembered for the conversation'],
  ['aggregate attachments', 1, 'how many are elsewhere, for the receipt'],
  ['find people', 1, 'the names of all who speak'],
  ['findAndModify answers', 3, 'begun; saved before it is delivered; delivered'],
  ['findAndModify deliveries', 1, 'written as sending before the post'],
  ['update deliveries', 1, 'written as sent after it'],
];

/** What "go ahead" asks of MongoDB where nothing waits for it: people say it to each other. */
const OF_A_WORD: [command: string, times: number, why: string][] = [
  ['insert messages', 1, 'it is kept as anything that is said'],
  ['insert jobs', 1, 'the job that looks at it: no look stands between a message and its acknowledgement'],
  ['claim jobs', 1, 'the worker takes the job'],
  ['find jobs', 1, 'nothing that belongs before it waits in its lane'],
  ['find messages', 1, 'as it is now: it may have been edited or deleted'],
  ['find dispatches', 1, 'none is open in the conversation'],
  ['update jobs', 1, 'the end of the job'],
  ['findAndModify jobs', 1, 'the end of a job lets the next one of its lane go'],
];

const SLACK_CALLS: [method: string, times: number, why: string][] = [
  ['reactions.add', 1, 'work has begun'],
  ['chat.postMessage', 1, 'the answer'],
  ['reactions.remove', 1, 'work is done'],
];

const IDLE = ['hello', 'ping', 'endSessions'];

/** Notes every command to MongoDB, but for looks into the queue that find nothing. */
function noteCommands({ milepost }: World): { counted(): Record<string, number>; stop(): void } {
  const client = milepost.connection.getClient();
  const notes: string[] = [];
  const claims = new Set<number>();
  const started = ({ requestId, commandName, command }: CommandStartedEvent): void => {
    if (IDLE.includes(commandName)) return;
    const collection = String(command[commandName === 'getMore' ? 'collection' : commandName]);
    if (collection === 'jobs' && fieldsOf(command.query).active === true) claims.add(requestId);
    else notes.push(`${commandName} ${collection}`);
  };
  const succeeded = ({ requestId, reply }: CommandSucceededEvent): void => {
    if (claims.has(requestId) && fieldsOf(reply).value !== null) notes.push('claim jobs');
  };
  client.on('commandStarted', started);
  client.on('commandSucceeded', succeeded);
  return {
    counted: () => tally(notes),
    stop() {
      client.off('commandStarted', started);
      client.off('commandSucceeded', succeeded);
    },
  };
}

function tally(names: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

const asCounts = (table: [string, number, string][]): Record<string, number> =>
  Object.fromEntries(table.map(([name, times]) => [name, times]));

describe('The cost of', () => {
  let world: World;
  inFreshWorld(
    {
      env: { CONTEXT_BUDGET_TOKENS: '100000' },
      overrides: {
        now: hastyClock(),
        mongo: { monitorCommands: true },
        // Nothing but the work itself: no look into the queue by the clock.
        worker: { pollMs: 3_600_000, leaseMs: 3_600_000 },
      },
    },
    (fresh) => {
      world = fresh;
    },
  );

  /** A thread with a document, in which people said some things and met the bot. */
  async function begin(milestones: number, messages: number): Promise<string> {
    const { slack, ben, channel } = world;
    const titles = Array.from({ length: milestones }, (_, n) => `Part ${n + 1}`);
    const { 'Part 1': thread = '' } = await world.setUp({ milestones: titles });
    await world.paste(thread, 'Chapter three has 4,200 words.', 'Chapters');
    for (let n = 1; n <= messages; n += 1) {
      await slack.say({ user: ben, channel, threadTs: thread, text: `Remark ${n}.` });
    }
    await world.ask({ thread, text: 'Do we know each other?' });
    await done('post-cards', 1);
    await done('refresh-card', 1);
    await done('answer-mention', 1);
    return thread;
  }

  /** Waits until this many jobs of a kind have been finished. */
  const done = (kind: string, times: number): Promise<true> =>
    world.slack.until(() => {
      const lines = world.log.lines.filter(({ event }) => event === 'job_done');
      return lines.filter(({ fields }) => fields.kind === kind).length >= times;
    }, `${times} ${kind} done`);

  for (const [milestones, messages] of [
    [1, 5],
    [40, 150],
  ] as const) {
    it(`a mention is the same with ${milestones} milestone(s) and ${messages} messages: these commands and calls`, async () => {
      const { slack, anna, channel } = world;
      const thread = await begin(milestones, messages);
      const commands = noteCommands(world);
      const from = slack.calls.length;
      const text = `<@${slack.botUserId}> How long is chapter three?`;
      await slack.say({ user: anna, channel, threadTs: thread, text, order: 'message-first' });
      await done('answer-mention', 2);
      commands.stop();

      expect(commands.counted()).toEqual(asCounts(OF_A_MENTION));
      expect(tally(slack.calls.slice(from).map((call) => call.method))).toEqual(asCounts(SLACK_CALLS));
      expect(world.provider.requests()).toHaveLength(2);
      expect(JSON.stringify(world.provider.requests().at(-1))).toContain(`Remark ${messages}.`);
    });
  }

  it('the first mention after a document was attached is one look more: for its passages', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '' } = await world.setUp();
    await world.paste(Outline, 'Chapter three has 4,200 words.', 'Chapters');
    const commands = noteCommands(world);
    const text = `<@${slack.botUserId}> How long is chapter three?`;
    await slack.say({ user: anna, channel, threadTs: Outline, text });
    await done('answer-mention', 1);
    commands.stop();
    expect(commands.counted()['find passages']).toBe(1);
  });

  it('a file of version 0.1 that could not be read costs no look more', async () => {
    const { slack, anna, channel, milepost } = world;
    const thread = await begin(1, 1);
    const { teamId, stores } = milepost;
    const milestone = await stores.milestones.findByThread(teamId, channel, thread);
    if (milestone === null) throw new Error('There is no milestone.');
    const { projectId, id: milestoneId } = milestone;
    const kept = { teamId, projectId, name: 'scan.tif', size: 1, hash: 'F1', createdBy: anna };
    const document = await stores.documents.keep({ ...kept, passages: [], awaitedBy: null });
    const place = { teamId, projectId, milestoneId, addedBy: anna, title: 'scan.tif' };
    const shape = { kind: 'document', url: null, linkType: null, file: null, page: null } as const;
    const state = { state: 'failed', unread: 'type_not_supported', readAt: new Date() } as const;
    await stores.attachments.attach(
      { ...place, ...shape, ...state, key: document.id, documentId: document.id },
      { channelId: channel, messageTs: '1.000001', userId: anna },
    );
    const commands = noteCommands(world);
    const text = `<@${slack.botUserId}> How long is chapter three?`;
    await slack.say({ user: anna, channel, threadTs: thread, text });
    await done('answer-mention', 2);
    commands.stop();
    expect(commands.counted()['find attachments']).toBe(1);
  });

  it('a message between mentions is one write, and no call to Slack', async () => {
    const { slack, ben, channel } = world;
    const thread = await begin(1, 1);
    const commands = noteCommands(world);
    const from = slack.calls.length;
    await slack.say({ user: ben, channel, threadTs: thread, text: 'Just saying.' });
    commands.stop();
    expect(commands.counted()).toEqual({ 'insert messages': 1 });
    expect(slack.calls.slice(from)).toEqual([]);
  });

  it('an answer that cites an attachment is one look more: whether that is still there once it is posted', async () => {
    const { slack, anna, channel, provider } = world;
    const thread = await begin(1, 1);
    provider.answer('How long is chapter three?', 'It has 4,200 words [1].');
    const commands = noteCommands(world);
    const text = `<@${slack.botUserId}> How long is chapter three?`;
    await slack.say({ user: anna, channel, threadTs: thread, text, order: 'message-first' });
    await done('answer-mention', 2);
    commands.stop();
    expect(commands.counted()).toEqual({ ...asCounts(OF_A_MENTION), 'find attachments': 2 });
  });

  it('a word that could decide, where nothing waits for it, is one small job, and no call to Slack', async () => {
    const { slack, ben, channel, provider } = world;
    const thread = await begin(1, 1);
    const before = provider.requests().length;
    const commands = noteCommands(world);
    const from = slack.calls.length;
    await slack.say({ user: ben, channel, threadTs: thread, text: 'Go ahead!' });
    await done('decide-by-word', 1);
    commands.stop();
    expect(commands.counted()).toEqual(asCounts(OF_A_WORD));
    expect(slack.calls.slice(from)).toEqual([]);
    expect(provider.requests()).toHaveLength(before);
  });
});
