import { describe, expect, it } from 'vitest';
import { createApiKeys } from '../../src/use-cases/api-keys.ts';
import { conversationKey } from '../../src/use-cases/task-conversations.ts';
import { type Client, clientFor } from '../http/api-world.ts';
import { textOf } from '../support/fake-slack/index.ts';
import type { World } from '../support/world.ts';
import { hastyClock, inFreshWorld } from './acting.ts';
import {
  atRest,
  cardSays,
  homeShows,
  messageWith,
  openHome,
  planned,
  planTask,
  press,
  stored,
  taskWhen,
  threadOf,
  threadSays,
} from './planning-acts.ts';

/** The API of the process that runs now. */
async function bot({ milepost }: World): Promise<Client> {
  const { stores, teamId, port } = milepost;
  const { key, secret } = await createApiKeys(stores).create(teamId, 'Mill');
  return clientFor(`http://127.0.0.1:${port}`, key.id, secret);
}

async function projectOf({ milepost, channel }: World): Promise<string> {
  return (await milepost.stores.projects.findByChannel(milepost.teamId, channel))?.id ?? '';
}

/** A process that takes events and requests in and works on nothing. */
const IDLE = { worker: { concurrency: 0 } };

describe('A project that is away for a while', () => {
  let world: World;
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  const threadsOf = async (taskId: string) => {
    const { stores, teamId } = world.milepost;
    const keys = [conversationKey('planning', taskId), conversationKey('task', taskId)];
    const both = await stores.conversations.findByKeys(teamId, keys);
    return both.flatMap(({ threadTs }) => (threadTs === null ? [] : [threadTs]));
  };

  /** Takes the project out of use; what was to be done for its tasks runs only then. */
  async function takeOut(projectId: string): Promise<void> {
    await (await bot(world)).call('DELETE', `/projects/${projectId}`);
    await world.restart();
    await atRest(world, 'follow-task', 'plan-task');
  }

  async function bringBack(projectId: string): Promise<void> {
    const back = await (await bot(world)).call('PATCH', `/projects/${projectId}`, { state: 'active' });
    expect(back.body).toMatchObject({ state: 'active' });
  }

  it('taken out through the API and brought back, has its tasks shown and planned that came in between', async () => {
    await world.setUp();
    const projectId = await projectOf(world);
    await world.restart(IDLE);
    await planTask(world, { title: 'Count the otters' });
    const task = await taskWhen(world, 'Count the otters', 'there', () => true);
    await takeOut(projectId);
    expect(await stored(world, task)).toMatchObject({ status: 'planning', plan: null });
    expect(await threadsOf(task.id)).toEqual([]);

    await bringBack(projectId);
    await taskWhen(world, 'Count the otters', 'planned', (one) => one.status === 'backlog');
    const planning = await threadOf(world, task, 'planning');
    await threadSays(world, planning, 'Plan v1* for');
    await cardSays(world, planning, 'In the backlog');
  });

  it('has the planner try again when it is back, which someone had asked for right before', async () => {
    const { provider, anna } = world;
    await world.setUp();
    const projectId = await projectOf(world);
    provider.answer('Plan this task', { error: 503, message: 'Not now.' });
    await planTask(world, { title: 'Count the otters' });
    const task = await taskWhen(world, 'Count the otters', 'there', () => true);
    const planning = await threadOf(world, task, 'planning');
    const failed = await messageWith(world, planning, 'Try again');
    provider.reset();
    await world.restart(IDLE);
    await press(world, anna, failed, 'planning_try_again');
    await takeOut(projectId);
    expect(provider.requests()).toEqual([]);

    await bringBack(projectId);
    await threadSays(world, planning, 'Plan v1* for');
  });

  it('with its channel archived and back, has the thread of a task that was made ready right before', async () => {
    const { slack, anna, channel } = world;
    await world.setUp();
    const { task, planning, plan } = await planned(world, 'Count the otters');
    await world.restart(IDLE);
    await press(world, anna, plan, 'task_ready');
    await taskWhen(world, 'Count the otters', 'ready', (one) => one.status === 'ready');
    await slack.archiveChannel(channel);
    await world.restart();
    await atRest(world, 'follow-task');
    expect(await threadsOf(task.id)).toEqual([planning]);

    await slack.unarchiveChannel(channel);
    await cardSays(world, await threadOf(world, task, 'task'), 'Count the otters');
    await cardSays(world, planning, 'Ready ·');
  });

  it('goes from the Homes that people have open when it is taken out through the API', async () => {
    const { anna } = world;
    await world.setUp({ name: 'The long river' });
    expect(await openHome(world, anna)).toContain('The long river');
    await (await bot(world)).call('DELETE', `/projects/${await projectOf(world)}`);
    await homeShows(world, anna, 'The long river', false);
  });
});

describe('Mark ready, pressed by someone who has left a private channel', () => {
  let world: World;
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  it('says to join, and nothing of the task', async () => {
    const { slack, provider, anna, ben } = world;
    const channel = slack.addChannel({ name: 'vault', members: [anna, ben], isPrivate: true });
    await world.setUp({ channel });
    const vault = { ...world, channel };
    const { task, planning, plan } = await planned(vault, 'Hide the gold');
    provider.hold();
    await slack.say({ user: anna, channel, threadTs: planning, text: 'Deeper.' });
    await taskWhen(vault, 'Hide the gold', 'in planning', (one) => one.status === 'planning');
    expect(await openHome(vault, ben)).toContain('Mark ready');

    await slack.kick(channel, ben, { deliver: false });
    await press(vault, anna, plan, 'task_ready');
    await press(vault, anna, await threadOf(vault, task, 'task'), 'task_start');
    const { revision } = await taskWhen(vault, task.title, 'begun', (one) => one.status === 'in_progress');
    await slack.click({ user: ben, view: 'home', actionId: 'task_ready' });
    const told = await slack.until(() => textOf(slack.modal(ben)), 'a window tells why');
    expect(told).toContain('Join the channel first');
    expect(told).not.toContain('gold');
    expect((await stored(vault, task)).revision).toBe(revision);
    provider.release();
  });
});
