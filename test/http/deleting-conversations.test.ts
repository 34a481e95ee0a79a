import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { textOf } from '../support/fake-slack/index.ts';
import { type ApiWorld, type Client, idOf, itemsOf, startApiWorld } from './api-world.ts';

let world: ApiWorld;
let bot: Client;

beforeAll(async () => {
  world = await startApiWorld();
  bot = await world.newKey('helper');
});
afterAll(() => world?.close());

const GONE = { status: 404, body: { error: { code: 'conversation_not_found' } } };
const remove = (id: string) => bot.call('DELETE', `/conversations/${id}`);
const say = (id: string, content: string) => bot.post(`/conversations/${id}/messages`, { content });
const contents = async (id: string) =>
  itemsOf(await bot.get(`/conversations/${id}/messages`)).map((one) => one.content);
const listed = async () =>
  itemsOf(await bot.get(`/conversations?projectId=${world.projectId}&limit=100`)).map((one) => one.id);

/** The conversation of a new milestone, whose card is posted. */
async function ofMilestone(title: string) {
  const made = await bot.post(`/projects/${world.projectId}/milestones`, { title });
  const wanted = { type: 'project', projectId: world.projectId, milestoneId: idOf(made) };
  const reply = await world.slack.until(async () => {
    const found = await bot.post('/conversations', wanted);
    return found.status === 404 ? undefined : found;
  }, 'the card is posted');
  return { id: idOf(reply), wanted, threadTs: String(reply.body.threadTs) };
}

async function threadUnder(parentId: string, title: string): Promise<string> {
  return idOf(await bot.post('/conversations', { type: 'task', parentId, title }));
}

/** Waits until what was said stands in Slack. */
async function standsIn(threadTs: string, text: string): Promise<void> {
  await world.slack.until(
    () =>
      world.slack
        .thread(world.channel, threadTs)
        .map(textOf)
        .find((one) => one.includes(text)),
    `"${text}" is posted`,
  );
}

describe('a deleted task thread', () => {
  it('is gone for bots with all that was in it, and its parent stays', async () => {
    const parent = await ofMilestone('Ferries');
    const id = await threadUnder(parent.id, 'researcher: fares');
    const other = await threadUnder(parent.id, 'writer: blurb');
    await say(id, 'It costs nine crowns.');
    await say(parent.id, 'We are looking for the fares.');
    await bot.post(`/conversations/${id}/context`, { key: 'fare', type: 'domain', value: 9 });

    expect(await remove(id)).toMatchObject({ status: 200, body: { deleted: true, taskThreads: 0 } });

    for (const path of ['', '/messages', '/context', '/task-threads', '/dispatches']) {
      expect(await bot.get(`/conversations/${id}${path}`), path).toMatchObject(GONE);
    }
    expect(await say(id, 'Is anybody there?')).toMatchObject(GONE);
    expect(await remove(id)).toMatchObject(GONE);
    expect(await listed()).not.toContain(id);
    const siblings = itemsOf(await bot.get(`/conversations/${parent.id}/task-threads`));
    expect(siblings.map((one) => one.id)).toEqual([other]);
    expect(await contents(parent.id)).toEqual(['We are looking for the fares.']);
  });
});

describe('a deleted conversation of a milestone', () => {
  it('takes its messages, its memory and its task threads with it, and nothing out of Slack', async () => {
    const parent = await ofMilestone('Bridges');
    const threads = [await threadUnder(parent.id, 'first'), await threadUnder(parent.id, 'second')];
    await say(parent.id, 'The old bridge is closed.');
    await bot.post(`/conversations/${parent.id}/context`, { key: 'old', type: 'domain', value: 'closed' });
    await standsIn(parent.threadTs, 'The old bridge is closed.');

    expect(await remove(parent.id)).toMatchObject({ body: { deleted: true, taskThreads: 2 } });

    for (const id of [parent.id, ...threads]) {
      expect(await bot.get(`/conversations/${id}`)).toMatchObject(GONE);
      expect(await listed()).not.toContain(id);
    }
    await standsIn(parent.threadTs, 'The old bridge is closed.');
  });

  it('begins again, empty, when a bot opens it', async () => {
    const parent = await ofMilestone('Locks');
    await say(parent.id, 'The lock is full of cedar.');
    await bot.post(`/conversations/${parent.id}/context`, { key: 'wood', type: 'domain', value: 'cedar' });
    await remove(parent.id);

    const again = await bot.post('/conversations', parent.wanted);
    expect(again).toMatchObject({ status: 201, body: { title: 'Locks', threadTs: parent.threadTs } });
    const id = idOf(again);
    expect(await contents(id)).toEqual([]);
    expect(itemsOf(await bot.get(`/conversations/${id}/context`))).toEqual([]);
    await say(id, 'What wood is it?');
    expect(await contents(id)).toEqual(['What wood is it?']);
    await standsIn(parent.threadTs, 'What wood is it?');
    expect(await bot.post('/conversations', parent.wanted)).toMatchObject({ status: 200, body: { id } });
  });

  it('begins again, empty, when a person mentions Milepost in its thread', async () => {
    const parent = await ofMilestone('Towpaths');
    await say(parent.id, 'The towpath is made of basalt.');
    await standsIn(parent.threadTs, 'The towpath is made of basalt.');
    await remove(parent.id);

    await world.ask({ thread: parent.threadTs, text: 'what do we know of the towpath?' });
    const again = await bot.post('/conversations', parent.wanted);
    expect(again).toMatchObject({ status: 200 });
    const said = await contents(idOf(again));
    expect(said.join('\n')).toContain('what do we know of the towpath?');
    expect(said.join('\n')).not.toContain('basalt');
  });
});

describe('a conversation that is being emptied', () => {
  it('tells nothing from before any more, also while that is still being removed', async () => {
    const { stores, teamId } = world.milepost;
    const { id } = await ofMilestone('Weirs');
    await say(id, 'The weir is painted ochre.');
    const ref = { teamId, id };
    const before = await stores.conversations.findById(ref);
    await stores.conversations.empty(ref, before?.resets ?? 0, await stores.messages.newestTs(ref));
    expect(await contents(id)).toEqual([]);
    await say(id, 'What colour is it?');
    expect(await contents(id)).toEqual(['What colour is it?']);
  });
});

describe('the deleted thread of a task', () => {
  it('begins again with the next report on it', async () => {
    const wanted = { projectId: world.projectId, title: 'Count the barges' };
    const task = idOf(await bot.post('/tasks', wanted));
    await bot.post(`/tasks/${task}/messages`, { content: 'Eleven so far.' });
    const known = itemsOf(await bot.get('/conversations?type=task&limit=100')).find(
      (one) => one.taskId === task,
    );
    const id = String(known?.id);
    expect(await remove(id)).toMatchObject({ status: 200 });
    expect(await bot.post(`/tasks/${task}/messages`, { content: 'Twelve in all.' })).toMatchObject({
      status: 201,
    });
    expect(await contents(id)).toEqual(['Twelve in all.']);
  });
});
