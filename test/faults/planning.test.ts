import type { Document } from 'mongodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectStores } from '../../src/store/connect.ts';
import { createApiKeys } from '../../src/use-cases/api-keys.ts';
import type { AppProcess } from '../support/app-process.ts';
import { textOf } from '../support/fake-slack/index.ts';
import { allOf, untilIdle, withDatabase } from './invariant.ts';
import { type ProcessWorld, startProcessWorld } from './process-world.ts';

let world: ProcessWorld;
let projectId: string;
let keys: string[];

beforeAll(async () => {
  world = await startProcessWorld({ env: { PLANNER: 'external' } });
  await world.setUp(['Outline']);
  const connected = await connectStores(world.mongoUri, silent);
  const { stores } = connected;
  const apiKeys = createApiKeys(stores);
  const made = [
    await apiKeys.create(world.slack.teamId, 'one'),
    await apiKeys.create(world.slack.teamId, 'two'),
  ];
  keys = made.map(({ secret }) => secret);
  projectId = (await stores.projects.findByChannel(world.slack.teamId, world.channel))?.id ?? '';
  await connected.close();
});
afterAll(() => world.close());

const silent = { debug() {}, info() {}, warn() {}, error() {} };

interface Reply {
  status: number;
  body: Document;
}

/** One request to a process, with one of the two keys. Status 0: the process ended before it answered. */
async function ask(path: string, body: object, { key = 0, port = world.app.port } = {}): Promise<Reply> {
  const request = fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${keys[key]}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  try {
    const reply = await request;
    return { status: reply.status, body: (await reply.json()) as Document };
  } catch {
    return { status: 0, body: {} };
  }
}

async function newTask(title: string, plan?: string): Promise<string> {
  const { body } = await ask('/tasks', { projectId, title });
  if (plan !== undefined) await ask(`/tasks/${body.id}/planning-complete`, { plan, destination: 'ready' });
  return String(body.id);
}

const statuses = (replies: Reply[]): number[] => replies.map(({ status }) => status).sort();

/** The messages of the channel that hold a text, in any thread. */
function posts(text: string): string[] {
  return world.slack
    .messages(world.channel)
    .map(textOf)
    .filter((one) => one.includes(text));
}

async function history(id: string): Promise<string[]> {
  const events = await withDatabase(world.mongoUri, (db) => allOf(db, 'task_events'));
  return events
    .filter(({ taskId }) => taskId === id)
    .sort((one, other) => one.revision - other.revision)
    .map(({ what, to }) => `${what} ${to}`);
}

describe('Two processes and two bots', () => {
  let ports: number[];
  let first: AppProcess;
  beforeAll(async () => {
    first = world.app;
    ports = [first.port ?? 0, (await world.start()).port ?? 0];
  });
  afterAll(() => first.kill());
  const tenTimes = (call: (n: number, port: number) => Promise<Reply>) =>
    Promise.all(Array.from({ length: 10 }, (_, n) => call(n, ports[n % 2] ?? 0)));

  it('that send the same plan at once make one version of it, and get the same reply', async () => {
    const id = await newTask('Same plan');
    const replies = await tenTimes((_, port) =>
      ask(`/tasks/${id}/planning-complete`, { plan: 'Walk up the river.' }, { port }),
    );
    expect(statuses(replies)).toEqual(Array(10).fill(200));
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(replies[0]?.body.planDocument).toMatchObject({ version: 1, text: 'Walk up the river.' });
    await untilIdle(world);
    expect(posts('Plan v1* for *Same plan*')).toHaveLength(1);
    expect(posts('Plan v2* for *Same plan*')).toHaveLength(0);
    expect(await history(id)).toEqual(['created planning', 'planned backlog']);
  });

  it('that send two plans at once have one winner', async () => {
    const id = await newTask('Two plans');
    const replies = await tenTimes((n, port) =>
      ask(`/tasks/${id}/planning-complete`, { plan: `The plan of bot ${n % 2}.` }, { port, key: n % 2 }),
    );
    const won = replies.filter(({ status }) => status === 200);
    expect(new Set(won.map(({ body }) => body.planDocument.text)).size).toBe(1);
    expect(won[0]?.body.planDocument.version).toBe(1);
    expect(statuses(replies)).toEqual([...Array(5).fill(200), ...Array(5).fill(409)]);
    await untilIdle(world);
    expect(await history(id)).toEqual(['created planning', 'planned backlog']);
  });

  it('that claim a task at once have one winner, and the winner may ask twice', async () => {
    const id = await newTask('One claim', 'Do it.');
    const replies = await tenTimes((n, port) => ask(`/tasks/${id}/claim`, {}, { port, key: n % 2 }));
    expect(statuses(replies)).toEqual([...Array(5).fill(200), ...Array(5).fill(409)]);
    expect(replies.find(({ status }) => status === 409)?.body.error.code).toBe('claimed_by_another');
    expect((await history(id)).filter((line) => line.startsWith('claimed'))).toHaveLength(1);
  });

  it('that complete it at once complete it once, and only the one that holds it', async () => {
    const id = await newTask('One end', 'Do it.');
    await ask(`/tasks/${id}/claim`, {}, { key: 1 });
    const replies = await tenTimes((n, port) =>
      ask(`/tasks/${id}/complete`, { result: 'It is done.' }, { port, key: n % 2 }),
    );
    expect(statuses(replies)).toEqual([...Array(5).fill(200), ...Array(5).fill(409)]);
    expect((await history(id)).filter((line) => line.endsWith(' done'))).toEqual(['moved done']);
    await untilIdle(world);
    expect(posts('It is done.')).toHaveLength(1);
  });
});

describe('A process that is killed', () => {
  const kill = () => world.app.kill('SIGKILL');

  it('right after a plan became the plan of its task leaves nothing of it undone', async () => {
    const id = await newTask('Left undone');
    await untilIdle(world);
    world.gate.killAt('before', (command) => command.update === 'task_events', kill);
    expect((await ask(`/tasks/${id}/planning-complete`, { plan: 'Row to the weir.' })).status).toBe(0);
    expect(await history(id)).toEqual(['created planning']);

    await world.start();
    await world.slack.until(() => posts('Plan v1* for *Left undone*').length === 1, 'the plan is told of');
    expect(await history(id)).toEqual(['created planning', 'planned backlog']);
    const again = await ask(`/tasks/${id}/planning-complete`, { plan: 'Row to the weir.' });
    expect(again).toMatchObject({ status: 200, body: { planDocument: { version: 1 } } });
    const messages = await withDatabase(world.mongoUri, (db) => allOf(db, 'messages'));
    expect(messages.filter(({ content }) => content === 'Row to the weir.')).toHaveLength(1);
  });

  it('between the post of a planning card and writing its ts adopts it, and what is written there is feedback', async () => {
    const { slack, anna, channel } = world;
    const isCard = { match: (args: Record<string, unknown>) => String(args.text).includes('Adopted card') };
    slack.after('chat.postMessage', async () => void (await kill()), isCard);
    const id = await newTask('Adopted card');
    await world.app.exited;

    await world.start();
    await untilIdle(world);
    expect(posts('*Adopted card*')).toHaveLength(1);
    const card = slack.messages(channel).find((one) => textOf(one).includes('*Adopted card*'))?.ts;
    await ask(`/tasks/${id}/planning-complete`, { plan: 'Begin.' });
    await slack.say({ user: anna, channel, threadTs: card, text: 'Begin later.' });
    await untilIdle(world);
    expect((await history(id)).at(-1)).toBe('feedback planning');
  });
});
