import { beforeEach, describe, expect, it } from 'vitest';
import { linksOf, textOf } from '../support/fake-slack/index.ts';
import { isPlanning } from '../support/model-provider.ts';
import type { World } from '../support/world.ts';
import { hastyClock, inFreshWorld, lastSent, tamper, whispered, whispersTo } from './acting.ts';
import {
  atRest,
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
    expect(shown).not.toContain(`<@${ben}`);
    const cards = posts.filter(({ ts }) => ts !== plan).map(({ text, blocks }) => ({ text, blocks }));
    expect(JSON.stringify(cards)).not.toContain('<https://evil');
    const links = linksOf(slack.message(channel, plan));
    expect(links).not.toContain('https://evil.example/c');
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
    const optionValue = `cancel:${task.id}`;
    await slack.click({ user: anna, channel, ts: planning, actionId: 'task_menu', optionValue });
    await cardSays(world, planning, 'Cancelled');
    const questions = () =>
      slack.thread(channel, planning).filter((message) => textOf(message).includes('Should it be'));
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
    await threadSays(world, planning, 'Should it be planned again');
  });
});

describe('The built-in planner', () => {
  inFreshWorld(quick, enter);
  beforeEach(async () => {
    threads = await world.setUp();
  });

  it('that cannot reach its model says so with a reference, and Try again works', async () => {
    const { slack, provider, anna, ben, log } = world;
    provider.answer(isPlanning, { error: 503, message: 'sk-secret' }, { times: 8 });
    await planTask(world, { title: 'Maps' });
    const task = await taskWhen(world, 'Maps', 'there', () => true);
    const planning = await threadOf(world, task, 'planning');
    const notice = await threadSays(world, planning, 'I could not draft this plan');
    const reference = /Reference: ([0-9a-f]{8})/u.exec(notice)?.[1];
    expect(log.lines.find((line) => line.event === 'planning_failed')?.fields.reference).toBe(reference);
    expect(notice).not.toContain('secret');
    expect((await stored(world, task)).status).toBe('planning');
    const ts = await messageWith(world, planning, 'I could not draft this plan');
    await press(world, ben, ts, 'planning_try_again');
    await threadSays(world, planning, 'Plan v1* for');
    await press(world, anna, ts, 'planning_try_again');
    await whispered(world, anna, 'nothing to draft now');
    await slack.idle();
    expect(threadText(world, planning).filter((text) => text.includes('could not draft'))).toHaveLength(1);
  });

  it('whose model never gives a plan as asked for says so, and is asked twice each time', async () => {
    const { provider } = world;
    provider.answer(isPlanning, 'Certainly! Here is the plan.', { times: 16 });
    await planTask(world, { title: 'Maps' });
    const task = await taskWhen(world, 'Maps', 'there', () => true);
    await threadSays(world, await threadOf(world, task, 'planning'), 'I could not draft this plan');
    expect((await stored(world, task)).plan).toBeNull();
  });

  it('drops its plan without a word when the task is cancelled while it thinks', async () => {
    const { slack, provider, anna, channel } = world;
    provider.hold();
    await planTask(world, { title: 'Maps' });
    await provider.until(1);
    const task = await taskWhen(world, 'Maps', 'there', () => true);
    const planning = await threadOf(world, task, 'planning');
    const optionValue = `cancel:${task.id}`;
    await press(world, anna, planning, 'task_cancel').catch(() =>
      slack.click({ user: anna, channel, ts: planning, actionId: 'task_menu', optionValue }),
    );
    await cardSays(world, planning, 'Cancelled');
    provider.release();
    await planTask(world, { title: 'The next one' });
    await taskWhen(world, 'The next one', 'planned', (one) => one.status === 'backlog');
    await atRest(world, 'plan-task');
    expect(threadText(world, planning)).toHaveLength(1);
    expect(await stored(world, task)).toMatchObject({ status: 'cancelled', plan: null });
  });

  it('leaves a task that is planned again without feedback in the backlog once more', async () => {
    const { slack, provider, anna, channel } = world;
    provider.fallback(JSON.stringify({ plan: 'Always the same.', checklist: ['One'] }));
    const { planning, task } = await planned(world, 'Maps');
    const again = async (version: number) => {
      const optionValue = `planning:${task.id}`;
      await slack.click({ user: anna, channel, ts: planning, actionId: 'task_menu', optionValue });
      await threadSays(world, planning, `Plan v${version}* for`);
      await cardSays(world, planning, 'In the backlog');
    };
    await again(2);
    await again(3);
  });
});

describe('Without the built-in planner', () => {
  inFreshWorld({ ...quick, env: { PLANNER: 'external' } }, enter);

  it('tasks wait in planning for bots, with their feedback', async () => {
    threads = await world.setUp();
    await planTask(world, { title: 'Maps' });
    const task = await taskWhen(world, 'Maps', 'there', () => true);
    const planning = await threadOf(world, task, 'planning');
    await feedback('In blue.', planning);
    await world.ask({ thread: threads.Outline ?? '', text: 'Anything?' });
    expect(await stored(world, task)).toMatchObject({ status: 'planning', feedback: 1 });
    expect(world.provider.requests().filter(isPlanning)).toEqual([]);
    const { readTasks } = world.milepost.useCases;
    const { items } = await readTasks.planningItems({ teamId: world.milepost.teamId, limit: 10 });
    expect(items.map((item) => item.forPrompt)).toEqual([expect.stringContaining('In blue.')]);
  });
});

describe('The offline model', () => {
  inFreshWorld({ ...quick, model: 'offline' }, enter);

  it('says that its plan is a draft', async () => {
    threads = await world.setUp();
    await world.paste(threads.Outline ?? '', '# Maps\n\nThe maps are drawn by hand.', 'Notes');
    const { planning } = await planned(world, 'Draw the maps', { place: 'Outline' });
    expect(await threadSays(world, planning, 'Plan v1* for')).toContain('draft of the offline model');
    expect(threadText(world, planning).join()).toContain('drawn by hand');
  });
});

describe('Moving a task', () => {
  inFreshWorld(quick, enter);
  beforeEach(async () => {
    threads = await world.setUp();
  });

  it('with Mark ready pressed by two at once moves it once and tells the other', async () => {
    const { anna, ben, milepost } = world;
    const { plan, task, planning } = await planned(world, 'Maps');
    await Promise.all([press(world, anna, plan, 'task_ready'), press(world, ben, plan, 'task_ready')]);
    await cardSays(world, planning, 'Ready ·');
    const told = [...whispersTo(world, anna), ...whispersTo(world, ben)];
    expect(told).toEqual([expect.stringContaining('cannot become ready')]);
    const events = await milepost.stores.tasks.listEvents({ teamId: milepost.teamId, id: task.id }, 0, 100);
    expect(events.filter((one) => one.to === 'ready')).toHaveLength(1);
  });

  it('is refused to guests, strangers and those who have left, with a sentence', async () => {
    const { slack, ben, channel } = world;
    const { plan, task } = await planned(world, 'Maps');
    const guest = slack.addUser({ name: 'gil', isGuest: true });
    const stranger = slack.addUser({ name: 'sam', teamId: 'T0ELSEWHERE' });
    await slack.invite(channel, guest);
    await slack.invite(channel, stranger);
    await press(world, guest, plan, 'task_ready');
    await whispered(world, guest, 'Guests and people from other organisations');
    await press(world, stranger, plan, 'task_ready');
    await whispered(world, stranger, 'Only people of this workspace');
    slack.before(
      'conversations.members',
      async () => void (await slack.kick(channel, ben, { deliver: false })),
    );
    await press(world, ben, plan, 'task_ready');
    expect(await stored(world, task)).toMatchObject({ status: 'backlog', revision: task.revision });
  });

  it.each([
    ['an id that nobody has', 'f'.repeat(24)],
    ['no id', 'garbage:1'],
    ['nothing', ' '],
    ['an object', '{"$ne":null}:1'],
  ])('with a tampered button that holds %s is refused with a sentence', async (_what, value) => {
    const { anna } = world;
    const { plan, task, planning } = await planned(world, 'Maps');
    const before = threadText(world, planning);
    tamper(world, { ts: plan, actionId: 'task_ready' }, (element) => {
      element.value = value;
    });
    await press(world, anna, plan, 'task_ready');
    await whispered(world, anna, 'There is no such task');
    expect(await stored(world, task)).toMatchObject({ status: 'backlog', revision: task.revision });
    expect(threadText(world, planning)).toEqual(before);
  });

  it('cannot mark a plan ready unseen through the menu, whatever a client sends', async () => {
    const { slack, anna, channel } = world;
    const { planning, task } = await planned(world, 'Unseen');
    tamper(world, { ts: planning, actionId: 'task_menu' }, (element) => {
      element.options = [{ text: { type: 'plain_text', text: 'Ready' }, value: `ready:${task.id}` }];
    });
    const before = await stored(world, task);
    await slack.click({ user: anna, channel, ts: planning, actionId: 'task_menu', optionValue: 'Ready' });
    expect(await stored(world, task)).toEqual(before);
  });

  it('from a card that is out of date gives a sentence and changes nothing', async () => {
    const { slack, anna, ben, channel } = world;
    const { planning, plan, card, task } = await readied(world, 'Maps');
    const old = structuredClone(slack.message(channel, card)?.blocks);
    const putBack = () => {
      const message = slack.message(channel, card);
      if (message !== undefined) message.blocks = structuredClone(old);
    };
    await press(world, ben, card, 'task_start');
    await cardSays(world, card, 'works on it');
    const { revision: working } = await stored(world, task);
    putBack();
    await press(world, anna, card, 'task_start');
    await whispered(world, anna, 'in progress: a person works on it already');
    await press(world, anna, plan, 'task_ready');
    await whispered(world, anna, 'in progress already');
    expect((await stored(world, task)).revision).toBe(working);

    await press(world, anna, planning, 'task_done');
    await cardSays(world, planning, `done by <@${anna}>`);
    const done = await stored(world, task);
    expect(done.doneBy?.id).toBe(anna);
    putBack();
    await press(world, ben, card, 'task_start');
    await whispered(world, ben, 'is done, so it cannot become in progress');
    await press(world, ben, plan, 'task_ready');
    await whispered(world, ben, 'is done, so it cannot become ready');
    expect((await stored(world, task)).revision).toBe(done.revision);
  });
});

describe('The plan as a document', () => {
  inFreshWorld(quick, enter);
  beforeEach(async () => {
    threads = await world.setUp();
  });

  it('of 200,000 characters is read to its end by turning pages, and an older one says that it is older', async () => {
    const { slack, provider, anna, channel } = world;
    const long = Array.from({ length: 1_900 }, (_, n) => `Paragraph ${n} ${'word '.repeat(16)}end.`).join(
      '\n\n',
    );
    provider.plans([
      { plan: long, checklist: ['First'] },
      { plan: 'Short.', checklist: ['First'] },
    ]);
    const { plan, planning } = await planned(world, 'Maps');
    await press(world, anna, plan, 'task_plan');
    let read = textOf(slack.modal(anna));
    while (JSON.stringify(slack.modal(anna)).includes('plan_page:next')) {
      await slack.click({ user: anna, view: 'modal', actionId: 'plan_page:next' });
      read += textOf(slack.modal(anna));
    }
    for (const n of [0, 700, 1_400, 1_899]) expect(read).toContain(`Paragraph ${n} `);

    await feedback('Shorter.', planning);
    await threadSays(world, planning, 'Plan v2* for');
    await press(world, anna, planning, 'task_plan');
    expect(textOf(slack.modal(anna))).toContain('Short.');
    const { task } = { task: await taskWhen(world, 'Maps', 'there', () => true) };
    await slack.click({ user: anna, view: 'modal', actionId: 'plan_version', optionValue: `${task.id}:1` });
    expect(textOf(slack.modal(anna))).toContain('This is an older plan');
    expect(slack.modal(anna)?.submit).toBeNull();
    await slack.kick(channel, anna);
    await slack.click({ user: anna, view: 'modal', actionId: 'plan_version', optionValue: `${task.id}:2` });
    expect(textOf(slack.modal(anna))).toContain('Only members of the channel');
    expect(textOf(slack.modal(anna))).not.toContain('Short.');
  });

  it('ticks what was seen, and nothing of a checklist that came since, with or without a new plan', async () => {
    const { slack, provider, anna, milepost } = world;
    provider.plans([{ plan: 'Do it.', checklist: ['First', 'Second'] }]);
    const { planning, task } = await planned(world, 'Maps');
    await press(world, anna, planning, 'task_plan');
    expect((await slack.submit(anna, { 'checklist:1:0': ['1'] })).view).toBeUndefined();
    await cardSays(world, planning, '1 of 2 ticked');
    await press(world, anna, planning, 'task_plan');
    const ref = { teamId: milepost.teamId, id: task.id };
    const by = { kind: 'person', id: anna, name: '' } as const;
    await milepost.useCases.moveTask.move({ ref, to: 'planning', by, seen: null });
    await taskWhen(world, 'Maps', 'planned anew', (one) => one.plan?.version === 2);
    const refused = await slack.submit(anna, { 'checklist:1:0': ['0', '1'] });
    expect(textOf(refused.view)).toContain('nothing was changed');
    expect((await stored(world, task)).checklist.some((item) => item.done)).toBe(false);

    await press(world, anna, planning, 'task_plan');
    const now = await stored(world, task);
    const event = { by, what: 'planned', version: null } as const;
    await milepost.stores.tasks.change(now, { checklist: [{ text: 'Other', done: false }] }, event);
    const again = await slack.submit(anna, { 'checklist:2:0': ['0'] });
    expect(textOf(again.view)).toContain('nothing was changed');
    expect((await stored(world, task)).checklist).toEqual([{ text: 'Other', done: false }]);
  });

  it('has live links to what is attached where the task belongs, and to nothing else', async () => {
    const { slack, provider, anna, channel } = world;
    await slack.say({ user: anna, channel, threadTs: threads.Outline, text: 'https://maps.example/known' });
    await slack.say({ user: anna, channel, threadTs: threads.Cover, text: 'https://maps.example/cover' });
    await whispered(world, anna, 'Attached to');
    provider.plans([
      {
        plan: 'Read https://maps.example/known, https://maps.example/cover and https://maps.example/made-up.',
        checklist: [],
      },
    ]);
    const { plan } = await planned(world, 'Maps', { place: 'Outline' });
    expect(linksOf(slack.message(channel, plan))).toEqual(['https://maps.example/known']);
    await press(world, anna, plan, 'task_plan');
    expect(linksOf(slack.modal(anna))).toEqual(['https://maps.example/known']);
  });
});

describe('What is around a task', () => {
  inFreshWorld(quick, enter);

  it('stays with it when its milestone is deleted, and the card of a milestone counts its tasks', async () => {
    threads = await world.setUp();
    const { slack, anna, channel, milepost } = world;
    const { plan, task, planning } = await planned(world, 'Maps', { place: 'Outline' });
    const outline = threads.Outline ?? '';
    await cardSays(world, outline, '1 open');
    await press(world, anna, plan, 'task_ready');
    await cardSays(world, outline, '1 ready');
    const ref = { teamId: milepost.teamId, id: task.milestoneId ?? '' };
    await milepost.useCases.milestones.remove(ref, anna);
    expect((await stored(world, task)).milestoneId).toBeNull();
    await feedback('On with it.', planning);
    await threadSays(world, planning, 'Plan v2* for');
    await cardSays(world, planning, 'In the backlog · Book');
    expect(textOf(slack.message(channel, planning))).not.toContain('Outline');
  });

  it('refuses to move it while the channel is archived, and lets it go on afterwards', async () => {
    threads = await world.setUp();
    const { slack, anna, channel } = world;
    const { plan, task, planning } = await planned(world, 'Maps');
    await slack.renameChannel(channel, 'atlas');
    await slack.archiveChannel(channel);
    await press(world, anna, plan, 'task_ready');
    expect((await stored(world, task)).status).toBe('backlog');
    await slack.unarchiveChannel(channel);
    await press(world, anna, plan, 'task_ready');
    await cardSays(world, planning, 'Ready ·');
    const main = await threadOf(world, await stored(world, task), 'task');
    expect(threadText(world, main)).toHaveLength(1);
    expect(await planningMessages(world, task)).toHaveLength(1);
  });
});
