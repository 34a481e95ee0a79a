import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NewDispatch } from '../../src/ports/dispatches.ts';
import { type ApiWorld, type Client, idOf, itemsOf, startApiWorld } from './api-world.ts';

let world: ApiWorld;
let bot: Client;
let conversationId: string;

beforeAll(async () => {
  world = await startApiWorld();
  bot = await world.newKey('helper');
  conversationId = idOf(await bot.post('/conversations', { type: 'project', projectId: world.projectId }));
});
afterAll(() => world?.close());

const at = (id = conversationId) => `/conversations/${id}/dispatches`;

async function propose(task: string, more: Partial<NewDispatch> = {}) {
  const { stores, teamId } = world.milepost;
  const proposedAt = new Date();
  const { dispatch } = await stores.dispatches.create({
    teamId,
    conversationId,
    channelId: world.channel,
    threadTs: null,
    projectId: world.projectId,
    userId: null,
    questionTs: '1000.000100',
    askedBy: world.anna,
    specialist: 'researcher',
    task,
    summary: `I can ${task}.`,
    actions: ['Read the attachments'],
    destructive: false,
    madeFor: null,
    sources: [],
    proposedAt,
    expiresAt: new Date(proposedAt.getTime() + 7 * 24 * 3_600_000),
    origin: `answer:${task}`,
    ...more,
  });
  return dispatch;
}

describe('the proposals of a conversation', () => {
  it('are read newest first, page by page, with what became of them', async () => {
    const { stores } = world.milepost;
    const first = await propose('compare the fares');
    const second = await propose('delete the old fares', { destructive: true });
    const third = await propose('ask the harbour');
    const declined = await stores.dispatches.change(first, { state: 'declined', decidedBy: world.ben });
    expect(declined).not.toBeNull();

    const all = itemsOf(await bot.get(at()));
    expect(all.map((one) => one.id)).toEqual([third.id, second.id, first.id]);
    expect(all[2]).toEqual({
      id: first.id,
      conversationId,
      specialist: 'researcher',
      task: 'compare the fares',
      summary: 'I can compare the fares.',
      actions: ['Read the attachments'],
      destructive: false,
      state: 'declined',
      decidedBy: world.ben,
      proposedAt: first.proposedAt.toISOString(),
      expiresAt: first.expiresAt.toISOString(),
      steps: [],
      taskThreadId: null,
    });
    expect(all[1]).toMatchObject({ destructive: true, state: 'proposed', decidedBy: null });

    const page = await bot.get(`${at()}?limit=2`);
    const rest = await bot.get(`${at()}?limit=2&cursor=${page.body.nextCursor}`);
    expect([...itemsOf(page), ...itemsOf(rest)]).toEqual(all);
    expect(rest.body.nextCursor).toBeNull();
  });

  it('stay apart from those of other conversations', async () => {
    const other = idOf(
      await bot.post('/conversations', {
        type: 'project',
        projectId: world.projectId,
        milestoneId: world.outlineId,
      }),
    );
    expect(itemsOf(await bot.get(at(other)))).toEqual([]);
    const theirs = await propose('sort the index', { conversationId: other });
    expect(itemsOf(await bot.get(at(other))).map((one) => one.id)).toEqual([theirs.id]);
    expect(itemsOf(await bot.get(at())).map((one) => one.id)).not.toContain(theirs.id);
  });

  it('cannot be decided by a bot', async () => {
    const open = await propose('order the paper');
    for (const [method, path] of [
      ['POST', at()],
      ['PATCH', `${at()}/${open.id}`],
      ['POST', `${at()}/${open.id}/approve`],
    ] as const) {
      const reply = await bot.call(method, path, { state: 'approved' });
      expect(reply.status, path).toBeGreaterThanOrEqual(404);
    }
    expect(itemsOf(await bot.get(at())).find((one) => one.id === open.id)).toMatchObject({
      state: 'proposed',
    });
  });
});
