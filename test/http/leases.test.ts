import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bot } from '../../src/domain/actor.ts';
import type { Task } from '../../src/domain/task.ts';
import { conversationKey } from '../../src/use-cases/task-conversations.ts';
import { type ApiWorld, type Client, idOf, itemsOf, startApiWorld } from './api-world.ts';

let world: ApiWorld;
let mill: Client;
let weir: Client;

const AN_HOUR = 3_600_000;

beforeAll(async () => {
  // Leases are on MongoDB's clock: that of this process, an hour ahead of it, decides nothing.
  world = await startApiWorld({ overrides: { now: () => Date.now() + AN_HOUR } });
  mill = await world.newKey('Mill');
  weir = await world.newKey('Weir');
});
afterAll(() => world?.close());

async function readyTask(title: string): Promise<string> {
  const id = idOf(await mill.post('/tasks', { projectId: world.projectId, title }));
  await mill.post(`/tasks/${id}/planning-complete`, { plan: 'Three pages.', destination: 'ready' });
  return id;
}

/** As the API claims, for less than the shortest lease that it gives. */
function claimBriefly(id: string, seconds: number, worker = ''): Promise<Task> {
  const { api, teamId } = world.milepost;
  return api.services.workOnTask.claim({ teamId, id }, { by: bot(mill.keyId, 'Mill'), worker }, seconds);
}

/** Waits until the task is ready without anybody's doing. */
async function comesBack(id: string): Promise<void> {
  const { stores, teamId } = world.milepost;
  const isReady = async () => (await stores.tasks.findById({ teamId, id }))?.status === 'ready';
  await world.slack.until(isReady, 'the task is ready again');
  expect((await history(id)).slice(-2)).toEqual(['claimed in_progress', 'lease_ended ready']);
}

async function history(id: string): Promise<string[]> {
  return itemsOf(await mill.get(`/tasks/${id}/history`)).map(({ what, to }) => `${what} ${to}`);
}

/** Waits until a claim succeeds, the lease before it having ended. */
function takesOver(client: Client, id: string, worker = ''): Promise<unknown> {
  return world.slack.until(
    async () => (await client.post(`/tasks/${id}/claim`, { worker })).status === 200,
    'the task is to be had',
  );
}

/** What was said in the task's main conversation, oldest first. */
async function said(id: string): Promise<string[]> {
  const { stores, teamId } = world.milepost;
  const [talk] = await stores.conversations.findByKeys(teamId, [conversationKey('task', id)]);
  const messages = await stores.messages.latest({ teamId, id: talk?.id ?? '' }, 100);
  return messages.map(({ userId, content }) => `${userId}: ${content}`);
}

describe('A lease', () => {
  it('that is shortened ends at its new end', async () => {
    const id = await readyTask('Shortened');
    expect(await mill.post(`/tasks/${id}/claim`, { leaseSeconds: 86_400 })).toMatchObject({ status: 200 });
    await claimBriefly(id, 0.2);
    await comesBack(id);
  });

  it('that is prolonged ends at its new end, also when whoever prolonged it died right after', async () => {
    const { teamId, stores } = world.milepost;
    const id = await readyTask('Prolonged');
    const task = await claimBriefly(id, 1.5);
    const prolonged = await stores.tasks.claim(task, bot(mill.keyId, 'Mill'), '', 2_000);
    const until = prolonged?.lease?.until?.getTime() ?? Number.POSITIVE_INFINITY;
    await comesBack(id);
    const events = await stores.tasks.listEvents({ teamId, id }, 0, 100);
    expect(events.at(-1)?.at.getTime()).toBeGreaterThanOrEqual(until);
  });
});

describe('A move to in progress', () => {
  it('is bound to the plan version that was seen', async () => {
    const id = await readyTask('Replanned');
    await mill.post(`/tasks/${id}/planning-conversation`, { content: 'Shorter.' });
    await mill.post(`/tasks/${id}/planning-complete`, { plan: 'Two pages.', destination: 'ready' });
    const before = await mill.get(`/tasks/${id}`);
    expect(await mill.post(`/tasks/${id}/move`, { status: 'in_progress', planVersion: 1 })).toMatchObject({
      status: 409,
      body: { error: { code: 'stale_plan' } },
    });
    expect((await mill.get(`/tasks/${id}`)).body).toEqual(before.body);
    expect(await mill.post(`/tasks/${id}/move`, { status: 'in_progress', planVersion: 2 })).toMatchObject({
      status: 200,
      body: { status: 'in_progress' },
    });
  });

  it('is refused to a bot while another one holds the task, and names who', async () => {
    const id = await readyTask('Held');
    await mill.post(`/tasks/${id}/claim`);
    const before = await mill.get(`/tasks/${id}`);
    const refused = await weir.post(`/tasks/${id}/move`, { status: 'in_progress' });
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'claimed_by_another' } } });
    expect(refused.body.error?.message).toContain('Mill works on it already');
    expect((await mill.get(`/tasks/${id}`)).body).toEqual(before.body);
  });
});

describe('A task that another one takes over when its lease has ended', () => {
  it('keeps the result that its first holder had told, and that of the second', async () => {
    const { tasks } = world.milepost.stores;
    const { change, endLease } = tasks;
    const id = await readyTask('Two results');
    // Nobody gives the task back before the second one takes it.
    tasks.endLease = async () => null;
    try {
      await claimBriefly(id, 0.3);
      tasks.change = async () => {
        throw new Error('The process died between the result and the end.');
      };
      expect(await mill.post(`/tasks/${id}/complete`, { result: 'Half a map.' })).toMatchObject({
        status: 500,
      });
      tasks.change = change;
      await takesOver(weir, id);
    } finally {
      Object.assign(tasks, { change, endLease });
    }
    expect(await weir.post(`/tasks/${id}/complete`, { result: 'The whole map.' })).toMatchObject({
      status: 200,
      body: { status: 'done' },
    });
    expect(await said(id)).toEqual(['bot:Mill: Half a map.', 'bot:Weir: The whole map.']);
  });

  it('is not completed by the worker that lost it, before the second one has done it or after', async () => {
    const id = await readyTask('Two workers');
    await claimBriefly(id, 0.2, 'w1');
    await takesOver(mill, id, 'w2');
    const late = { worker: 'w1', result: 'Too late.' };
    expect(await mill.post(`/tasks/${id}/complete`, late)).toMatchObject({
      status: 409,
      body: { error: { code: 'claimed_by_another' } },
    });
    await mill.post(`/tasks/${id}/complete`, { worker: 'w2', result: 'In time.' });
    const done = await mill.get(`/tasks/${id}`);
    expect(await mill.post(`/tasks/${id}/complete`, late)).toMatchObject({
      status: 409,
      body: { error: { code: 'invalid_transition' } },
    });
    expect((await mill.get(`/tasks/${id}`)).body).toEqual(done.body);
    expect(await said(id)).toEqual(['bot:Mill: In time.']);
  });
});
