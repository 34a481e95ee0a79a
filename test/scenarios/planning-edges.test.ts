import { beforeEach, describe, expect, it } from 'vitest';
import { linksOf, textOf } from '../support/fake-slack/index.ts';
import { isPlanning } from '../support/model-provider.ts';
import type { World } from '../support/world.ts';
import { hastyClock, inFreshWorld, lastSent, sent, tamper, whispered, whispersTo } from './acting.ts';
import {
  cardSays,
  messageWith,
  planned,
  planningMessages,
  planTask,
  press,
  readied,
  stored,
  taskCalled,
  taskWhen,
  threadOf,
  threadSays,
  threadText,
} from './planning-acts.ts';

let world: World;
let threads: Record<string, string>;
const enter = (fresh: World): void => {
  world = fresh;
};
const quick = { overrides: { now: hastyClock() } };

async function tasksOf(): Promise<string[]> {
  const { stores, teamId } = world.milepost;
  return (await stores.tasks.list({ teamId, limit: 100 })).map((task) => task.title);
}

const feedback = (text: string, threadTs: string, user = world.ben) =>
  world.slack.say({ user, channel: world.channel, threadTs, text });

describe('/plan', () => {
  inFreshWorld(quick, enter);
  beforeEach(async () => {
    threads = await world.setUp();
  });

  it('tells guests, strangers, those outside and those in the wrong place what to do instead', async () => {
    const { slack, anna, channel } = world;
    const guest = slack.addUser({ name: 'gil', isGuest: true });
    const stranger = slack.addUser({ name: 'sam', teamId: 'T0ELSEWHERE' });
    const elsewhere = slack.addChannel({ name: 'idle', members: [anna] });
    await slack.invite(channel, guest);
    await slack.invite(channel, stranger);
    const dm = slack.openDm(anna);

    await slack.command({ user: guest, channel, command: '/plan', text: 'Mine' });
    await slack.command({ user: stranger, channel, command: '/plan', text: 'Mine' });
    await slack.command({ user: anna, channel: elsewhere, command: '/plan', text: 'Mine' });
    await slack.command({ user: anna, channel: dm, command: '/plan', text: 'Mine' });
    await slack.archiveChannel(channel);
    await slack.command({ user: anna, channel, command: '/plan', text: 'Mine' });

    await whispered(world, guest, 'Guests and people from other organisations cannot');
    await whispered(world, stranger, 'Guests and people from other organisations cannot');
    await whispered(world, anna, 'not a project yet');
    await whispered(world, anna, 'type `/plan` there');
    await whispered(world, anna, 'archived');
    expect([anna, guest, stranger].flatMap((user) => slack.modals(user))).toEqual([]);
    expect(await tasksOf()).toEqual([]);
  });

  it('is refused to someone who left the channel before the form was sent', async () => {
    const { slack, ben, channel } = world;
    await slack.command({ user: ben, channel, command: '/plan', text: 'Steal' });
    await slack.kick(channel, ben);
    const done = await slack.submit(ben, {});
    expect(Object.values(done.errors ?? {})).toEqual([expect.stringContaining('channel')]);
    expect(await tasksOf()).toEqual([]);
  });

  it('lists and helps for the one who asks alone, however the word is written', async () => {
    const { slack, anna, ben, channel } = world;
    await planned(world, 'Draw the maps');
    const before = slack.messages(channel).length;
    for (const text of ['list', 'help', 'List', 'HELP'])
      await slack.command({ user: anna, channel, command: '/plan', text });
    const told = whispersTo(world, anna);
    expect(told.filter((line) => line.includes('Draw the maps'))).toHaveLength(2);
    expect(
      told.filter((line) => line.includes('/plan <title>') || line.includes('&lt;title&gt;')),
    ).toHaveLength(2);
    expect(slack.modal(anna)).toBeUndefined();
    expect(whispersTo(world, ben)).toEqual([]);
    expect(slack.messages(channel)).toHaveLength(before);
  });

  it('refuses a title of blanks at its field', async () => {
    const { slack, anna, channel } = world;
    await slack.command({ user: anna, channel, command: '/plan' });
    const done = await slack.submit(anna, { title: '   ' });
    expect(done.errors).toEqual({ title: expect.stringContaining('at least one character') });
    expect(await tasksOf()).toEqual([]);
  });

  it.each([300, 3_000, 3_900])('keeps every word of a title of %i characters', async (length) => {
    const { slack, anna, channel } = world;
    const words = 'rivers and the towns beside them '.repeat(Math.floor(length / 33));
    const { status } = await slack.command({
      user: anna,
      channel,
      command: '/plan',
      text: `Draw ${words}mouth`,
    });
    expect(status).toBe(200);
    await slack.submit(anna, {});
    const task = await slack.until(
      async () => (await world.milepost.stores.tasks.list({ teamId: world.milepost.teamId, limit: 1 }))[0],
      'the task',
    );
    expect(task.title.length).toBeLessThanOrEqual(120);
    expect(task.title).toMatch(/^Draw rivers/u);
    // A field of a form takes 3,000 characters; beyond them the form says so.
    const kept = `Draw ${words}mouth`.slice(0, 2_990);
    expect(task.description.slice(0, 2_990)).toBe(kept);
  });

  it('pings nobody and links nowhere with what stands in title and details', async () => {
    const { slack, provider, ben, channel } = world;
    const nasty = `<!channel> <@${ben}> <https://evil.example/a|here> [there](https://evil.example/b) *bold*`;
    provider.plans([
      { plan: `# Plan\n\n${nasty}\n\n<!here> https://evil.example/c`, checklist: [`${nasty}`] },
    ]);
    const before = slack.messages(channel).length;
    await planTask(world, { title: nasty.slice(0, 100), details: `${nasty}\nhttps://evil.example/own` });
    const [title = ''] = await tasksOf();
    const task = await taskWhen(world, title, 'planned', (one) => one.status === 'backlog');
    const planning = await threadOf(world, task, 'planning');
    const plan = await messageWith(world, planning, 'Plan v1* for');
    await press(world, ben, plan, 'task_ready');
    await threadOf(world, task, 'task');
    const posts = slack.messages(channel).slice(before);
    expect(posts.length).toBeGreaterThanOrEqual(3);
    const shown = JSON.stringify(posts.map(({ text, blocks }) => ({ text, blocks })));
    expect(shown).not.toContain('<!');
    expect(shown).not.toContain('<https://evil');
    expect(shown).not.toContain('<http://evil');
    expect(linksOf(slack.message(channel, plan))).not.toContain('https://evil.example/c');
    for (const call of slack.callsOf('chat.postMessage'))
      expect(call.args).toMatchObject({ unfurl_links: false, unfurl_media: false });
  });

  it('makes one task of a form that Slack sends twice', async () => {
    const { slack, anna, channel } = world;
    await slack.command({ user: anna, channel, command: '/plan', text: 'Once' });
    await Promise.all([slack.submit(anna, {}), slack.submit(anna, {})]);
    await taskWhen(world, 'Once', 'planned', (one) => one.status === 'backlog');
    expect(await tasksOf()).toEqual(['Once']);
    expect(world.provider.requests()).toHaveLength(1);
  });
});

describe('"@Milepost plan"', () => {
  inFreshWorld(quick, enter);
  beforeEach(async () => {
    threads = await world.setUp();
  });
  const mention = (text: string, threadTs?: string) =>
    world.slack.say({
      user: world.anna,
      channel: world.channel,
      threadTs,
      text: `<@${world.slack.botUserId}> ${text}`,
    });

  it('without a title gets a hint that only its author sees', async () => {
    await mention('plan', threads.Outline);
    await whispered(world, world.anna, 'Say what to plan');
    expect(await tasksOf()).toEqual([]);
    expect(threadText(world, threads.Outline ?? '')).toHaveLength(2);
  });

  it('plans in the channel, under the project card and in a task thread, and a plan’s deadline is a question', async () => {
    const { ts } = await mention('plan From the channel');
    await threadSays(world, ts, 'From the channel');
    await mention('plan Of the project', threads.project);
    await threadSays(world, threads.project ?? '', 'Of the project');
    const { card } = await readied(world, 'Mother');
    await mention('plan Daughter', card);
    await threadSays(world, card, 'Planning goes on here');
    await mention('plan’s deadline, when is it?', threads.Cover);
    await threadSays(world, threads.Cover ?? '', 'Answer to');
    await mention('plan-b is what?', threads.Outline);
    await threadSays(world, threads.Outline ?? '', 'Answer to');
    expect((await tasksOf()).sort()).toEqual(['Daughter', 'From the channel', 'Mother', 'Of the project']);
    expect((await taskCalled(world, 'Of the project'))?.milestoneId).toBeNull();
  });

  it('that was a question and becomes one again makes one task and keeps one answer', async () => {
    const { slack, channel } = world;
    const thread = threads.Outline ?? '';
    const { ts } = await mention('where do we begin?', thread);
    await threadSays(world, thread, 'where do we begin?');
    const edit = (text: string) => slack.edit({ channel, ts, text: `<@${slack.botUserId}> ${text}` });
    await edit('plan The beginning');
    await threadSays(world, thread, 'Planning goes on here');
    await edit('where do we end?');
    await threadSays(world, thread, 'Answer to: anna: @Milepost where do we end?');
    expect(await tasksOf()).toEqual(['The beginning']);
    expect(threadText(world, thread).filter((text) => text.includes('Answer to'))).toHaveLength(1);
  });

  it('as a shortcut on a message of a thread the bot does not know says there where it goes on', async () => {
    const { slack, anna, ben, channel } = world;
    const { ts: root } = await slack.say({ user: ben, channel, text: 'Just talking.' });
    const { ts } = await feedback('We need a glossary.', root);
    await slack.shortcut({ user: anna, callbackId: 'plan_this', channel, ts });
    await slack.submit(anna, {});
    await threadSays(world, root, 'Planning goes on here');
    expect((await taskCalled(world, 'We need a glossary.'))?.milestoneId).toBeNull();
  });
});

describe('Feedback in the planning thread', () => {
  inFreshWorld(quick, enter);
  beforeEach(async () => {
    threads = await world.setUp();
  });
  const settled = (title: string, version: number) =>
    taskWhen(
      world,
      title,
      `planned in version ${version}`,
      (one) => one.status === 'backlog' && (one.plan?.version ?? 0) >= version,
    );

  it('in quick succession ends up in one last plan that knows all of it', async () => {
    const { planning } = await planned(world, 'Maps');
    await Promise.all(['Alpha', 'Beta', 'Gamma'].map((word) => feedback(`Mind the ${word}.`, planning)));
    await world.slack.until(async () => {
      const last = lastSent(world);
      return ['Alpha', 'Beta', 'Gamma'].every((word) => last.includes(`Mind the ${word}.`));
    }, 'a request with all of it');
    const task = await settled('Maps', 2);
    expect(task.feedback).toBe(3);
  });

  it('that is edited while the planner thinks makes it think once more', async () => {
    const { slack, provider, channel } = world;
    const { planning } = await planned(world, 'Maps');
    provider.hold();
    const { ts } = await feedback('In blue.', planning);
    await provider.until(2);
    await slack.edit({ channel, ts, text: 'In green.' });
    provider.release();
    await slack.until(() => lastSent(world).includes('ben: In green.'), 'a plan of the new words');
    await settled('Maps', 3);
    expect(lastSent(world)).not.toContain('In blue.');
  });

  it('that is deleted before the planner could read it leaves the task with its plan, not waiting for ever', async () => {
    const { slack, provider, channel } = world;
    const { planning } = await planned(world, 'Maps');
    provider.answer(isPlanning, { error: 503 }, { times: 1 });
    provider.hold();
    const { ts } = await feedback('Forget this.', planning);
    await provider.until(2);
    await slack.remove({ channel, ts });
    provider.release();
    await settled('Maps', 2);
    expect(lastSent(world)).not.toContain('Forget this.');
  });

  it('that arrives minutes late, with an older ts than a plan, is taken up', async () => {
    const { slack } = world;
    const { planning } = await planned(world, 'Maps');
    const late = await slack.say({
      user: world.ben,
      channel: world.channel,
      threadTs: planning,
      text: 'I said it first.',
      deliver: false,
    });
    await feedback('I said it second.', planning);
    await settled('Maps', 2);
    await slack.deliverWithRetries(late.events.message ?? {});
    await settled('Maps', 3);
    expect(lastSent(world)).toContain('ben: I said it first.');
  });

  it('that is written before the thread of the card is written down is refused until it is, and not lost', async () => {
    const { slack, ben, channel } = world;
    const early: Awaited<ReturnType<typeof slack.say>>[] = [];
    slack.after(
      'chat.postMessage',
      async () => {
        const root = slack.messages(channel).findLast((message) => textOf(message).includes('Maps'))?.ts;
        early.push(
          await slack.say({ user: ben, channel, threadTs: root, text: 'Early bird.', retries: false }),
        );
      },
      { match: (args) => textOf(args).includes('Maps') },
    );
    await planTask(world, { title: 'Maps' });
    const task = await settled('Maps', 1);
    await threadOf(world, task, 'planning');
    const [said] = early;
    expect(said?.delivered.map((one) => one.status)).not.toContain(200);
    await slack.deliverWithRetries(said?.events.message ?? {});
    await settled('Maps', 2);
    expect(lastSent(world)).toContain('ben: Early bird.');
  });

  it('takes work that is in progress back into planning, also on the card of the task', async () => {
    const { slack, anna, ben } = world;
    const { card, planning, task } = await readied(world, 'Maps');
    await press(world, ben, card, 'task_start');
    await cardSays(world, card, `<@${ben}> works on it`);
    world.provider.hold();
    await feedback('Not yet, please.', planning, anna);
    await cardSays(world, card, 'In planning');
    expect(await stored(world, task)).toMatchObject({ status: 'planning', lease: null });
    expect(textOf(slack.message(world.channel, card))).not.toContain('works on it');
    world.provider.release();
    await settled('Maps', 2);
  });

  it('that mentions the bot is answered and counted', async () => {
    const { slack } = world;
    const { planning, task } = await planned(world, 'Maps');
    await feedback(`<@${slack.botUserId}> how many pages?`, planning);
    await threadSays(world, planning, 'Answer to: ben: @Milepost how many pages?');
    await settled('Maps', 2);
    expect((await stored(world, task)).feedback).toBe(1);
  });

  it('for a task that is over asks once, however much is said, and again after it was left', async () => {
    const { slack, anna, ben, channel } = world;
    const { planning, task } = await planned(world, 'Maps');
    await press(world, anna, planning, 'task_cancel').catch(() =>
      slack.click({
        user: anna,
        channel,
        ts: planning,
        actionId: 'task_menu',
        optionValue: `cancel:${task.id}`,
      }),
    );
    await cardSays(world, planning, 'Cancelled');
    const questions = () =>
      slack.thread(channel, planning).filter((message) => textOf(message).includes('planned again'));
    await feedback('One.', planning);
    await feedback('Two.', planning);
    await slack.until(async () => (await stored(world, task)).feedback === 2, 'both are counted');
    await slack.until(() => questions().length === 1, 'the question');
    const [asked] = questions();
    await press(world, ben, asked?.ts ?? '', 'task_leave');
    await threadSays(world, planning, 'stays as it is');
    await feedback('Three.', planning);
    await slack.until(async () => (await stored(world, task)).feedback === 3, 'it is counted');
    expect((await stored(world, task)).status).toBe('cancelled');
    await press(world, ben, asked?.ts ?? '', 'task_reopen');
    await settled('Maps', 2);
    for (const word of ['One.', 'Two.', 'Three.']) expect(lastSent(world)).toContain(word);
  });

  it('for a task that is over is asked about even when something else changes at the same moment', async () => {
    const { slack, anna, channel } = world;
    const { planning, task } = await planned(world, 'Maps');
    await slack.click({ user: anna, channel, ts: planning, actionId: 'task_plan' });
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    slack.before('chat.update', () => gate, { match: (args) => textOf(args).includes('Cancelled') });
    await slack.click({
      user: anna,
      channel,
      ts: planning,
      actionId: 'task_menu',
      optionValue: `cancel:${task.id}`,
    });
    await feedback('Wait, please.', planning);
    const { errors } = await slack.submit(anna, { 'checklist:1:0': ['0'] });
    expect(errors).toBeUndefined();
    await slack.until(async () => (await stored(world, task)).checklist[0]?.done, 'the item is ticked');
    open();
    await threadSays(world, planning, 'planned again');
  });
});
