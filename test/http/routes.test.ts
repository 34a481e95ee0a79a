import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../src/http/operations/all.ts';
import { textOf } from '../support/fake-slack/index.ts';
import { type ApiWorld, type Client, idOf, itemsOf, startApiWorld } from './api-world.ts';
import { readDocument } from './documented.ts';

let world: ApiWorld;
let bot: Client;

beforeAll(async () => {
  world = await startApiWorld();
  bot = await world.newKey('helper');
});
afterAll(() => world?.close());

const patch = (path: string, body: unknown) => bot.call('PATCH', path, body);
const remove = (path: string) => bot.call('DELETE', path);

async function newTask(title: string): Promise<string> {
  return idOf(await bot.post('/tasks', { projectId: world.projectId, milestoneId: world.outlineId, title }));
}

describe('the OpenAPI document', () => {
  it('is there for everybody and names every operation once', async () => {
    const { operations } = await readDocument(world.baseUrl);
    expect(operations.sort()).toEqual(OPERATIONS.map((one) => one.name).sort());
  });
});

describe('projects', () => {
  it('are made from a channel, and their cards are posted there', async () => {
    const channelId = world.slack.addChannel({ name: 'garden', members: [world.slack.botUserId] });
    const made = await bot.post('/projects', {
      channelId,
      name: 'Garden',
      milestones: ['Beds; paths', 'Fence'],
    });
    expect(made).toMatchObject({
      status: 201,
      body: { name: 'Garden', state: 'active', createdBy: 'bot:helper' },
    });
    const id = idOf(made);
    expect(itemsOf(await bot.get(`/projects/${id}/milestones`)).map((one) => one.title)).toEqual([
      'Beds; paths',
      'Fence',
    ]);
    await world.slack.until(() => {
      const texts = world.slack.messages(channelId).map(textOf).join('\n');
      return texts.includes('Garden') && texts.includes('Fence') ? texts : undefined;
    }, 'the cards are posted');
    expect(itemsOf(await bot.get(`/projects?channelId=${channelId}`))).toMatchObject([{ id }]);
    expect(await bot.post('/projects', { channelId, name: 'Again' })).toMatchObject({
      status: 409,
      body: { error: { code: 'project_exists' } },
    });
    expect(await bot.post('/projects', { channelId: 'C0NOWHERE', name: 'Lost' })).toMatchObject({
      status: 422,
      body: { error: { code: 'bot_not_in_channel' } },
    });
    expect(await patch(`/projects/${id}`, { name: 'Kitchen garden' })).toMatchObject({
      body: { name: 'Kitchen garden', purpose: '' },
    });
  });

  it('taken out of use come back as they were, and not by what happens in the channel', async () => {
    const channelId = world.slack.addChannel({ name: 'attic', members: [world.slack.botUserId] });
    const id = idOf(await bot.post('/projects', { channelId, name: 'Attic', milestones: ['Roof'] }));
    expect(await remove(`/projects/${id}`)).toMatchObject({
      body: { state: 'archived', archiveReason: 'removed' },
    });
    expect(await bot.post('/tasks', { projectId: id, title: 'Sweep' })).toMatchObject({
      status: 409,
      body: { error: { code: 'project_archived' } },
    });
    const { stores, teamId } = world.milepost;
    expect(await stores.projects.setArchived(teamId, channelId, 'channel_archived')).toMatchObject({
      archiveReason: 'removed',
    });
    expect(await stores.projects.setArchived(teamId, channelId, null)).toMatchObject({ state: 'archived' });
    expect(await patch(`/projects/${id}`, { state: 'active' })).toMatchObject({
      body: { state: 'active', archiveReason: null },
    });
    expect(itemsOf(await bot.get(`/projects/${id}/milestones`))).toMatchObject([{ title: 'Roof' }]);
  });

  it('are listed newest first, page by page', async () => {
    const all = itemsOf(await bot.get('/projects?limit=100')).map((one) => one.id);
    const first = await bot.get('/projects?limit=1');
    const second = await bot.get(`/projects?limit=1&cursor=${first.body.nextCursor}`);
    expect([...itemsOf(first), ...itemsOf(second)].map((one) => one.id)).toEqual(all.slice(0, 2));
  });
});

describe('milestones', () => {
  it('are added, changed, finished and deleted, and their tasks stay', async () => {
    const made = await bot.post(`/projects/${world.projectId}/milestones`, {
      title: 'Index',
      dueOn: '2027-03-01',
    });
    expect(made).toMatchObject({ status: 201, body: { title: 'Index', dueOn: '2027-03-01', state: 'open' } });
    const id = idOf(made);
    expect((await bot.get(`/milestones/${id}`)).body).toMatchObject({ dueOn: '2027-03-01' });
    expect(await patch(`/milestones/${id}`, { description: 'By name', state: 'done' })).toMatchObject({
      body: { title: 'Index', description: 'By name', dueOn: '2027-03-01', state: 'done' },
    });
    expect(await patch(`/milestones/${id}`, { dueOn: null })).toMatchObject({
      body: { dueOn: null, state: 'done' },
    });
    const task = idOf(
      await bot.post('/tasks', { projectId: world.projectId, milestoneId: id, title: 'Sort' }),
    );
    expect(await remove(`/milestones/${id}`)).toMatchObject({ status: 200, body: { deleted: id } });
    expect(await bot.get(`/tasks/${task}`)).toMatchObject({ body: { milestoneId: null } });
    expect(await bot.get(`/milestones/${id}`)).toMatchObject({ status: 404 });
  });

  it('that are deleted say so in Slack, with the name of the bot that did it', async () => {
    const { stores, teamId } = world.milepost;
    const id = idOf(await bot.post(`/projects/${world.projectId}/milestones`, { title: 'Glossary' }));
    const threadTs = await world.slack.until(
      async () => (await stores.milestones.findById({ teamId, id }))?.threadTs ?? undefined,
      'the card is posted',
    );
    await remove(`/milestones/${id}`);
    const [card] = world.slack.thread(world.channel, threadTs);
    expect(JSON.stringify(card)).toContain('Glossary');
    expect(JSON.stringify(card)).toContain('helper');
    expect(JSON.stringify(card)).not.toContain('bot:helper');
  });
});

describe('attachments', () => {
  const at = () => `/projects/${world.projectId}/attachments`;

  it('are links and texts, each in its place', async () => {
    const link = await bot.post(at(), {
      url: 'https://example.com/rivers?utm_source=mail',
      title: 'Rivers',
      milestoneId: world.outlineId,
    });
    expect(link).toMatchObject({
      status: 201,
      body: { kind: 'link', title: 'Rivers', milestoneId: world.outlineId, addedBy: 'bot:helper' },
    });
    const same = await bot.post(at(), { url: 'https://example.com/rivers', milestoneId: world.outlineId });
    expect(same.body.id).toBe(link.body.id);
    const text = await bot.post(at(), {
      text: 'https://example.com/a\nhttps://example.com/b',
      title: 'Two links',
    });
    expect(text).toMatchObject({
      body: { kind: 'document', title: 'Two links', milestoneId: null, state: 'ready', unread: null },
    });
    const moved = await patch(`/attachments/${idOf(text)}`, {
      milestoneId: world.outlineId,
      title: 'A note',
    });
    expect(moved).toMatchObject({ body: { title: 'A note', milestoneId: world.outlineId } });
    expect(await bot.get(`/attachments/${idOf(moved)}`)).toMatchObject({ body: { title: 'A note' } });
    const page = await bot.get(`${at()}?limit=1`);
    const rest = await bot.get(`${at()}?limit=100&cursor=${page.body.nextCursor}`);
    expect([...itemsOf(page), ...itemsOf(rest)].map((one) => one.title)).toEqual(['Rivers', 'A note']);
    expect(await remove(`/attachments/${idOf(link)}`)).toMatchObject({
      status: 200,
      body: { title: 'Rivers' },
    });
    expect(itemsOf(await bot.get(at()))).toHaveLength(1);
  });

  it('are refused when there is nothing to attach, or not there', async () => {
    for (const [body, status, code] of [
      [{}, 400, 'invalid_request'],
      [{ url: 'https://example.com', text: 'Both' }, 400, 'invalid_request'],
      [{ url: 'mailto:anna@example.com' }, 422, 'link_not_attachable'],
      [{ text: '  ' }, 422, 'document_empty'],
      [{ text: 'A note', milestoneId: world.projectId }, 422, 'milestone_not_in_project'],
    ] as const) {
      expect(await bot.post(at(), body)).toMatchObject({ status, body: { error: { code } } });
    }
  });
});

describe('conversations', () => {
  it('of a milestone is the thread of its card: found, not made anew', async () => {
    const wanted = { type: 'project', projectId: world.projectId, milestoneId: world.outlineId };
    const found = await bot.post('/conversations', wanted);
    expect(found).toMatchObject({ status: 200, body: { type: 'project', title: 'Outline' } });
    expect((await bot.post('/conversations', wanted)).body).toEqual(found.body);
    expect((await bot.get(`/conversations/${idOf(found)}`)).body).toEqual(found.body);
    expect(
      itemsOf(await bot.get(`/conversations?type=project&projectId=${world.projectId}`)).map((one) => one.id),
    ).toContain(idOf(found));
  });

  it('hold what bots say, which is posted in the thread', async () => {
    const conversation = await bot.post('/conversations', { type: 'project', projectId: world.projectId });
    const id = idOf(conversation);
    const said = await bot.post(`/conversations/${id}/messages`, { content: 'The printer has *two* dates.' });
    expect(said).toMatchObject({ status: 201, body: { role: 'assistant', author: 'bot:helper' } });
    await world.slack.until(() => {
      const thread = world.slack.thread(world.channel, String(conversation.body.threadTs));
      return thread.map(textOf).find((text) => text.includes('The printer has'));
    }, 'the message is posted');
    expect(itemsOf(await bot.get(`/conversations/${id}/messages`))).toMatchObject([
      { content: 'The printer has *two* dates.' },
    ]);
  });

  it('have task threads under them, in their scope, newest first', async () => {
    const parent = await bot.post('/conversations', {
      type: 'project',
      projectId: world.projectId,
      milestoneId: world.outlineId,
    });
    const parentId = idOf(parent);
    const open = (title: string) => bot.post('/conversations', { type: 'task', parentId, title });
    const first = await open('researcher: prices');
    const second = await open('writer: blurb');
    expect(first).toMatchObject({
      status: 201,
      body: {
        type: 'task',
        mode: 'auto',
        parentId,
        projectId: world.projectId,
        milestoneId: world.outlineId,
      },
    });
    expect(itemsOf(await bot.get(`/conversations/${parentId}/task-threads`)).map((one) => one.id)).toEqual([
      idOf(second),
      idOf(first),
    ]);
    await bot.post(`/conversations/${idOf(first)}/messages`, { content: 'It costs 900.' });
    await world.slack.until(async () => {
      const { threadTs } = (await bot.get(`/conversations/${idOf(first)}`)).body;
      const texts =
        typeof threadTs === 'string' ? world.slack.thread(world.channel, threadTs).map(textOf) : [];
      return texts.find((text) => text.includes('It costs 900.'));
    }, 'the thread is opened with the message');
    expect(await bot.post('/conversations', { type: 'task', parentId, milestoneId: null })).toMatchObject({
      status: 422,
      body: { error: { code: 'milestone_not_in_project' } },
    });
    expect(await bot.post('/conversations', { type: 'task' })).toMatchObject({ status: 400 });
  });

  it('remember one value for each key, newest first', async () => {
    const id = idOf(await bot.post('/conversations', { type: 'project', projectId: world.projectId }));
    const path = `/conversations/${id}/context`;
    await bot.post(path, { key: 'tone', type: 'preference', value: 'warm' });
    await bot.post(path, { key: 'stack', type: 'technology', value: { $set: ['a.b', null] } });
    const again = await bot.call('PUT', path, { key: 'tone', type: 'preference', value: null });
    expect(again).toMatchObject({ status: 200, body: { key: 'tone', value: null } });
    expect(itemsOf(await bot.get(path)).map(({ key, value }) => [key, value])).toEqual([
      ['tone', null],
      ['stack', { $set: ['a.b', null] }],
    ]);
    const page = await bot.get(`${path}?limit=1`);
    expect(itemsOf(await bot.get(`${path}?limit=1&cursor=${page.body.nextCursor}`))).toMatchObject([
      { key: 'stack' },
    ]);
    expect(itemsOf(await bot.get(`${path}?type=domain`))).toEqual([]);
    expect(await bot.post(path, { key: 'k', type: 'domain', value: 'x'.repeat(17_000) })).toMatchObject({
      status: 413,
      body: { error: { code: 'context_entry_too_large' } },
    });
    expect(await bot.post(path, { key: 'k', type: 'domain' })).toMatchObject({ status: 400 });
  });

  it('of one person do not exist for bots', async () => {
    const { stores, teamId } = world.milepost;
    const coaching = await stores.conversations.findOrCreateCoaching({
      teamId,
      userId: world.anna,
      channelId: 'D1',
    });
    const thread = await stores.conversations.findOrOpen({
      teamId,
      channelId: 'D1',
      type: 'task',
      mode: 'task',
      projectId: null,
      userId: world.anna,
      milestoneId: null,
      key: 'dispatch:private',
      parentId: coaching.id,
      taskId: null,
      title: 'writer: a letter',
    });
    expect(await bot.post('/conversations', { type: 'coaching' })).toMatchObject({
      status: 403,
      body: { error: { code: 'conversation_private' } },
    });
    const missing = { status: 404, body: { error: { code: 'conversation_not_found' } } };
    for (const { id } of [coaching, thread]) {
      for (const path of ['', '/messages', '/context', '/task-threads', '/dispatches']) {
        expect(await bot.get(`/conversations/${id}${path}`), path).toMatchObject(missing);
      }
      expect(await bot.post(`/conversations/${id}/messages`, { content: 'Hello' })).toMatchObject(missing);
      const entry = { key: 'k', type: 'domain', value: 1 };
      expect(await bot.post(`/conversations/${id}/context`, entry)).toMatchObject(missing);
      expect(await bot.post('/conversations', { type: 'task', parentId: id })).toMatchObject(missing);
      expect(await remove(`/conversations/${id}`)).toMatchObject(missing);
    }
    const listed = itemsOf(await bot.get('/conversations?limit=100')).map((one) => one.id);
    expect(listed).not.toContain(coaching.id);
    expect(listed).not.toContain(thread.id);
  });

  it('of planning take a user message as feedback there too', async () => {
    const task = await newTask('Choose the paper');
    await bot.post(`/tasks/${task}/planning-complete`, { plan: 'Cream.' });
    const { body } = await bot.get(`/tasks/${task}/planning-conversation`);
    await bot.post(`/conversations/${body.conversationId}/messages`, { content: 'White!', role: 'user' });
    expect(await bot.get(`/tasks/${task}`)).toMatchObject({ body: { status: 'planning' } });
    expect(itemsOf(await bot.get('/conversations?type=planning')).map((one) => one.taskId)).toContain(task);
  });
});
