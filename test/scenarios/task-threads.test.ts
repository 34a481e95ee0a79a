import { describe, expect, it } from 'vitest';
import { linksOf } from '../support/fake-slack/index.ts';
import type { World } from '../support/world.ts';
import { hastyClock, inFreshWorld, lastSent, reads, sent } from './acting.ts';
import {
  ASKED,
  apiOf,
  approve,
  carriedOut,
  dispatchIs,
  listed,
  messagesOf,
  PROPOSAL,
  type Proposed,
  proposed,
  proposedBy,
  runsOf,
  taskThreadOf,
  toBot,
  type Wanted,
  willPropose,
} from './dispatch-acts.ts';
import { atRest, cardSays, messageWith, press, threadText } from './planning-acts.ts';

let world: World;
inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
  world = fresh;
});

const RESULT = 'Herons and owls nest at the upper weir.';

/** A specialist that has done its work in a thread. */
async function done(thread: string, wanted: Wanted = {}, asked = ASKED) {
  world.provider.answer(wanted.task ?? PROPOSAL.task, RESULT, { times: 1 });
  const one = await proposed(world, thread, wanted, { asked });
  await approve(world, world.ben, one);
  await dispatchIs(world, one, 'succeeded');
  return { one, thread: await taskThreadOf(world, one) };
}

/** A mention outside the milestones' threads, that has led to a proposal. @returns its thread as well. */
async function proposedInChannel(): Promise<Proposed & { threadTs: string }> {
  const { slack, anna, channel } = world;
  willPropose(world);
  const { ts } = await slack.say({ user: anna, channel, text: toBot(world, ASKED) });
  return { ...(await proposedBy(world, ts)), threadTs: ts };
}

describe('The result of a specialist', () => {
  it('opens a thread of its own in the channel: the task first, then the result with what was read', async () => {
    const { slack, ben, channel } = world;
    const { Outline = '' } = await world.setUp();
    await world.paste(Outline, 'Herons nest at the upper weir since 1990.', 'Birds');
    const { one, thread } = await done(Outline);
    const root = slack.message(channel, thread.threadTs);
    expect(root?.thread_ts ?? thread.threadTs).toBe(thread.threadTs);
    const [task = '', result = '', ...rest] = threadText(world, thread.threadTs);
    expect(task).toContain('*Researcher* works on this:\n> Find out which birds nest at the upper weir.');
    expect(task).toContain(`Approved by <@${ben}>.`);
    expect(result).toContain(RESULT);
    expect(result).toContain('1 of 1 attachment in *Outline*');
    expect(rest).toEqual([]);

    expect(thread).toMatchObject({
      type: 'task',
      mode: 'task',
      parentId: one.conversationId,
      title: 'researcher: Find out which birds nest at the upper weir.',
      userId: null,
      taskId: null,
      deleted: false,
    });
    const stored = await messagesOf(world, thread.id);
    expect(stored.map(({ role, type, content }) => [role, type, content])).toEqual([
      ['user', 'text', PROPOSAL.task],
      ['assistant', 'agent_result', RESULT],
    ]);
    expect(stored[1]?.metadata).toMatchObject({
      dispatchId: one.id,
      specialist: 'researcher',
      summary: RESULT,
      toolCalls: [],
      sources: [expect.any(String)],
    });
  });

  it('has a title of the specialist and the first 80 characters of the task, whatever they are', async () => {
    const { Outline = '' } = await world.setUp();
    const task = `Count ${'🦉'.repeat(90)} by night.`;
    const { thread } = await done(Outline, { specialist: 'analyst', task });
    expect(thread.title).toBe(`analyst: Count ${'🦉'.repeat(74)}`);
    const [first] = await messagesOf(world, thread.id);
    expect(first?.content).toBe(task);
  });

  it('is told of in the thread it came from, with its beginning and a link to all of it', async () => {
    const { slack, channel, provider, ben } = world;
    const { Outline = '' } = await world.setUp();
    const long = `The heron nests there.\n\n${'Every reed of the weir was looked at. '.repeat(60)}`;
    provider.answer(PROPOSAL.task, long);
    const one = await proposed(world, Outline);
    const dispatch = await carriedOut(world, Outline, one, ben);
    const thread = await taskThreadOf(world, one);
    const summary = await messageWith(world, Outline, '*Researcher* is done.');
    expect(reads(world, summary)).toContain('The heron nests there.');
    expect(reads(world, summary)).toContain('Open the whole result');
    expect(reads(world, summary).length).toBeLessThan(700);
    const address = `https://milepost.slack.com/archives/${channel}/p${thread.threadTs.replace('.', '')}`;
    expect(linksOf(slack.message(channel, summary))).toEqual([address]);
    await cardSays(world, one.card, '· done');
    expect(linksOf(slack.message(channel, one.card))).toEqual([address]);
    expect(dispatch.taskThreadId).toBe(thread.id);
    const said = await messagesOf(world, one.conversationId);
    expect(said.at(-1)).toMatchObject({ type: 'text', role: 'assistant' });
    expect(said.at(-1)?.content).toContain('The researcher has finished: The heron nests there.');
    await world.ask({ thread: Outline, text: 'What came of it?' });
    expect(lastSent(world)).toContain('The researcher has finished: The heron nests there.');
  });

  it('as long as a book is posted in parts and stored whole', async () => {
    const { provider, ben, slack, channel } = world;
    const { Outline = '' } = await world.setUp();
    const book = Array.from(
      { length: 300 },
      (_, n) => `${n + 1}. The bird of day ${n + 1} was a heron, as before.`,
    );
    provider.answer(PROPOSAL.task, book.join('\n\n'));
    const one = await proposed(world, Outline);
    await carriedOut(world, Outline, one, ben);
    const thread = await taskThreadOf(world, one);
    const parts = threadText(world, thread.threadTs).slice(1);
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.at(-1)).toContain('The bird of day 300');
    expect(slack.thread(channel, thread.threadTs)).toHaveLength(parts.length + 1);
    const [, result] = await messagesOf(world, thread.id);
    expect(result?.content).toBe(book.join('\n\n'));
    expect(JSON.stringify(result?.metadata).length).toBeLessThan(1_000);
  });

  it('is found by bots outside: from the dispatch, and among the task threads of its parent, newest first', async () => {
    const { Outline = '' } = await world.setUp();
    const first = await done(Outline);
    const second = await done(Outline, { task: 'Count the owls.' }, 'And the owls, please');
    const api = await apiOf(world);
    const parent = `/conversations/${first.one.conversationId}`;
    const dispatches = await listed(api, `${parent}/dispatches`);
    expect(dispatches.map(({ taskThreadId, state, decidedBy }) => [taskThreadId, state, decidedBy])).toEqual([
      [second.thread.id, 'succeeded', world.ben],
      [first.thread.id, 'succeeded', world.ben],
    ]);
    const threads = await listed(api, `${parent}/task-threads`);
    expect(threads.map(({ id }) => id)).toEqual([second.thread.id, first.thread.id]);
    expect(threads[1]).toMatchObject({
      type: 'task',
      mode: 'task',
      parentId: first.one.conversationId,
      milestoneId: first.thread.milestoneId,
      projectId: first.thread.projectId,
      threadTs: first.thread.threadTs,
      title: 'researcher: Find out which birds nest at the upper weir.',
    });
    const messages = await listed(api, `/conversations/${first.thread.id}/messages`);
    expect(messages.map(({ type, metadata }) => [type, Object(metadata).dispatchId])).toEqual([
      ['text', undefined],
      ['agent_result', first.one.id],
    ]);
    expect(await listed(api, `/conversations/${second.thread.id}/task-threads`)).toEqual([]);
  });

  it('can be known before it is there: the thread has its place from the approval on', async () => {
    const { provider, ben } = world;
    const { Outline = '' } = await world.setUp();
    const one = await proposed(world, Outline);
    const before = provider.requests().length;
    provider.hold();
    await approve(world, ben, one);
    await provider.until(before + 1);
    const api = await apiOf(world);
    const parent = `/conversations/${one.conversationId}`;
    const [dispatch] = await listed(api, `${parent}/dispatches`);
    const [thread] = await listed(api, `${parent}/task-threads`);
    expect(dispatch).toMatchObject({ state: 'running', taskThreadId: thread?.id });
    expect(thread?.threadTs).toBeNull();
    provider.release();
    expect((await taskThreadOf(world, one)).id).toBe(thread?.id);
  });
});

describe('A task thread', () => {
  it('goes on in the scope of its parent: its attachments and its own words, and no other’s', async () => {
    const { slack, ben, channel } = world;
    const { Outline = '', Cover = '' } = await world.setUp();
    await world.paste(Outline, 'The heron CANARYOWN nests at the weir.', 'Birds');
    await world.paste(Cover, 'The cover CANARYOTHER is green.', 'Colours');
    await slack.say({ user: ben, channel, threadTs: Outline, text: 'The CANARYPARENT was said above.' });
    const { thread } = await done(Outline);
    await slack.say({ user: ben, channel, threadTs: thread.threadTs, text: 'I have seen CANARYHERE.' });
    await world.ask({ thread: thread.threadTs, text: 'Is that all?' });
    const request = lastSent(world);
    for (const word of ['Section: Outline', 'CANARYOWN', 'CANARYHERE', PROPOSAL.task, RESULT])
      expect(request).toContain(word);
    for (const word of ['CANARYOTHER', 'CANARYPARENT', 'Colours']) expect(request).not.toContain(word);
    expect(request).toContain('Prefer proposing a specialist');
  });

  it('of a project-level thread sees what that sees', async () => {
    const { Outline = '', project = '' } = await world.setUp();
    await world.paste(Outline, 'The heron CANARYOWN nests at the weir.', 'Birds');
    const { thread } = await done(project);
    await world.ask({ thread: thread.threadTs, text: 'Is that all?' });
    expect(lastSent(world)).toContain('This is the project-level conversation');
    expect(lastSent(world)).toContain('CANARYOWN');
    expect(thread.milestoneId).toBeNull();
  });

  it('can lead to a further one, which is its child', async () => {
    const { Outline = '' } = await world.setUp();
    const first = await done(Outline);
    const second = await done(first.thread.threadTs, { task: 'Count the owls.' }, 'And the owls, please');
    expect(second.thread).toMatchObject({ parentId: first.thread.id, milestoneId: first.thread.milestoneId });
    expect(sent(runsOf(world, 'Count the owls.')[0])).toContain('Section: Outline');
    expect(sent(runsOf(world, 'Count the owls.')[0])).toContain(RESULT);
    await messageWith(world, first.thread.threadTs, '*Researcher* is done.');
  });

  it('follows its parent into the milestone that is made of it', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '' } = await world.setUp();
    await world.paste(Outline, 'The heron CANARYOUTLINE nests at the weir.', 'Birds');
    const one = await proposedInChannel();
    world.provider.answer(PROPOSAL.task, 'The CANARYOUTLINE heron nests there.', { times: 1 });
    await approve(world, anna, one);
    await dispatchIs(world, one, 'succeeded');
    const thread = await taskThreadOf(world, one);
    await world.ask({ thread: thread.threadTs, text: 'Is that all?' });
    expect(lastSent(world)).toContain('CANARYOUTLINE');

    await slack.shortcut({ user: anna, callbackId: 'make_milestone', channel, ts: one.threadTs });
    expect((await slack.submit(anna, { title: 'Weirs' })).errors).toBeUndefined();
    await atRest(world, 'post-cards', 'read-thread', 'refresh-card');
    await world.ask({ thread: thread.threadTs, text: 'And now?' });
    const request = lastSent(world);
    expect(request).toContain('Section: Weirs');
    expect(request).not.toContain('CANARYOUTLINE');
  });

  it('of a milestone that was deleted belongs to the project', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '', Cover = '' } = await world.setUp();
    await world.paste(Outline, 'The heron CANARYOWN nests at the weir.', 'Birds');
    await world.paste(Cover, 'The cover CANARYOTHER is green.', 'Colours');
    const { thread } = await done(Outline);
    await slack.click({
      user: anna,
      channel,
      ts: Outline,
      actionId: 'milestone_menu',
      optionValue: 'Delete…',
    });
    expect((await slack.submit(anna, {})).errors).toBeUndefined();
    await atRest(world, 'refresh-card');
    await world.ask({ thread: thread.threadTs, text: 'What is left?' });
    expect(lastSent(world)).toContain('This is the project-level conversation');
    expect(lastSent(world)).not.toContain('Section: Outline');
    expect(lastSent(world)).toContain('CANARYOTHER');
  });

  it('goes with its parent, and with it all that was said there and all that waits or is at work', async () => {
    const { slack, ben, channel, provider } = world;
    const { Outline = '' } = await world.setUp();
    const first = await done(Outline);
    const inside = await done(first.thread.threadTs, { task: 'Count the owls.' }, 'And the owls, please');
    const open = await proposed(
      world,
      first.thread.threadTs,
      { task: 'Count the frogs.' },
      { asked: 'The frogs too' },
    );
    const before = provider.requests().length;
    const busy = await proposed(world, Outline, { task: 'Count the newts.' }, { asked: 'And the newts' });
    provider.hold();
    await approve(world, ben, busy);
    await provider.until(before + 3);
    const api = await apiOf(world);
    const parent = `/conversations/${first.one.conversationId}`;
    const deleted = await api.call('DELETE', parent);
    expect(deleted).toMatchObject({ status: 200, body: { deleted: true } });
    for (const id of [first.one.conversationId, first.thread.id, inside.thread.id]) {
      expect((await api.get(`/conversations/${id}`)).status).toBe(404);
      expect(await messagesOf(world, id)).toEqual([]);
    }
    await cardSays(world, open.card, 'no longer open');
    await cardSays(world, busy.card, 'What it was proposed from was changed or deleted.');
    provider.release();
    await atRest(world, 'run-dispatch', 'show-dispatch');
    expect(threadText(world, Outline).filter((text) => text.includes('is done.'))).toHaveLength(1);
    await press(world, ben, first.one.card, 'dispatch_open');

    // What stands in Slack stays; speaking to the bot there begins anew, in the same scope.
    await slack.say({ user: ben, channel, threadTs: first.thread.threadTs, text: 'Is anybody here?' });
    await world.ask({ thread: first.thread.threadTs, text: 'What do you know?' });
    expect(lastSent(world)).toContain('Section: Outline');
    expect(lastSent(world)).not.toContain(RESULT);
    expect(lastSent(world)).not.toContain(PROPOSAL.task);
  });

  it('is not among the threads of another conversation, nor in the way of other threads', async () => {
    const { slack, anna, channel } = world;
    const { Outline = '', Cover = '' } = await world.setUp();
    await done(Outline);
    const cover = await done(Cover, { task: 'Choose a green.' }, 'Which green, please');
    const api = await apiOf(world);
    const threads = await listed(api, `/conversations/${cover.one.conversationId}/task-threads`);
    expect(threads.map(({ id }) => id)).toEqual([cover.thread.id]);
    const { ts } = await slack.say({ user: anna, channel, text: toBot(world, 'And what is this?') });
    await slack.until(() => world.answersAfter(ts, ts).length === 1, 'a new thread is answered');
    const all = await listed(api, '/conversations');
    expect(all.filter(({ type }) => type === 'task')).toHaveLength(2);
  });
});

describe('A task thread that is being opened', () => {
  it('refuses what is said in it until it is known, so that Slack tells of it again and it keeps to its scope', async () => {
    const { slack, ben, channel, provider } = world;
    const { Outline = '', Cover = '' } = await world.setUp();
    await world.paste(Cover, 'The cover CANARYOTHER is green.', 'Colours');
    const one = await proposed(world, Outline);
    const text = toBot(world, 'Already?');
    let event = {};
    let status: number | string = 0;
    slack.after(
      'chat.postMessage',
      async () => {
        const threadTs = slack.messages(channel).findLast((root) => root.text.startsWith('A task for'))?.ts;
        const said = await slack.say({ user: ben, channel, threadTs, text, deliver: false });
        event = said.events.mention ?? {};
        status = (await slack.deliver(event)).status;
      },
      { match: (args) => String(args.text).startsWith('A task for') },
    );
    await approve(world, ben, one);
    await dispatchIs(world, one, 'succeeded');
    expect(status).toBe(503);
    const thread = await taskThreadOf(world, one);
    expect((await slack.deliver(event)).status).toBe(200);
    await slack.until(
      () => threadText(world, thread.threadTs).some((each) => each.includes('@Milepost Already?')),
      'the question is answered',
    );
    const request = provider.requests().find((each) => sent(each).includes('Already?'));
    expect(sent(request)).toContain('Section: Outline');
    expect(sent(request)).not.toContain('CANARYOTHER');
  });
});
