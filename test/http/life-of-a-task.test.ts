import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import { type ApiWorld, type Client, idOf, itemsOf, startApiWorld } from './api-world.ts';

let world: ApiWorld;
let planner: Client;

beforeAll(async () => {
  world = await startApiWorld();
  planner = await world.newKey('planner');
});
afterAll(() => world?.close());

async function newTask(title = 'Write the foreword'): Promise<string> {
  return idOf(
    await planner.post('/tasks', { projectId: world.projectId, milestoneId: world.outlineId, title }),
  );
}

async function readyTask(title?: string): Promise<string> {
  const id = await newTask(title);
  await planner.post(`/tasks/${id}/planning-complete`, { plan: '# Plan\nThree pages', destination: 'ready' });
  return id;
}

describe('a task through the API alone', () => {
  it('is created, planned, made ready, claimed, reported on and completed, and people see it in Slack', async () => {
    const made = await planner.post('/tasks', {
      projectId: world.projectId,
      milestoneId: world.outlineId,
      title: 'Draw the river map',
      description: 'With all bridges.',
    });
    expect(made).toMatchObject({
      status: 201,
      body: { status: 'planning', title: 'Draw the river map', plan: null },
    });
    const id = idOf(made);

    await planner.post(`/tasks/${id}/planning-conversation`, { content: 'Do not forget the ferry.' });
    const [item] = itemsOf(await planner.get(`/tasks/planning-items?projectId=${world.projectId}`)).filter(
      (one) => one.id === id,
    );
    expect(item).toMatchObject({
      title: 'Draw the river map',
      description: 'With all bridges.',
      planDocument: null,
    });
    expect(item?.planningConversation).toMatchObject([
      { content: 'Do not forget the ferry.', author: 'bot:planner' },
    ]);
    expect(item?.planningConversationForPrompt).toContain('Do not forget the ferry.');

    const planned = await planner.post(`/tasks/${id}/planning-complete`, {
      plan: '# River map\n\n1. Bridges\n2. Ferry',
      planChecklist: ['Bridges', { text: 'Ferry' }],
      basedOn: item?.basedOn,
    });
    expect(planned).toMatchObject({
      status: 200,
      body: {
        status: 'backlog',
        planDocument: { version: 1, text: '# River map\n\n1. Bridges\n2. Ferry', firstLine: 'River map' },
        planChecklist: [
          { text: 'Bridges', done: false },
          { text: 'Ferry', done: false },
        ],
      },
    });

    expect(await planner.post(`/tasks/${id}/move`, { status: 'ready', planVersion: 1 })).toMatchObject({
      status: 200,
      body: { status: 'ready' },
    });
    const ready = itemsOf(await planner.get('/tasks/ready-for-work')).find((one) => one.id === id);
    expect(ready).toMatchObject({
      messages: [],
      planDocument: { text: '# River map\n\n1. Bridges\n2. Ferry' },
    });

    const claimed = await planner.post(`/tasks/${id}/claim`, { leaseSeconds: 60, worker: 'w1' });
    expect(claimed).toMatchObject({
      status: 200,
      body: { status: 'in_progress', claim: { worker: 'w1', holder: { kind: 'bot', name: 'planner' } } },
    });
    expect(
      await planner.post(`/tasks/${id}/messages`, {
        content: 'Half of it is drawn.',
        type: 'agent_progress',
      }),
    ).toMatchObject({
      status: 201,
      body: { type: 'agent_progress', role: 'assistant', author: 'bot:planner' },
    });
    const done = await planner.post(`/tasks/${id}/complete`, {
      worker: 'w1',
      result: 'The map is in the folder.',
    });
    expect(done).toMatchObject({ status: 200, body: { status: 'done', claim: null } });
    expect(done.body.messages).toHaveLength(2);
    // The same call again changes nothing.
    const again = await planner.post(`/tasks/${id}/complete`, {
      worker: 'w1',
      result: 'The map is in the folder.',
    });
    expect(again.body.messages).toHaveLength(2);

    const history = itemsOf(await planner.get(`/tasks/${id}/history`)).map((event) => event.what);
    expect(history).toEqual(['created', 'feedback', 'planned', 'moved', 'claimed', 'moved']);

    const conversationId = String(done.body.conversationId);
    const { teamId, stores } = world.milepost;
    await world.slack.until(async () => {
      const conversation = await stores.conversations.findById({ teamId, id: conversationId });
      const thread = conversation?.threadTs ?? null;
      if (thread === null) return undefined;
      const said = world.slack.thread(world.channel, thread).map(textOf).join('\n');
      return said.includes('Half of it is drawn.') && said.includes('The map is in the folder.')
        ? said
        : undefined;
    }, 'the task thread shows what the bot reported');
    const read = () => planner.get(`/conversations/${conversationId}/messages`);
    const messages = await world.slack.until(async () => {
      const items = itemsOf(await read());
      return items[0]?.type === 'agent_progress' ? items : undefined;
    }, 'both messages have the place that Slack gave them');
    expect(messages).toMatchObject([
      { type: 'agent_progress', content: 'Half of it is drawn.' },
      { type: 'agent_result', content: 'The map is in the folder.' },
    ]);
  });

  it('gives planning-complete twice the same reply and makes one version', async () => {
    const id = await newTask();
    const plan = { plan: 'Write three pages.', planChecklist: ['Write'] };
    const first = await planner.post(`/tasks/${id}/planning-complete`, plan);
    const second = await planner.post(`/tasks/${id}/planning-complete`, plan);
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
    expect(itemsOf(await planner.get(`/tasks/${id}/plans`))).toMatchObject([{ version: 1 }]);
    expect(await planner.get(`/tasks/${id}/plans/1`)).toMatchObject({ body: { text: 'Write three pages.' } });
    expect(await planner.get(`/tasks/${id}/plans/2`)).toMatchObject({
      status: 404,
      body: { error: { code: 'plan_not_found' } },
    });
  });

  it('keeps a task in planning when feedback came after what the plan is based on', async () => {
    const id = await newTask();
    const before = await planner.get(`/tasks/${id}/planning-conversation`);
    await planner.post(`/tasks/${id}/planning-conversation`, { content: 'Make it shorter.' });
    const stale = await planner.post(`/tasks/${id}/planning-complete`, {
      plan: 'Long.',
      basedOn: before.body.basedOn,
    });
    expect(stale).toMatchObject({ status: 200, body: { status: 'planning', planDocument: { version: 1 } } });
    const now = await planner.get(`/tasks/${id}/planning-conversation`);
    const fresh = await planner.post(`/tasks/${id}/planning-complete`, {
      plan: 'Short.',
      basedOn: now.body.basedOn,
    });
    expect(fresh).toMatchObject({
      body: { status: 'backlog', planDocument: { version: 2, text: 'Short.' } },
    });
  });

  it('takes feedback on a planned task back into planning', async () => {
    const id = await readyTask();
    await planner.post(`/tasks/${id}/planning-conversation`, { content: 'One more thought.' });
    expect(await planner.get(`/tasks/${id}`)).toMatchObject({ body: { status: 'planning' } });
    await planner.post(`/tasks/${id}/planning-complete`, { plan: 'With the thought.' });
    await planner.post(`/tasks/${id}/planning-conversation`, { content: 'I am on it.', role: 'assistant' });
    expect(await planner.get(`/tasks/${id}`)).toMatchObject({ body: { status: 'backlog' } });
  });

  it('refuses a plan of 200,001 characters and changes nothing, and takes one of 200,000 emoji', async () => {
    const id = await newTask();
    const before = await planner.get(`/tasks/${id}`);
    const long = await planner.post(`/tasks/${id}/planning-complete`, { plan: 'a'.repeat(200_001) });
    expect(long).toMatchObject({ status: 413, body: { error: { code: 'plan_too_long' } } });
    expect((await planner.get(`/tasks/${id}`)).body).toEqual(before.body);
    const emoji = await planner.post(`/tasks/${id}/planning-complete`, { plan: '🌊'.repeat(200_000) });
    expect(emoji.status).toBe(200);
    const { planDocument } = emoji.body as { planDocument: { text: string } };
    expect(Array.from(planDocument.text)).toHaveLength(200_000);
  });

  it('gives a task to one of ten workers that claim it at once', async () => {
    const id = await readyTask();
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, n) => planner.post(`/tasks/${id}/claim`, { worker: `w${n}` })),
    );
    expect(claims.map((one) => one.status).sort()).toEqual([200, ...Array<number>(9).fill(409)]);
    expect(claims.filter((one) => one.status === 409).map((one) => one.body.error?.code)).toEqual(
      Array(9).fill('claimed_by_another'),
    );
  });

  it('lets nobody but the holder report or complete', async () => {
    const other = await world.newKey('other');
    const id = await readyTask();
    expect(await other.post(`/tasks/${id}/complete`)).toMatchObject({
      status: 409,
      body: { error: { code: 'not_claimed' } },
    });
    await planner.post(`/tasks/${id}/claim`);
    for (const [path, body] of [
      ['messages', { content: 'Mine!' }],
      ['complete', { result: 'Mine!' }],
    ] as const) {
      expect(await other.post(`/tasks/${id}/${path}`, body)).toMatchObject({
        status: 409,
        body: { error: { code: 'claimed_by_another' } },
      });
    }
    expect(
      await planner.post(`/tasks/${id}/complete`, { worker: 'stranger', result: 'Whose?' }),
    ).toMatchObject({
      status: 409,
    });
    expect((await planner.post(`/tasks/${id}/complete`)).body).toMatchObject({
      status: 'done',
      messages: [],
    });
  });

  it('binds a move to the plan version that was seen', async () => {
    const id = await newTask();
    await planner.post(`/tasks/${id}/planning-complete`, { plan: 'One.' });
    expect(await planner.post(`/tasks/${id}/move`, { status: 'ready', planVersion: 0 })).toMatchObject({
      status: 409,
      body: { error: { code: 'stale_plan' } },
    });
    expect(await planner.post(`/tasks/${id}/move`, { status: 'done' })).toMatchObject({
      status: 409,
      body: { error: { code: 'invalid_transition' } },
    });
  });

  it('changes title, description and milestone, and ticks the checklist by its words', async () => {
    const id = await newTask();
    await planner.post(`/tasks/${id}/planning-complete`, { planChecklist: ['Read', 'Write'] });
    const changed = await planner.call('PATCH', `/tasks/${id}`, {
      title: 'Write the afterword',
      milestoneId: null,
      planChecklist: [{ text: 'Write', done: true }],
    });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        title: 'Write the afterword',
        milestoneId: null,
        planChecklist: [
          { text: 'Read', done: false },
          { text: 'Write', done: true },
        ],
      },
    });
    expect(
      await planner.call('PATCH', `/tasks/${id}`, { planChecklist: [{ text: 'Sing', done: true }] }),
    ).toMatchObject({ status: 409, body: { error: { code: 'stale_plan' } } });
  });

  it('lists tasks page by page without missing or repeating one', async () => {
    for (const title of ['A', 'B', 'C']) await newTask(title);
    const whole = itemsOf(await planner.get('/tasks?status=planning&limit=100')).map((one) => one.id);
    const paged: unknown[] = [];
    let cursor = '';
    do {
      const page = await planner.get(
        `/tasks?status=planning&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      paged.push(...itemsOf(page).map((one) => one.id));
      cursor = typeof page.body.nextCursor === 'string' ? page.body.nextCursor : '';
    } while (cursor !== '');
    expect(paged).toEqual(whole);
    expect(
      itemsOf(await planner.get('/tasks?milestoneId=none&limit=100')).every(
        (one) => one.milestoneId === null,
      ),
    ).toBe(true);
  });
});
