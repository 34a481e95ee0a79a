import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type ApiWorld, type Client, idOf, itemsOf, startApiWorld } from './api-world.ts';

let world: ApiWorld;
let bot: Client;

beforeAll(async () => {
  world = await startApiWorld();
  bot = await world.newKey('helper');
});
afterAll(() => world?.close());

/** What the database holds of the requests with an Idempotency-Key. */
const kept = () => world.milepost.connection.model('Request').collection;
const rows = async () =>
  JSON.stringify(
    await kept()
      .find({}, { hint: { _id: 1 } })
      .toArray(),
  );

describe('A reply that is kept for an Idempotency-Key', () => {
  it('is told again to its holder, and to nobody who reads the database', async () => {
    const headers = { 'Idempotency-Key': 'sealed' };
    const sent = { projectId: world.projectId, title: 'Hide the walnut canary' };
    const first = await bot.post('/tasks', sent, headers);
    expect(await rows()).toContain('"idempotencyKey":"sealed"');
    expect(await rows()).not.toContain('walnut canary');
    expect(await rows()).not.toContain(bot.secret);

    const again = await bot.post('/tasks', sent, headers);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again).toMatchObject({ status: 201, body: { title: 'Hide the walnut canary' } });
    expect(again.body).toEqual(first.body);
  });

  it('holds no word of a conversation that was deleted since, and still answers its holder', async () => {
    const headers = { 'Idempotency-Key': 'of something deleted' };
    const [parent] = itemsOf(await bot.get('/conversations?limit=1'));
    const id = idOf(await bot.post('/conversations', { type: 'task', parentId: parent?.id, title: 'Nuts' }));
    const said = { content: 'The hazel canary is in the shed.' };
    const first = await bot.post(`/conversations/${id}/messages`, said, headers);
    await bot.call('DELETE', `/conversations/${id}`);
    expect(await rows()).not.toContain('hazel canary');

    const again = await bot.post(`/conversations/${id}/messages`, said, headers);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again).toMatchObject({ status: first.status, body: first.body });
  });

  it('is told again as it is when an earlier version kept it', async () => {
    const headers = { 'Idempotency-Key': 'from before' };
    const sent = { projectId: world.projectId, title: 'Made today' };
    const made = await bot.post('/tasks', sent, headers);
    const body = JSON.stringify({ ...made.body, title: 'Made by an earlier version' });
    await kept().updateOne({ idempotencyKey: 'from before' }, { $set: { body } }, { hint: { _id: 1 } });

    const again = await bot.post('/tasks', sent, headers);
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again).toMatchObject({ status: 201, body: { title: 'Made by an earlier version' } });
  });

  it('is never told to another request in whose place it was put', async () => {
    const headers = (name: string) => ({ 'Idempotency-Key': name });
    const sent = (title: string) => ({ projectId: world.projectId, title });
    await bot.post('/tasks', sent('For the first'), headers('first'));
    await bot.post('/tasks', sent('For the second'), headers('second'));
    const one = await kept().findOne({ idempotencyKey: 'first' }, { hint: { _id: 1 } });
    const change = { $set: { body: one?.body } };
    await kept().updateOne({ idempotencyKey: 'second' }, change, { hint: { _id: 1 } });

    const refused = await bot.post('/tasks', sent('For the second'), headers('second'));
    expect(refused).toMatchObject({ status: 500, body: { error: { code: 'internal' } } });
    expect(JSON.stringify(refused.body)).not.toContain('For the first');
    const told = JSON.stringify(world.log.lines);
    const { reference } = z.object({ reference: z.string() }).parse(refused.body.error?.details);
    expect(told).toContain(reference);
    expect(told).not.toContain(bot.secret);
    expect(told).not.toContain('For the first');
  });
});
