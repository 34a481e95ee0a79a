import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { connect } from '../../scripts/example-bot.ts';
import { createApiKeys } from '../../src/use-cases/api-keys.ts';
import type { World } from '../support/world.ts';
import { hastyClock, inFreshWorld } from './acting.ts';
import { taskWhen } from './planning-acts.ts';

const Made = z.object({ id: z.string() });

describe('A plan that is asked for in a thread which a bot opened for its work', () => {
  let world: World;
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  it('belongs to the milestone of the conversation that the work came from', async () => {
    const { slack, milepost, ben, channel } = world;
    const threads = await world.setUp();
    const { stores, teamId } = milepost;
    const { secret } = await createApiKeys(stores).create(teamId, 'Mill');
    const api = connect(`http://127.0.0.1:${milepost.port}`, secret);
    const parent = await stores.conversations.findByThread(teamId, channel, threads.Outline ?? '');
    const opened = { type: 'task', parentId: parent?.id, title: 'Look for gaps' };
    const { id } = Made.parse(await api('POST', '/conversations', opened));
    await api('POST', `/conversations/${id}/messages`, { content: 'Chapter four is thin.' });
    const threadTs = await slack.until(
      async () => (await stores.conversations.findById({ teamId, id }))?.threadTs ?? undefined,
      'the thread is open',
    );

    const text = `<@${slack.botUserId}> plan Fill chapter four`;
    await slack.say({ user: ben, channel, threadTs, text });
    const task = await taskWhen(world, 'Fill chapter four', 'planned', (one) => one.plan !== null);
    expect(task.milestoneId).toBe(parent?.milestoneId);
    expect(task.milestoneId).not.toBeNull();
  });
});
