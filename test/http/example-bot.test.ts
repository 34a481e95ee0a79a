import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, runOnce } from '../../scripts/example-bot.ts';
import { type ApiWorld, type Client, idOf, startApiWorld } from './api-world.ts';

let world: ApiWorld;
let person: Client;

beforeAll(async () => {
  world = await startApiWorld();
  person = await world.newKey('someone');
});
afterAll(() => world?.close());

it('the example bot plans what waits for a plan and does what is ready', async () => {
  const { secret } = await world.newKey('Example bot');
  const api = connect(world.baseUrl, secret);
  const task = await person.post('/tasks', {
    projectId: world.projectId,
    title: 'Print the cover',
    description: 'Ask for prices. Choose the paper.',
  });
  const id = idOf(task);
  await person.post(`/tasks/${id}/planning-conversation`, { content: 'Matt, not glossy.' });

  expect(await runOnce(api)).toEqual({ planned: 1, done: 0 });
  const planned = await person.get(`/tasks/${id}`);
  expect(planned).toMatchObject({ body: { status: 'backlog', plan: { by: { name: 'Example bot' } } } });
  expect(JSON.stringify(planned.body.planDocument)).toContain('Matt, not glossy.');
  expect(await runOnce(api)).toEqual({ planned: 0, done: 0 });

  await person.post(`/tasks/${id}/move`, { status: 'ready' });
  expect(await runOnce(api)).toEqual({ planned: 0, done: 1 });
  expect(await person.get(`/tasks/${id}`)).toMatchObject({ body: { status: 'done' } });
});
