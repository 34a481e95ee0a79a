import { afterAll, beforeAll, expect, it } from 'vitest';
import { createApi } from '../../src/http/api.ts';
import { listen } from '../../src/http/listen.ts';
import { type ApiWorld, type Client, clientFor, idOf, itemsOf, startApiWorld } from '../http/api-world.ts';
let world: ApiWorld; let bot: Client;
const say = (k: string, v: unknown) => console.log(`@@ ${k}: ${JSON.stringify(v)?.slice(0, 700)}`);
beforeAll(async () => { world = await startApiWorld({ overrides: { now: () => Date.now() + 2_000 } }); bot = await world.newKey('agent'); });
afterAll(() => world?.close());
const raw = async (path: string, init: RequestInit = {}) => {
  const r = await fetch(`${world.baseUrl}${path}`, { ...init, headers: { authorization: `Bearer ${bot.secret}`, ...(init.headers as object) } });
  const t = await r.text(); return { status: r.status, t: t.slice(0, 300) };
};
const mk = async (title = 'T', extra = {}) => idOf(await bot.post('/tasks', { projectId: world.projectId, milestoneId: world.outlineId, title, ...extra }));
const ready = async (plan = 'P') => { const id = await mk(); await bot.post(`/tasks/${id}/planning-complete`, { plan, destination: 'ready' }); return id; };
const leaseJobs = async (id: string) => (await world.milepost.connection.collection('jobs').find({ teamId: world.milepost.teamId, kind: 'end-lease', key: { $gte: id, $lt: `${id}~` } }).toArray()).map((j) => ({ k: j.key.slice(25), dueAt: j.dueAt, state: j.state }));

it('leases', { timeout: 60_000 }, async () => {
  const a = await ready('shorter'); const b = await ready('prolonged, process clock 2 s ahead');
  await bot.post(`/tasks/${a}/claim`, { leaseSeconds: 86400 });
  await bot.post(`/tasks/${a}/claim`, { leaseSeconds: 10 });
  await bot.post(`/tasks/${b}/claim`, { leaseSeconds: 10 });
  await new Promise((r) => setTimeout(r, 3_000));
  await bot.post(`/tasks/${b}/claim`, { leaseSeconds: 10 });
  await new Promise((r) => setTimeout(r, 14_000));
  for (const [n, id] of [['shorter', a], ['skew', b]] as const) {
    const t = await bot.get(`/tasks/${id}`);
    say(n, { st: t.body.status, until: (t.body.claim as { until: string } | null)?.until, now: new Date(), listed: itemsOf(await bot.get('/tasks/ready-for-work?limit=100')).some((x) => x.id === id), jobs: await leaseJobs(id) });
  }
});
it('mcp batch', async () => {
  const h = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const one = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'create_task', arguments: { projectId: world.projectId, title: `batch ${id}` } } });
  const { api, teamId } = world.milepost;
  const a = createApi({ ...api, teamId, ratePerMinute: 3 });
  const s = await listen(0, (q, r) => a.listener(q, r));
  const r = await fetch(`http://127.0.0.1:${s.port}/mcp`, { method: 'POST', headers: { ...h, authorization: `Bearer ${bot.secret}` }, body: JSON.stringify(Array.from({ length: 100 }, (_, i) => one(i))) });
  say('batch', { s: r.status, n: (await r.json() as unknown[]).length });
  await s.stop(100);
  say('mcp bad ver', await raw('/mcp', { method: 'POST', headers: { ...h, 'mcp-protocol-version': 'x' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }) }));
  say('mcp empty', await raw('/mcp', { method: 'POST', headers: h }));
  say('mcp badjson', await raw('/mcp', { method: 'POST', headers: h, body: '{' }));
  say('mcp args', await raw('/mcp', { method: 'POST', headers: h, body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_task","arguments":{"__proto__":{"id":"x"},"id":"y"}}}' }));
  say('mcp proto only', await raw('/mcp', { method: 'POST', headers: h, body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_tasks","arguments":{"__proto__":{"limit":1}}}}' }));
});
it('idempotent milestones and moves after a crash', async () => {
  const { api, teamId } = world.milepost;
  const forgetful = { ...api.requests, finish: (request: never) => api.requests.release(request) };
  const a = createApi({ ...api, requests: forgetful as never, teamId });
  const s = await listen(0, (q, r) => a.listener(q, r));
  const c = clientFor(`http://127.0.0.1:${s.port}`, bot.keyId, bot.secret);
  const H = (k: string) => ({ 'Idempotency-Key': k });
  const m1 = await c.post(`/projects/${world.projectId}/milestones`, { title: 'Twice' }, H('m'));
  const m2 = await bot.post(`/projects/${world.projectId}/milestones`, { title: 'Twice' }, H('m'));
  say('milestone', [m1.status, idOf(m1), m2.status, idOf(m2)]);
  const id = await mk();
  const v1 = await c.post(`/tasks/${id}/move`, { status: 'backlog' }, H('mv'));
  const v2 = await bot.post(`/tasks/${id}/move`, { status: 'backlog' }, H('mv'));
  say('move', [v1.status, v2.status, v2.body.error]);
  await s.stop(100);
});
it('milestone of a task and its conversations', async () => {
  const cover = itemsOf(await bot.get(`/projects/${world.projectId}/milestones`))[1];
  const s = world.milepost.stores; const teamId = world.milepost.teamId;
  let bad = 0;
  for (let i = 0; i < 15; i++) {
    const id = await mk(`race ${i}`);
    await Promise.all([bot.call('PATCH', `/tasks/${id}`, { milestoneId: cover?.id }), bot.call('PATCH', `/tasks/${id}`, { milestoneId: null }), bot.call('PATCH', `/tasks/${id}`, { milestoneId: world.outlineId })]);
    const t = await s.tasks.findById({ teamId, id });
    const [conv] = await s.conversations.findByKeys(teamId, [`planning:${id}`]);
    if (t?.milestoneId !== conv?.milestoneId) bad++;
  }
  say('race mismatches of 15', bad);
});
it('archived', async () => {
  const { slack, channel } = world;
  const id = await ready('arch'); const id2 = await mk('arch2'); const id3 = await mk('never carded');
  await slack.archiveChannel(channel);
  await slack.until(async () => (await bot.get(`/projects/${world.projectId}`)).body.state === 'archived' ? true : undefined, 'archived');
  const pc = await bot.post(`/tasks/${id2}/planning-complete`, { plan: 'made while archived' });
  say('planning-complete archived', { s: pc.status, st: pc.body.status });
  const cl = await bot.post(`/tasks/${id}/claim`, {});
  say('claim archived', { s: cl.status, e: cl.body.error });
  await slack.unarchiveChannel(channel);
  await slack.until(async () => (await bot.get(`/projects/${world.projectId}`)).body.state === 'active' ? true : undefined, 'active');
  await new Promise((r) => setTimeout(r, 6_000));
  const [conv] = await world.milepost.stores.conversations.findByKeys(world.milepost.teamId, [`planning:${id2}`]);
  const msgs = conv?.threadTs == null ? [] : slack.thread(channel, conv.threadTs);
  say('thread after unarchive', msgs.map((m) => JSON.stringify(m.blocks ?? m.text).slice(0, 160)));
  await bot.call('DELETE', `/projects/${world.projectId}`);
  const e = await bot.post('/tasks', { projectId: world.projectId, title: 'x' });
  say('removed', e.body.error);
  say('removed planning-complete', (await bot.post(`/tasks/${id3}/planning-complete`, { plan: 'x', destination: 'ready' })).body.status);
  say('removed complete?', (await bot.post(`/tasks/${id3}/complete`, {})).body.error);
});
