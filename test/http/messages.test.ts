import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import { type ApiWorld, type Client, idOf, itemsOf, startApiWorld } from './api-world.ts';

let world: ApiWorld;
let bot: Client;
let threadId: string;
let threadTs: string;

beforeAll(async () => {
  world = await startApiWorld();
  bot = await world.newKey('helper');
  const wanted = { type: 'project', projectId: world.projectId, milestoneId: world.outlineId };
  const thread = await bot.post('/conversations', wanted);
  threadId = idOf(thread);
  threadTs = String(thread.body.threadTs);
});
afterAll(() => world?.close());

const at = () => `/conversations/${threadId}/messages`;
const messages = async () => itemsOf(await bot.get(`${at()}?limit=100`));
const contents = async () => (await messages()).map((one) => one.content);

async function newTask(title: string): Promise<string> {
  return idOf(await bot.post('/tasks', { projectId: world.projectId, milestoneId: world.outlineId, title }));
}

describe('what a bot says', () => {
  it('is a plain text without metadata unless it says otherwise', async () => {
    const said = await bot.post(at(), { content: 'The ferry runs on Sundays.' });
    expect(said).toMatchObject({ status: 201, body: { type: 'text', metadata: null } });
    const counted = await bot.post(at(), { content: 'It runs on Mondays.', metadata: { tokens: 120 } });
    expect(counted.body.metadata).toEqual({ toolCalls: [], sources: [], used: [], tokens: 120 });
  });

  it('can be a result with its summary and sources, which is kept and posted', async () => {
    const source = idOf(
      await bot.post(`/projects/${world.projectId}/attachments`, {
        text: 'Fares of 2026',
        milestoneId: world.outlineId,
      }),
    );
    const said = await bot.post(at(), {
      content: 'The crossing costs nine crowns.',
      type: 'agent_result',
      metadata: { summary: 'Nine crowns.', sources: [source], toolCalls: ['read_attachment'] },
    });
    expect(said.status).toBe(201);
    expect(said.body.metadata).toEqual({
      summary: 'Nine crowns.',
      toolCalls: ['read_attachment'],
      sources: [source],
      used: [source],
      tokens: null,
      dispatchId: null,
      specialist: null,
    });
    expect((await messages()).find((one) => one.id === said.body.id)).toEqual(said.body);
    await world.slack.until(
      () =>
        world.slack
          .thread(world.channel, threadTs)
          .map(textOf)
          .find((one) => one.includes('nine crowns')),
      'the result is posted',
    );
  });

  it('is gone when an attachment it names as its source is removed', async () => {
    const source = idOf(
      await bot.post(`/projects/${world.projectId}/attachments`, { text: 'The password is marzipan' }),
    );
    await bot.post(at(), {
      content: 'They say marzipan.',
      type: 'agent_result',
      metadata: { summary: 'It is marzipan.', sources: [source] },
    });
    await bot.post(at(), { content: 'Who knows more?' });
    await bot.call('DELETE', `/attachments/${source}`);
    await world.slack.until(
      async () => (JSON.stringify(await messages()).includes('marzipan') ? undefined : true),
      'nothing of the removed attachment is told any more',
    );
    expect(await contents()).toContain('Who knows more?');
  });

  it('can be progress, step by step', async () => {
    const steps = [
      { text: 'Read the fares', done: true },
      { text: 'Ask the harbour', done: false },
    ];
    const said = await bot.post(at(), {
      content: 'Half way.',
      type: 'agent_progress',
      metadata: { steps },
    });
    expect(said).toMatchObject({ status: 201, body: { type: 'agent_progress' } });
    expect(said.body.metadata).toEqual({ dispatchId: null, steps });
    const bare = await bot.post(at(), { content: 'Nearly there.', type: 'agent_progress' });
    expect(bare.body.metadata).toEqual({ dispatchId: null, steps: [] });
  });

  it('of a task is a result summed up by its first line when it says no more', async () => {
    const id = await newTask('Find the fares');
    const told = await bot.post(`/tasks/${id}/messages`, { content: '## Fares are found\n\nNine crowns.' });
    expect(told.body).toMatchObject({
      type: 'agent_result',
      metadata: { summary: 'Fares are found', sources: [], toolCalls: [], tokens: null },
    });
    await bot.post(`/tasks/${id}/messages`, {
      content: 'Eight, I heard.',
      type: 'agent_result',
      metadata: { summary: 'Eight crowns.' },
    });
    await bot.post(`/tasks/${id}/planning-complete`, { plan: 'Ask.', destination: 'ready' });
    await bot.post(`/tasks/${id}/claim`, {});
    const done = await bot.post(`/tasks/${id}/complete`, { result: 'Nine it is.' });
    expect(done.body.messages).toMatchObject([
      { type: 'agent_result', metadata: { summary: 'Fares are found' } },
      { type: 'agent_result', metadata: { summary: 'Eight crowns.' } },
      { type: 'agent_result', metadata: { summary: 'Nine it is.' } },
    ]);
  });
});

describe('metadata that does not fit', () => {
  it('is refused with what is wrong where, and nothing is kept', async () => {
    const before = await messages();
    const task = await newTask('Stay silent');
    for (const [type, metadata, path] of [
      ['agent_result', {}, 'metadata.summary'],
      ['agent_result', { summary: 'Done', steps: [] }, 'metadata'],
      ['agent_result', { summary: 7 }, 'metadata.summary'],
      ['agent_result', { summary: 'x'.repeat(501) }, 'metadata.summary'],
      ['agent_result', { summary: 'Done', tokens: -1 }, 'metadata.tokens'],
      ['agent_result', { summary: 'Done', sources: [''] }, 'metadata.sources.0'],
      ['agent_result', { summary: 'Done', dispatchId: 'd1' }, 'metadata'],
      ['agent_progress', {}, 'metadata.steps'],
      ['agent_progress', { steps: [{ text: 'Read' }] }, 'metadata.steps.0.done'],
      ['agent_progress', { steps: [], summary: 'Done' }, 'metadata'],
      ['text', { summary: 'Done' }, 'metadata'],
      ['text', { colour: 'red' }, 'metadata'],
      ['text', null, 'metadata'],
    ] as const) {
      for (const address of [at(), `/tasks/${task}/messages`]) {
        const reply = await bot.post(address, { content: 'Mine', type, metadata });
        expect(reply, `${type} ${JSON.stringify(metadata)}`).toMatchObject({
          status: 400,
          body: { error: { code: 'invalid_request', details: [{ path }] } },
        });
      }
    }
    expect(await messages()).toEqual(before);
    expect((await bot.post(`/tasks/${task}/messages`, { content: 'First' })).status).toBe(201);
  });

  it('is refused for a proposal, which only Milepost makes and a person decides', async () => {
    const task = await newTask('Propose nothing');
    const content = 'May I delete the old fares?';
    for (const address of [at(), `/tasks/${task}/messages`]) {
      const reply = await bot.post(address, { content, type: 'agent_request' });
      expect(reply).toMatchObject({
        status: 400,
        body: {
          error: { details: [{ path: 'type', message: expect.stringContaining('a person decides') }] },
        },
      });
      expect(await bot.post(address, { content, type: 'order' })).toMatchObject({ status: 400 });
    }
    expect(await contents()).not.toContain(content);
  });

  it('is refused in the name of a user: people do not report on work', async () => {
    const reply = await bot.post(at(), { content: 'Done.', type: 'agent_result', role: 'user' });
    expect(reply).toMatchObject({ status: 400, body: { error: { details: [{ path: 'role' }] } } });
  });
});
