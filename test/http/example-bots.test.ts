import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Api } from '../../scripts/example-bot.ts';
import { conversationKey } from '../../src/use-cases/task-conversations.ts';
import { type ApiWorld, type Client, idOf, itemsOf, startApiWorld } from './api-world.ts';

let world: ApiWorld;
let person: Client;

beforeAll(async () => {
  world = await startApiWorld();
  person = await world.newKey('someone');
});
afterAll(() => world?.close());

/** The example bot as another process runs it. */
async function anotherBot() {
  vi.resetModules();
  return import('../../scripts/example-bot.ts');
}

const newTask = async (title: string): Promise<string> =>
  idOf(await person.post('/tasks', { projectId: world.projectId, title }));

async function readyTask(title: string, plan = '1. Do it'): Promise<string> {
  const id = await newTask(title);
  await person.post(`/tasks/${id}/planning-complete`, { plan, destination: 'ready' });
  return id;
}

const statusOf = async (id: string): Promise<unknown> => (await person.get(`/tasks/${id}`)).body.status;

/** Whoever comes to a place waits there until `size` have come to it. */
function meeting(size: number): (place: string) => Promise<void> {
  const places = new Map<string, { come: number; open: () => void; all: Promise<void> }>();
  return (place) => {
    let open = (): void => {};
    const all = new Promise<void>((resolve) => {
      open = resolve;
    });
    const at = places.get(place) ?? { come: 0, open, all };
    places.set(place, at);
    at.come += 1;
    if (at.come === size) at.open();
    return at.all;
  };
}

it('two example bots under one key share the ready tasks: each is claimed once and done once', async () => {
  const { secret } = await world.newKey('Pair');
  const ids = await Promise.all(['A', 'B', 'C', 'D', 'E', 'F'].map((title) => readyTask(title)));
  const meet = meeting(2);
  const runs = [await anotherBot(), await anotherBot()].map(({ connect, runOnce }) => {
    const api = connect(world.baseUrl, secret);
    return runOnce(async (method, path, body) => {
      if (path.endsWith('/claim')) await meet(path);
      return api(method, path, body);
    });
  });
  const done = (await Promise.all(runs)).map((one) => one.done);
  expect(done.reduce((sum, one) => sum + one, 0)).toBe(6);
  for (const id of ids) {
    expect(await statusOf(id)).toBe('done');
    const events = itemsOf(await person.get(`/tasks/${id}/history`)).map(({ what }) => what);
    expect(events.filter((what) => what === 'claimed')).toHaveLength(1);
  }
});

it('the example bot does a task whose result would be longer than a message', async () => {
  const { connect, runOnce } = await anotherBot();
  const { secret } = await world.newKey('Long');
  const steps = Array.from(
    { length: 500 },
    (_, n) => `${n + 1}. ${'Measure the river at its widest. '.repeat(3)}`,
  );
  const id = await readyTask('Measure', steps.join('\n'));
  expect(await runOnce(connect(world.baseUrl, secret))).toMatchObject({ done: 1 });
  expect(await statusOf(id)).toBe('done');
  const { stores, teamId } = world.milepost;
  const [talk] = await stores.conversations.findByKeys(teamId, [conversationKey('task', id)]);
  const [result] = await stores.messages.latest({ teamId, id: talk?.id ?? '' }, 100);
  expect(result?.content).toHaveLength(40_000);
});

it('one task that is refused does not end the example bot’s round', async () => {
  const { connect, runOnce, Refused } = await anotherBot();
  const { secret } = await world.newKey('Patient');
  const refusedIds = [await newTask('Not to be planned'), await readyTask('Not to be done')];
  const others = [await newTask('To be planned'), await readyTask('To be done')];
  const api = connect(world.baseUrl, secret);
  const choosy: Api = async (method, path, body) => {
    if (method === 'POST' && refusedIds.some((id) => path.includes(id)))
      throw new Refused('message_too_long', 'This one is refused.');
    return api(method, path, body);
  };
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    expect(await runOnce(choosy)).toEqual({ planned: 1, done: 1 });
    expect(said.mock.calls.map(([text]) => text)).toEqual(
      Array(2).fill('message_too_long: This one is refused.\n'),
    );
  } finally {
    said.mockRestore();
  }
  expect(await Promise.all(refusedIds.map(statusOf))).toEqual(['planning', 'ready']);
  expect(await Promise.all(others.map(statusOf))).toEqual(['backlog', 'done']);
});
