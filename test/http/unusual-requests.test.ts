import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiWorld, type Client, idOf, itemsOf, startApiWorld } from './api-world.ts';

let world: ApiWorld;
let bot: Client;

beforeAll(async () => {
  world = await startApiWorld();
  bot = await world.newKey('helper');
});
afterAll(() => world?.close());

const newTask = async (title = 'Write the index'): Promise<string> =>
  idOf(await bot.post('/tasks', { projectId: world.projectId, title }));

/** A request as no client library would send it. */
async function send(
  method: string,
  path: string,
  body?: RequestInit['body'],
  headers: Record<string, string> = {},
) {
  const response = await fetch(`${world.baseUrl}${path}`, {
    method,
    headers: { authorization: `Bearer ${bot.secret}`, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, body: await response.json() };
}

const nested = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const failures = () => world.log.lines.filter(({ event }) => event === 'api_failed');

describe('A request that cannot be read', () => {
  it('is refused as the client’s own mistake, and the log knows of no failure of ours', async () => {
    const context = `/api/v1/conversations/${await conversationId()}/context`;
    const entry = `{"key":"deep","type":"domain","value":${nested(200)}}`;
    const half = gzipSync('{"title":"Half"}').subarray(0, 12);
    for (const [method, path, body, headers, status, code] of [
      ['GET', '/api/v1/tasks/%ZZ', undefined, {}, 404, 'not_found'],
      ['POST', '/api/v1/tasks', 'no gzip at all', { 'content-encoding': 'gzip' }, 400, 'invalid_json'],
      ['POST', '/api/v1/tasks', half, { 'content-encoding': 'gzip' }, 400, 'invalid_json'],
      ['POST', '/api/v1/tasks', nested(200), {}, 400, 'invalid_json'],
      ['POST', context, entry, {}, 400, 'invalid_json'],
      ['PUT', context, entry, {}, 400, 'invalid_json'],
      ['POST', '/mcp', nested(200), {}, 400, 'invalid_json'],
    ] as const) {
      expect(await send(method, path, body, headers), `${method} ${path} ${code}`).toEqual({
        status,
        body: { error: { code, message: expect.any(String), details: null } },
      });
    }
    expect(failures()).toEqual([]);
  });

  it('is none while it is nested as deep as what people remember may be', async () => {
    const context = `/api/v1/conversations/${await conversationId()}/context`;
    const entry = `{"key":"flat enough","type":"domain","value":${nested(50)}}`;
    expect(await send('PUT', context, entry)).toMatchObject({
      status: 200,
      body: { value: JSON.parse(nested(50)) },
    });
  });

  async function conversationId(): Promise<string> {
    return String(itemsOf(await bot.get('/conversations?limit=1'))[0]?.id);
  }
});

describe('Several calls in one MCP request', () => {
  it('are refused together, and none of them is done', async () => {
    const call = (id: number) => ({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name: 'create_task', arguments: { projectId: world.projectId, title: 'In a batch' } },
    });
    const accept = { accept: 'application/json, text/event-stream' };
    const refused = await send('POST', '/mcp', JSON.stringify([call(1), call(2)]), accept);
    expect(refused).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } });
    expect(JSON.stringify(refused.body)).toContain('one JSON-RPC message in each request');
    const titles = itemsOf(await bot.get('/tasks?limit=100')).map(({ title }) => title);
    expect(titles).not.toContain('In a batch');

    expect(await send('POST', '/mcp', JSON.stringify(call(3)), accept)).toMatchObject({ status: 200 });
    expect(itemsOf(await bot.get('/tasks?limit=100')).map(({ title }) => title)).toContain('In a batch');
  });
});

describe('A planner that hands in nothing', () => {
  it.each([
    ['an empty checklist', { planChecklist: [] }],
    ['a checklist of blank items', { planChecklist: ['', '  ', { text: '\n' }] }],
  ])('but %s is told so, and the task waits on as it was', async (_what, sent) => {
    const id = await newTask();
    const before = await bot.get(`/tasks/${id}`);
    expect(await bot.post(`/tasks/${id}/planning-complete`, sent)).toMatchObject({
      status: 422,
      body: { error: { code: 'plan_missing' } },
    });
    expect((await bot.get(`/tasks/${id}`)).body).toEqual(before.body);
    expect(itemsOf(await bot.get(`/tasks/${id}/planning-conversation`))).toEqual([]);
  });
});

describe('A title too long for one line', () => {
  it('is cut in the title and stands whole in the description, also when a task is renamed', async () => {
    const id = await newTask();
    const long = `Collect ${'the names of all rivers, '.repeat(20)}`.slice(0, 299).concat('!');
    const renamed = await bot.call('PATCH', `/tasks/${id}`, { title: long });
    expect(renamed.status).toBe(200);
    const { title, description } = renamed.body as { title: string; description: string };
    expect(Array.from(title)).toHaveLength(120);
    expect(title).toBe(`${long.slice(0, 119).trimEnd()}…`);
    expect(description).toBe(long);

    const both = await bot.call('PATCH', `/tasks/${id}`, { title: long, description: 'By Friday.' });
    expect(both.body).toMatchObject({ title, description: `${long}\n\nBy Friday.` });
    const back = await bot.call('PATCH', `/tasks/${id}`, { title: 'Collect names' });
    expect(back.body).toMatchObject({ title: 'Collect names', description: `${long}\n\nBy Friday.` });
  });
});

describe('Work in a project that was taken out of use through the API', () => {
  it('is not completed, with a result or without, until the project is brought back', async () => {
    const id = await newTask('Weigh the stones');
    await bot.post(`/tasks/${id}/planning-complete`, { plan: 'All of them.', destination: 'ready' });
    await bot.post(`/tasks/${id}/claim`);
    await bot.call('DELETE', `/projects/${world.projectId}`);
    for (const sent of [{}, { result: 'Nine kilograms.' }]) {
      const refused = await bot.post(`/tasks/${id}/complete`, sent);
      expect(refused).toMatchObject({ status: 409, body: { error: { code: 'project_archived' } } });
      expect(refused.body.error?.message).toContain('Bring it back there: set its state to active');
    }
    await bot.call('PATCH', `/projects/${world.projectId}`, { state: 'active' });
    expect(await bot.get(`/tasks/${id}`)).toMatchObject({ body: { status: 'in_progress' } });
    const done = await bot.post(`/tasks/${id}/complete`, { result: 'Ten kilograms.' });
    expect(done).toMatchObject({
      status: 200,
      body: { status: 'done', messages: [{ content: 'Ten kilograms.' }] },
    });
  });
});
