import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createApi } from '../../src/http/api.ts';
import { OPERATIONS } from '../../src/http/operations/all.ts';
import { SlackUnavailable } from '../../src/ports/slack.ts';
import { createApiKeys } from '../../src/use-cases/api-keys.ts';
import { type ApiWorld, type Client, clientFor, idOf, itemsOf, startApiWorld } from './api-world.ts';

let world: ApiWorld;
let bot: Client;

beforeAll(async () => {
  world = await startApiWorld();
  bot = await world.newKey('helper');
});
afterAll(() => world?.close());

const task = (title: string) => ({ projectId: world.projectId, title });
const tasksCalled = async (title: string) =>
  itemsOf(await bot.get('/tasks?limit=100')).filter((one) => one.title === title);

describe('who may come in', () => {
  it('is whoever holds a key of this workspace that was not revoked', async () => {
    const { stores, teamId } = world.milepost;
    const keys = createApiKeys({ apiKeys: stores.apiKeys });
    const revoked = await keys.create(teamId, 'old');
    await keys.revoke(teamId, revoked.key.id);
    const foreign = await keys.create('TOTHER', 'foreign');
    const good = bot.secret;
    const last = good.endsWith('A') ? 'B' : 'A';
    for (const authorization of [
      undefined,
      'Bearer',
      good,
      `Basic ${good}`,
      `Bearer ${good.slice(0, -1)}${last}`,
      `Bearer ${good}x`,
      `Bearer ${revoked.secret}`,
      `Bearer ${foreign.secret}`,
      'Bearer mp_{"$ne":null}_x',
    ]) {
      const headers = authorization === undefined ? {} : { authorization };
      const response = await fetch(`${world.baseUrl}/api/v1/tasks`, { headers });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.json()).toMatchObject({ error: { code: 'unauthorized', details: null } });
    }
    expect((await bot.get('/tasks')).status).toBe(200);
  });

  it('is asked before anything is read of the request', async () => {
    const response = await fetch(`${world.baseUrl}/api/v1/tasks`, { method: 'POST', body: '{not json' });
    expect(response.status).toBe(401);
    expect((await fetch(`${world.baseUrl}/mcp`, { method: 'POST', body: '{}' })).status).toBe(401);
  });
});

describe('ids of another workspace', () => {
  it('are not found, whatever is asked of them', async () => {
    const { stores } = world.milepost;
    const teamId = 'TOTHER';
    const project = await stores.projects.create({
      teamId,
      channelId: 'C9',
      channelName: 'secret',
      name: 'Secret',
      purpose: '',
      createdBy: 'U9',
    });
    const place = { teamId, projectId: project.id, channelId: 'C9' };
    const [milestone] = await stores.milestones.create([
      { ...place, threadTs: '1.1', title: 'Secret', description: '', createdBy: 'U9' },
    ]);
    const by = { kind: 'person', id: 'U9', name: '' } as const;
    const fresh = {
      milestoneId: null,
      title: 'Secret',
      description: '',
      createdBy: by,
      askedIn: null,
      origin: null,
    };
    const made = await stores.tasks.create({ ...place, ...fresh });
    const conversation = await stores.conversations.findOrCreate({
      ...place,
      threadTs: '1.1',
      type: 'project',
      milestoneId: null,
      title: 'Secret',
    });
    const link = {
      kind: 'link',
      key: 'https://s/',
      url: 'https://s/',
      linkType: 'website',
      documentId: null,
    } as const;
    const { attachment } = await stores.attachments.attach(
      {
        ...{ teamId, projectId: project.id, milestoneId: null, ...link, title: 'S', addedBy: 'U9' },
        ...{ file: null, state: 'pending', unread: null, readAt: null, page: null },
      },
      { channelId: 'C9', messageTs: '1.1', userId: 'U9' },
    );
    const ids: Record<string, string> = {
      projects: project.id,
      milestones: milestone?.id ?? '',
      tasks: made.task.id,
      conversations: conversation.id,
      attachments: attachment.id,
    };
    const withId = OPERATIONS.filter((one) => one.path.includes('{id}'));
    expect(withId.length).toBeGreaterThan(25);
    for (const { name, method, path, body } of withId) {
      const id = ids[path.split('/')[1] ?? ''] ?? '';
      expect(id, path).not.toBe('');
      const address = path.replace('{id}', id).replace('{version}', '1');
      const sent = body === null ? undefined : (SENT[name] ?? {});
      const reply = await bot.call(method.toUpperCase(), address, sent);
      expect(reply, `${method} ${path}`).toMatchObject({ status: 404 });
      expect(reply.body.error?.code, `${method} ${path}`).toMatch(/_not_found$/u);
      expect(JSON.stringify(reply.body)).not.toContain('Secret');
    }
    expect(itemsOf(await bot.get(`/tasks?projectId=${project.id}`))).toEqual([]);
    expect(itemsOf(await bot.get(`/conversations?projectId=${project.id}`))).toEqual([]);
    expect(await bot.post('/tasks', { projectId: project.id, title: 'Mine' })).toMatchObject({ status: 404 });
    expect(await bot.post('/conversations', { type: 'project', projectId: project.id })).toMatchObject({
      status: 404,
    });
    expect(await stores.tasks.findById({ teamId, id: made.task.id })).toMatchObject({
      title: 'Secret',
      revision: 1,
    });
  });

  /** Bodies that would do something. */
  const SENT: Record<string, unknown> = {
    change_project: { name: 'Mine' },
    create_milestone: { title: 'Mine' },
    change_milestone: { title: 'Mine' },
    create_attachment: { text: 'Mine' },
    change_attachment: { title: 'Mine' },
    add_message: { content: 'Mine' },
    store_context_entry: { key: 'k', type: 'domain', value: 1 },
    put_context_entry: { key: 'k', type: 'domain', value: 1 },
    change_task: { title: 'Mine' },
    move_task: { status: 'ready' },
    add_planning_message: { content: 'Mine' },
    complete_planning: { plan: 'Mine' },
    report_on_task: { content: 'Mine' },
  };
});

describe('requests that are not as documented', () => {
  it('are refused with what is wrong where', async () => {
    const reply = await bot.post('/tasks', { projectId: 7, titel: 'Write' });
    expect(reply).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } });
    const details = reply.body.error?.details as { path: string; message: string }[];
    expect(details.map((one) => one.path)).toEqual(expect.arrayContaining(['projectId', 'title']));
    expect(details.map((one) => one.message).join(' ')).toContain('titel');
    for (const path of [
      '/tasks?limit=0',
      '/tasks?limit=101',
      '/tasks?limit=x',
      '/tasks?cursor=xyz',
      '/tasks?foo=1',
    ]) {
      expect(await bot.get(path), path).toMatchObject({
        status: 400,
        body: { error: { code: 'invalid_request' } },
      });
    }
    const conversations = await bot.get('/conversations?limit=1');
    expect(await bot.get(`/tasks?cursor=${conversations.body.nextCursor}`)).toMatchObject({ status: 400 });
  });

  it('are refused by the form of their body', async () => {
    const json = { 'content-type': 'application/json' };
    for (const [body, headers, status, code] of [
      ['{"title":', json, 400, 'invalid_json'],
      ['"text"', json, 400, 'invalid_json'],
      ['[]', json, 400, 'invalid_request'],
      ['title=Write', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'unsupported_media_type'],
      ['{}', { 'content-type': 'application/json; charset=x-none' }, 415, 'unsupported_media_type'],
      [JSON.stringify({ title: 'a'.repeat(2_000_000) }), json, 413, 'payload_too_large'],
    ] as const) {
      expect(await bot.post('/tasks', body, headers), code).toMatchObject({
        status,
        body: { error: { code } },
      });
    }
  });

  it('at no address of ours, or with no method of it, say so in the same form', async () => {
    expect(await bot.get('/nothing')).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
    const wrong = await bot.call('DELETE', '/tasks');
    expect(wrong).toMatchObject({ status: 405, body: { error: { code: 'method_not_allowed' } } });
    expect(wrong.headers.get('allow')).toBe('GET, POST');
  });

  it('that cannot be done say why', async () => {
    for (const [body, status, code] of [
      [{ ...task('  ') }, 422, 'title_missing'],
      [{ ...task('Write'), milestoneId: 'f'.repeat(24) }, 422, 'milestone_not_in_project'],
      [{ title: 'Write', projectId: 'f'.repeat(24) }, 404, 'project_not_found'],
    ] as const) {
      expect(await bot.post('/tasks', body), code).toMatchObject({ status, body: { error: { code } } });
    }
    const id = idOf(await bot.post('/tasks', task('Refused')));
    expect(await bot.post(`/tasks/${id}/planning-complete`, {})).toMatchObject({
      status: 422,
      body: { error: { code: 'plan_missing' } },
    });
    expect(await bot.post(`/tasks/${id}/messages`, { content: 'a'.repeat(40_001) })).toMatchObject({
      status: 413,
      body: { error: { code: 'message_too_long' } },
    });
    expect(await bot.post(`/tasks/${id}/claim`, { leaseSeconds: 9 })).toMatchObject({ status: 400 });
  });
});

describe('an Idempotency-Key', () => {
  it('makes ten requests at once one task', async () => {
    const send = () => bot.post('/tasks', task('Once'), { 'Idempotency-Key': 'ten' });
    const replies = await Promise.all(Array.from({ length: 10 }, send));
    expect(replies.every((one) => one.status === 201 || one.body.error?.code === 'request_in_progress')).toBe(
      true,
    );
    expect(await tasksCalled('Once')).toHaveLength(1);
    const replay = await send();
    expect(replay.status).toBe(201);
    expect(replay.headers.get('idempotency-replayed')).toBe('true');
    const [made] = replies.filter((one) => one.status === 201);
    expect(replay.body).toEqual(made?.body);
  });

  it('belongs to one request of one holder', async () => {
    const headers = { 'Idempotency-Key': 'mine' };
    await bot.post('/tasks', task('First'), headers);
    expect(await bot.post('/tasks', task('Second'), headers)).toMatchObject({
      status: 422,
      body: { error: { code: 'idempotency_key_reused' } },
    });
    const other = await world.newKey('other');
    expect(await other.post('/tasks', task('Theirs'), headers)).toMatchObject({ status: 201 });
    expect(await bot.post('/tasks', task('Long'), { 'Idempotency-Key': 'k'.repeat(256) })).toMatchObject({
      status: 400,
    });
  });

  it('repeats a refusal as well', async () => {
    const headers = { 'Idempotency-Key': 'refused' };
    const first = await bot.post('/tasks', task(' '), headers);
    const second = await bot.post('/tasks', task(' '), headers);
    expect(second.status).toBe(422);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.body).toEqual(first.body);
  });

  it('makes nothing twice when the process died before the reply was kept', async () => {
    const headers = { 'Idempotency-Key': 'crash' };
    const { api, teamId } = world.milepost;
    const forgetful = { ...api.requests, finish: (request: never) => api.requests.release(request) };
    await withApi({ ...api, requests: forgetful, teamId }, async (url) => {
      const client = clientFor(url, bot.keyId, bot.secret);
      const first = await client.post('/tasks', task('Crashed'), headers);
      const id = idOf(first);
      const messages = `/tasks/${id}/planning-conversation`;
      await client.post(messages, { content: 'Feedback' }, headers);
      const again = await bot.post('/tasks', task('Crashed'), headers);
      expect(again.headers.get('idempotency-replayed')).toBeNull();
      expect(idOf(again)).toBe(id);
      const other = { 'Idempotency-Key': 'crash-message' };
      await client.post(messages, { content: 'More' }, other);
      await bot.post(messages, { content: 'More' }, other);
      expect(itemsOf(await bot.get(messages)).filter((one) => one.content === 'More')).toHaveLength(1);
    });
  });
});

describe('limits and failures', () => {
  it('stop a key that asks too often, and nobody else', async () => {
    const { api, teamId } = world.milepost;
    await withApi({ ...api, teamId, ratePerMinute: 3 }, async (url) => {
      const client = clientFor(url, bot.keyId, bot.secret);
      for (let n = 0; n < 3; n += 1) expect((await client.get('/tasks')).status).toBe(200);
      const stopped = await client.get('/tasks');
      expect(stopped).toMatchObject({ status: 429, body: { error: { code: 'rate_limited' } } });
      expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(0);
      const mcp = await fetch(`${url}/mcp`, {
        method: 'POST',
        headers: { authorization: `Bearer ${bot.secret}` },
      });
      expect(mcp.status).toBe(429);
      const other = await world.newKey('calm');
      expect((await clientFor(url, other.keyId, other.secret).get('/tasks')).status).toBe(200);
    });
  });

  it('give a reference and nothing else when something breaks, and may be tried again under the same key', async () => {
    const { api, teamId } = world.milepost;
    const log: { event: string; fields: Record<string, unknown> }[] = [];
    const captured = {
      debug() {},
      info() {},
      warn() {},
      error: (fields: Record<string, unknown>, event: string) => {
        log.push({ event, fields });
      },
    };
    const createTask = async (): Promise<never> => {
      throw new TypeError('the pipe burst');
    };
    const broken = { ...api, teamId, log: captured, services: { ...api.services, createTask } };
    await withApi(broken, async (url) => {
      const client = clientFor(url, bot.keyId, bot.secret);
      const headers = { 'Idempotency-Key': 'broken' };
      const reply = await client.post('/tasks', task('My secret title'), headers);
      expect(reply).toMatchObject({ status: 500, body: { error: { code: 'internal' } } });
      expect(JSON.stringify(reply.body)).not.toContain('pipe');
      const { reference } = z.object({ reference: z.string() }).parse(reply.body.error?.details);
      expect(reply.body.error?.message).toContain(reference);
      expect(log).toMatchObject([
        { event: 'api_failed', fields: { reference, team: teamId, key: bot.keyId } },
      ]);
      expect(String(log[0]?.fields.err)).toContain('the pipe burst');
      expect(JSON.stringify(log)).not.toContain('My secret title');
      expect(await bot.post('/tasks', task('My secret title'), headers)).toMatchObject({ status: 201 });
    });
  });

  it('say that Slack is away when it is', async () => {
    const { api, teamId } = world.milepost;
    const projects = {
      ...api.services.projects,
      create: async (): Promise<never> => {
        throw new SlackUnavailable();
      },
    };
    await withApi({ ...api, teamId, services: { ...api.services, projects } }, async (url) => {
      const reply = await clientFor(url, bot.keyId, bot.secret).post('/projects', {
        channelId: 'C7',
        name: 'Away',
      });
      expect(reply).toMatchObject({ status: 503, body: { error: { code: 'slack_unavailable' } } });
      expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(0);
    });
  });

  it('never put a key into the log', () => {
    expect(JSON.stringify(world.log.lines)).not.toContain(bot.secret);
    expect(JSON.stringify(world.log.lines)).not.toContain(bot.secret.slice(-43));
  });
});

async function withApi(
  deps: Parameters<typeof createApi>[0],
  act: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer(createApi(deps).listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  try {
    await act(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
