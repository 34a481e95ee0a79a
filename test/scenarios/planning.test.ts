import { beforeEach, describe, expect, it } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import type { World } from '../support/world.ts';
import { hastyClock, inFreshWorld, lastSent, sent, whispered } from './acting.ts';
import {
  cardSays,
  homeShows,
  messageWith,
  openHome,
  planTask,
  taskWhen,
  threadOf,
  threadSays,
} from './planning-acts.ts';

describe('From a wish to a plan to work that is ready', () => {
  let world: World;
  let threads: Record<string, string>;
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });
  beforeEach(async () => {
    threads = await world.setUp();
  });

  it('goes on in a planning thread, version by version, until a person marks what they have seen ready', async () => {
    const { slack, provider, anna, ben, channel } = world;
    await openHome(world, anna);
    provider.plans([
      { plan: '# Maps\n\nDraw the rivers first.', checklist: ['Draw the rivers', 'Name the towns'] },
      {
        plan: '# Maps\n\nDraw the rivers first.\n\nThen the bridges.',
        checklist: ['Draw the rivers', 'Bridges'],
      },
    ]);
    await planTask(world, { title: 'Draw the maps', details: 'Two pages each.', place: 'Outline' });

    const task = await taskWhen(world, 'Draw the maps', 'planned', (one) => one.status === 'backlog');
    const planning = await threadOf(world, task, 'planning');
    await threadSays(world, planning, 'Plan v1* for');
    expect(lastSent(world)).toContain('Draw the maps');
    expect(lastSent(world)).toContain('Two pages each.');
    expect(lastSent(world)).toContain('Section: Outline');

    const v1 = await messageWith(world, planning, 'Plan v1* for');
    await slack.say({ user: ben, channel, threadTs: planning, text: 'Do not forget the bridges.' });
    await threadSays(world, planning, 'Plan v2* for');
    expect(lastSent(world)).toContain('ben: Do not forget the bridges.');
    expect(lastSent(world)).toContain('The plan so far (version 1)');
    await homeShows(world, anna, 'Draw the maps', false);

    await slack.click({ user: anna, channel, ts: v1, actionId: 'task_ready' });
    await whispered(world, anna, 'has moved on to version 2 since you looked (you saw version 1)');
    expect((await taskWhen(world, 'Draw the maps', 'there', () => true)).status).toBe('backlog');

    const v2 = await messageWith(world, planning, 'Plan v2* for');
    await slack.click({ user: anna, channel, ts: v2, actionId: 'task_ready' });
    const ready = await taskWhen(world, 'Draw the maps', 'ready', (one) => one.status === 'ready');
    const thread = await threadOf(world, ready, 'task');
    await homeShows(world, anna, 'Draw the maps');
    expect(textOf(slack.message(channel, thread))).toContain('Draw the maps');
    await slack.say({ user: ben, channel, threadTs: thread, text: 'The towns are in the register.' });

    const { stores, teamId } = world.milepost;
    const [main] = await stores.conversations.findByKeys(teamId, [`task:${task.id}`]);
    const said = await stores.messages.latest({ teamId, id: main?.id ?? '' }, 100);
    expect(said.map((message) => message.content)).toEqual(['The towns are in the register.']);
    expect(threads.Outline).toBeDefined();
  });

  it('shows the whole plan with its checklist to tick, and what changed since the version before', async () => {
    const { slack, provider, anna, ben, channel } = world;
    const long = Array.from({ length: 400 }, (_, n) => `Paragraph ${n} of the plan, which is long.`).join(
      '\n\n',
    );
    provider.plans([
      { plan: long, checklist: ['First', 'Second'] },
      { plan: `${long}\n\nAnd one more.`, checklist: ['First', 'Second', 'Third'] },
    ]);
    await planTask(world, { title: 'Write the index' });
    const task = await taskWhen(world, 'Write the index', 'planned', (one) => one.plan !== null);
    const planning = await threadOf(world, task, 'planning');
    const v1 = await messageWith(world, planning, 'Plan v1* for');

    await slack.click({ user: anna, channel, ts: v1, actionId: 'task_plan' });
    expect(textOf(slack.modal(anna))).toContain('Paragraph 0 of the plan');
    expect(textOf(slack.modal(anna))).toContain('Paragraph 399 of the plan');
    await slack.say({ user: ben, channel, threadTs: planning, text: 'One more, please.' });
    const v2 = await messageWith(world, planning, 'Plan v2* for');
    await slack.click({ user: anna, channel, ts: v2, actionId: 'task_plan_changes' });
    expect(textOf(slack.modal(anna))).toContain('And one more.');
    expect(textOf(slack.modal(anna))).not.toContain('Paragraph 100 of the plan');
  });

  it('in a thread with "plan" and a title, in the scope of that thread, and says where it goes on', async () => {
    const { slack, anna, channel, provider } = world;
    provider.plans([{ plan: 'Ask the binder.', checklist: ['Ask'] }]);
    await slack.say({
      user: anna,
      channel,
      threadTs: threads.Cover,
      text: `<@${slack.botUserId}> plan Choose the paper\nIt must take water.`,
    });
    const task = await taskWhen(world, 'Choose the paper', 'planned', (one) => one.status === 'backlog');
    expect(task.description).toBe('It must take water.');
    await threadSays(world, threads.Cover ?? '', 'Choose the paper');
    expect(sent(provider.requests()[0])).toContain('Section: Cover');
    expect(provider.requests()).toHaveLength(1);
  });

  it('from a message through "Plan this"', async () => {
    const { slack, anna, ben, channel } = world;
    const { ts } = await slack.say({
      user: ben,
      channel,
      threadTs: threads.Outline,
      text: 'We need an errata page.\nSomewhere at the end.',
    });
    await slack.shortcut({ user: anna, callbackId: 'plan_this', channel, ts });
    await slack.submit(anna, {});
    const task = await taskWhen(world, 'We need an errata page.', 'there', () => true);
    expect(task.description).toContain('Somewhere at the end.');
    expect(task.milestoneId).not.toBeNull();
    await threadSays(world, threads.Outline ?? '', 'We need an errata page.');
  });

  it('asks before feedback takes a task that is over back into planning', async () => {
    const { slack, anna, ben, channel } = world;
    await planTask(world, { title: 'Print proofs' });
    const task = await taskWhen(world, 'Print proofs', 'planned', (one) => one.status === 'backlog');
    const planning = await threadOf(world, task, 'planning');
    await cardSays(world, planning, 'In the backlog');
    await slack.click({ user: anna, channel, ts: planning, actionId: 'task_menu', optionValue: 'Cancel' });
    await taskWhen(world, 'Print proofs', 'cancelled', (one) => one.status === 'cancelled');
    await slack.say({ user: ben, channel, threadTs: planning, text: 'Print them on the thin paper.' });
    const question = await messageWith(world, planning, 'cancelled');
    expect((await taskWhen(world, 'Print proofs', 'there', () => true)).status).toBe('cancelled');
    const asked = await slack.until(
      () =>
        slack
          .thread(channel, planning)
          .find((message) => JSON.stringify(message.blocks ?? []).includes('task_reopen'))?.ts,
      'the question',
    );
    expect(question).toBeDefined();
    await slack.click({ user: ben, channel, ts: asked, actionId: 'task_reopen' });
    await threadSays(world, planning, 'Plan v2* for');
    expect(lastSent(world)).toContain('Print them on the thin paper.');
  });

  it('never writes a plan into the main conversation and leaves the neighbours out of the planning', async () => {
    const { provider } = world;
    await world.paste(threads.Cover ?? '', 'The cover is to be quince yellow.', 'Colours');
    await planTask(world, { title: 'Sketch the chapters', place: 'Outline' });
    await taskWhen(world, 'Sketch the chapters', 'planned', (one) => one.status === 'backlog');
    expect(provider.requests().map(sent).join('\n')).not.toContain('quince');
    const task = await taskWhen(world, 'Sketch the chapters', 'there', () => true);
    await threadSays(world, await threadOf(world, task, 'planning'), 'Plan v1');
  });
});
