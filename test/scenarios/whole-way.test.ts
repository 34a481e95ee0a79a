import { describe, expect, it } from 'vitest';
import { connect, runOnce } from '../../scripts/example-bot.ts';
import { createApiKeys } from '../../src/use-cases/api-keys.ts';
import { textOf } from '../support/fake-slack/index.ts';
import type { World } from '../support/world.ts';
import { hastyClock, inFreshWorld, reads, whispered } from './acting.ts';
import {
  homeShows,
  messageWith,
  openHome,
  planTask,
  taskWhen,
  threadOf,
  threadSays,
} from './planning-acts.ts';

describe('The whole way, with a bot outside that plans and works', () => {
  let world: World;
  inFreshWorld({ overrides: { now: hastyClock() }, env: { PLANNER: 'external' } }, (fresh) => {
    world = fresh;
  });

  it('goes from /plan over two plans and a stale button to a result, and the Home and the cards follow', async () => {
    const { slack, milepost, provider, anna, ben, channel } = world;
    const threads = await world.setUp();
    const { secret } = await createApiKeys(milepost.stores).create(milepost.teamId, 'Mill');
    const api = connect(`http://127.0.0.1:${milepost.port}`, secret);
    const card = (): string => reads(world, threads.Outline ?? '');
    await openHome(world, anna);

    await planTask(world, { title: 'Draw the maps', details: 'Two pages each. In ink.', place: 'Outline' });
    const task = await taskWhen(world, 'Draw the maps', 'there', () => true);
    const planning = await threadOf(world, task, 'planning');
    await homeShows(world, anna, '*In planning* · 1');
    await homeShows(world, anna, 'Draw the maps');

    expect(await runOnce(api)).toEqual({ planned: 1, done: 0 });
    const v1 = await messageWith(world, planning, 'Plan v1* for');
    expect(reads(world, v1)).toContain('1. Two pages each.');
    expect(reads(world, v1)).toContain('by *Mill*');
    await homeShows(world, anna, 'Nothing is being planned');
    await slack.until(() => card().includes('1 open'), 'the milestone card counts the task');

    await slack.say({ user: ben, channel, threadTs: planning, text: 'Do not forget the bridges.' });
    await homeShows(world, anna, '*In planning* · 1');
    expect(await runOnce(api)).toEqual({ planned: 1, done: 0 });
    const v2 = await messageWith(world, planning, 'Plan v2* for');
    expect(reads(world, v2)).toContain('Do not forget the bridges.');

    await slack.click({ user: anna, channel, ts: v1, actionId: 'task_ready' });
    await whispered(world, anna, 'has moved on to version 2 since you looked (you saw version 1)');
    expect(await runOnce(api)).toEqual({ planned: 0, done: 0 });

    await slack.click({ user: anna, channel, ts: v2, actionId: 'task_ready' });
    const ready = await taskWhen(world, 'Draw the maps', 'ready', (one) => one.status === 'ready');
    const thread = await threadOf(world, ready, 'task');
    await homeShows(world, anna, '*Ready to be worked on* · 1');
    await slack.until(() => card().includes('1 ready'), 'the milestone card follows');
    await slack.say({ user: ben, channel, threadTs: thread, text: 'The towns are in the register.' });

    expect(await runOnce(api)).toEqual({ planned: 0, done: 1 });
    await threadSays(world, thread, 'I went through the plan of “Draw the maps”.');
    await slack.until(() => reads(world, thread).includes('Done'), 'the card of the task says so');
    await homeShows(world, anna, 'Ready to be worked on* · 1', false);
    await homeShows(world, anna, '1 done');
    await slack.until(() => card().includes('1 done'), 'the milestone card follows');

    const { stores, teamId } = milepost;
    const [main] = await stores.conversations.findByKeys(teamId, [`task:${task.id}`]);
    const said = await stores.messages.latest({ teamId, id: main?.id ?? '' }, 100);
    expect(said.map(({ type, content }) => [type, content.split('\n')[0]])).toEqual([
      ['text', 'The towns are in the register.'],
      ['agent_result', 'I went through the plan of “Draw the maps”.'],
    ]);
    const lines = (await stores.tasks.listEvents({ teamId, id: task.id }, 0, 100)).map(
      ({ what, to, by }) => `${what} ${to} ${by.name || by.id}`,
    );
    expect(lines).toEqual([
      `created planning ${anna}`,
      'planned backlog Mill',
      `feedback planning ${ben}`,
      'planned backlog Mill',
      `moved ready ${anna}`,
      'claimed in_progress Mill',
      'moved done Mill',
    ]);
    expect(provider.requests()).toEqual([]);
    expect(textOf(slack.home(anna))).not.toContain('undefined');
  });
});
