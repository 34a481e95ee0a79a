import { describe, expect, it } from 'vitest';
import type { World } from '../support/world.ts';
import { hastyClock, inFreshWorld } from './acting.ts';
import { planTask, taskWhen, threadOf, threadSays } from './planning-acts.ts';

describe('Planning in a channel that is archived meanwhile', () => {
  let world: World;
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  it('stands still, and goes on when the channel comes back', async () => {
    const { slack, provider, channel } = world;
    await world.setUp();
    provider.hold();
    await planTask(world, { title: 'Count the otters' });
    const task = await taskWhen(world, 'Count the otters', 'there', () => true);
    const planning = await threadOf(world, task, 'planning');
    await provider.until(1);
    await slack.archiveChannel(channel);
    provider.release();
    const jobs = world.milepost.connection.collection('jobs');
    await slack.until(
      async () =>
        (await jobs.find({ teamId: slack.teamId, kind: 'plan-task' }).toArray()).every(
          (job) => job.state === 'done',
        ),
      'the planner has ended',
    );
    expect(await taskWhen(world, 'Count the otters', 'there', () => true)).toMatchObject({
      status: 'planning',
      plan: null,
    });

    await slack.unarchiveChannel(channel);
    await taskWhen(world, 'Count the otters', 'planned', (one) => one.status === 'backlog');
    await threadSays(world, planning, 'Plan v1* for');
    expect(provider.requests()).toHaveLength(2);
  });
});
