import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type Api, connect } from '../../scripts/example-bot.ts';
import { person } from '../../src/domain/actor.ts';
import type { Task } from '../../src/domain/task.ts';
import { createApiKeys } from '../../src/use-cases/api-keys.ts';
import { conversationKey } from '../../src/use-cases/task-conversations.ts';
import type { World } from '../support/world.ts';
import { hastyClock, inFreshWorld, sent } from './acting.ts';
import {
  messageWith,
  planned,
  planTask,
  press,
  stored,
  taskWhen,
  threadOf,
  threadSays,
} from './planning-acts.ts';

const Item = z.object({ id: z.string(), basedOn: z.string() });
const Page = z.object({ items: z.array(Item) });
const Said = z.object({ id: z.string() });
const Planned = z.object({ status: z.string(), planDocument: z.object({ version: z.number() }).nullable() });

describe('What a plan is based on', () => {
  let world: World;
  let api: Api;
  let id: string;
  let thread: string;
  inFreshWorld({ overrides: { now: hastyClock() }, env: { PLANNER: 'external' } }, (fresh) => {
    world = fresh;
  });
  beforeEach(async () => {
    await world.setUp();
    const { milepost } = world;
    const { secret } = await createApiKeys(milepost.stores).create(milepost.teamId, 'Mill');
    api = connect(`http://127.0.0.1:${milepost.port}`, secret);
    await planTask(world, { title: 'Choose the paper' });
    const task = await taskWhen(world, 'Choose the paper', 'there', () => true);
    id = task.id;
    thread = await threadOf(world, task, 'planning');
  });

  async function basis(): Promise<string> {
    return Page.parse(await api('GET', '/tasks/planning-items')).items[0]?.basedOn ?? '';
  }

  async function complete(plan: string, basedOn: string) {
    const made = Planned.parse(await api('POST', `/tasks/${id}/planning-complete`, { plan, basedOn }));
    return [made.status, made.planDocument?.version];
  }

  async function tell(content: string, role: 'user' | 'assistant'): Promise<string> {
    return Said.parse(await api('POST', `/tasks/${id}/planning-conversation`, { content, role })).id;
  }

  /** The process dies when the task has counted the feedback and its message does not know of it yet. */
  async function halfCounted(act: () => Promise<unknown>): Promise<void> {
    const { messages } = world.milepost.stores;
    const { arrived } = messages;
    messages.arrived = async () => {
      throw new Error('The process died here.');
    };
    await act();
    messages.arrived = arrived;
  }

  it('is out of date when feedback came since, also while that is only half counted', async () => {
    const { slack, ben, channel } = world;
    const before = await basis();
    const text = 'It must take water.';
    const told: Awaited<ReturnType<typeof slack.say>>[] = [];
    await halfCounted(async () =>
      told.push(await slack.say({ user: ben, channel, threadTs: thread, text, retries: false })),
    );
    expect((await stored(world, { id })).feedback).toBe(1);
    expect(await complete('Any paper.', before)).toEqual(['planning', 1]);
    await slack.deliver(told[0]?.events.message ?? {});
    expect(await complete('Waterproof paper.', await basis())).toEqual(['backlog', 2]);
  });

  it('is out of date when feedback was edited since, also while that is only half counted', async () => {
    const { slack, ben, channel } = world;
    const { ts } = await slack.say({ user: ben, channel, threadTs: thread, text: 'It must be white.' });
    const before = await basis();
    const told: Awaited<ReturnType<typeof slack.edit>>[] = [];
    await halfCounted(async () =>
      told.push(await slack.edit({ user: ben, channel, ts, text: 'It must be cream.', retries: false })),
    );
    expect((await stored(world, { id })).feedback).toBe(2);
    expect(await complete('White paper.', before)).toEqual(['planning', 1]);
    await slack.deliver(told[0]?.event ?? {});
    expect(await complete('Cream paper.', await basis())).toEqual(['backlog', 2]);
  });

  it('may be a note of a bot: whoever has read it has read the feedback before it, not that after it', async () => {
    await tell('It must be thin.', 'user');
    const note = await tell('I am looking for thin paper.', 'assistant');
    await tell('And cheap.', 'user');
    expect(await complete('Thin paper.', note)).toEqual(['planning', 1]);
    const later = await tell('I have found some.', 'assistant');
    expect(await complete('Thin and cheap paper.', later)).toEqual(['backlog', 2]);
  });
});

describe('A task whose move to another milestone is written and no more', () => {
  let world: World;
  inFreshWorld({ overrides: { now: hastyClock() } }, (fresh) => {
    world = fresh;
  });

  const HERON = 'The heron nests in the reeds.';
  const KINGFISHER = 'The kingfisher digs into the bank.';

  beforeEach(async () => {
    const threads = await world.setUp();
    await world.paste(threads.Outline ?? '', HERON);
    await world.paste(threads.Cover ?? '', KINGFISHER);
  });

  /** As the API moves it, in a process that dies right after. @returns the milestone it is in now. */
  async function moveToCover(task: Task): Promise<string> {
    const { stores, teamId } = world.milepost;
    const all = await stores.milestones.listByProject(teamId, task.projectId);
    const milestoneId = all.find(({ title }) => title === 'Cover')?.id ?? '';
    const event = { by: person(world.anna), what: 'edited', version: null } as const;
    const moved = await stores.tasks.change(await stored(world, task), { milestoneId }, event);
    expect(moved).toMatchObject({ milestoneId, unsettled: true });
    world.provider.reset();
    return milestoneId;
  }

  /** What the model has been sent since the move is of the new milestone alone. */
  function readsTheCoverAlone(): void {
    const requests = world.provider.requests().map(sent);
    expect(requests).not.toEqual([]);
    for (const request of requests) {
      expect(request).toContain(KINGFISHER);
      expect(request).not.toContain(HERON);
    }
  }

  it('is planned from the new one', async () => {
    const { provider, anna } = world;
    provider.answer('Plan this task', { error: 503, message: 'Not now.' });
    await planTask(world, { title: 'Draw the birds', place: 'Outline' });
    const task = await taskWhen(world, 'Draw the birds', 'there', () => true);
    const planning = await threadOf(world, task, 'planning');
    const failed = await messageWith(world, planning, 'Try again');
    expect(sent(provider.requests()[0])).toContain(HERON);

    await moveToCover(task);
    await press(world, anna, failed, 'planning_try_again');
    await threadSays(world, planning, 'Plan v1* for');
    readsTheCoverAlone();
  });

  it('has questions in its thread answered from the new one, and its conversations follow', async () => {
    const { milepost, anna, slack } = world;
    const { stores, teamId } = milepost;
    const { task, plan } = await planned(world, 'Draw the birds', { place: 'Outline' });
    await press(world, anna, plan, 'task_ready');
    const thread = await threadOf(world, task, 'task');
    const milestoneId = await moveToCover(task);
    await world.ask({ thread, text: 'Which bird is it?' });
    readsTheCoverAlone();

    const keys = [conversationKey('planning', task.id), conversationKey('task', task.id)];
    await slack.until(async () => {
      await milepost.settleLeftOver(teamId, 0);
      return !(await stored(world, task)).unsettled;
    }, 'what was left over is settled');
    const both = await stores.conversations.findByKeys(teamId, keys);
    expect(both.map((one) => one.milestoneId)).toEqual([milestoneId, milestoneId]);
  });
});

describe('Tasks that a dead process left unsettled', () => {
  let world: World;
  inFreshWorld({ model: 'offline', env: { PLANNER: 'external' } }, (fresh) => {
    world = fresh;
  });

  it('are settled each for itself: one that cannot be keeps no other waiting', async () => {
    const { slack, milepost, anna } = world;
    const { stores, teamId } = milepost;
    await world.setUp();
    const tasks: Task[] = [];
    for (const title of ['Cannot be settled', 'Waits behind it']) {
      await planTask(world, { title });
      const { id } = await taskWhen(world, title, 'settled', (one) => !one.unsettled);
      const task = await stored(world, { id });
      await stores.tasks.change(task, { title: `${title}!` }, edited(anna));
      tasks.push(task);
    }
    const [stuck, waiting] = tasks.map(({ id }) => ({ teamId, id }));
    const { addEvent } = stores.tasks;
    stores.tasks.addEvent = async (ref, event) => {
      if (ref.id === stuck?.id) throw new Error('This one cannot be settled.');
      return addEvent(ref, event);
    };
    const isSettled = async (id = '') => {
      await milepost.settleLeftOver(teamId, 0);
      return !(await stored(world, { id })).unsettled;
    };
    await slack.until(() => isSettled(waiting?.id), 'the second one is settled');
    expect(await stored(world, { id: stuck?.id ?? '' })).toMatchObject({ unsettled: true });
    stores.tasks.addEvent = addEvent;
    await slack.until(() => isSettled(stuck?.id), 'the first one is settled as well');
  });

  const edited = (userId: string) => ({ by: person(userId), what: 'edited', version: null }) as const;
});
