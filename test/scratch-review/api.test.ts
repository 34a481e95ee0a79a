import { connect as tcp } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ApiWorld, type Client, clientFor, idOf, itemsOf, startApiWorld } from '../http/api-world.ts';
let world: ApiWorld; let bot: Client;
const say = (k: string, v: unknown) => console.log(`@@ ${k}: ${JSON.stringify(v)?.slice(0, 500)}`);
beforeAll(async () => { world = await startApiWorld(); bot = await world.newKey('agent'); });
afterAll(() => world?.close());
const raw = async (path: string, init: RequestInit = {}) => {
  const r = await fetch(`${world.baseUrl}${path}`, { ...init, headers: { authorization: `Bearer ${bot.secret}`, ...(init.headers as object) } });
  const t = await r.text(); return { status: r.status, t: t.slice(0, 300) };
};
const mk = async (title = 'T', extra = {}) => idOf(await bot.post('/tasks', { projectId: world.projectId, milestoneId: world.outlineId, title, ...extra }));
const ready = async (plan = 'P') => { const id = await mk(); await bot.post(`/tasks/${id}/planning-complete`, { plan, destination: 'ready' }); return id; };

it('in_progress with planVersion', async () => {
  const id = await ready();
  await bot.post(`/tasks/${id}/move`, { status: 'planning' });
  await bot.post(`/tasks/${id}/planning-complete`, { plan: 'P2', destination: 'ready' });
  const r = await bot.post(`/tasks/${id}/move`, { status: 'in_progress', planVersion: 1 });
  say('stale start', { s: r.status, st: r.body.status, e: r.body.error });
});
it('http forms', async () => {
  say('bad pct', await raw('/api/v1/tasks/%ZZ'));
  say('gzip garbage', await raw('/api/v1/tasks', { method: 'POST', body: 'garbage', headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } }));
  say('deep', await raw('/api/v1/tasks', { method: 'POST', body: `{"title":"x","projectId":${'['.repeat(200000)}${']'.repeat(200000)}}`, headers: { 'content-type': 'application/json', 'idempotency-key': 'deep' } }));
  const conv = await bot.post('/conversations', { type: 'project', projectId: world.projectId });
  say('deep ctx', await raw(`/api/v1/conversations/${idOf(conv)}/context`, { method: 'POST', body: `{"key":"k","type":"domain","value":${'['.repeat(200000)}${']'.repeat(200000)}}`, headers: { 'content-type': 'application/json' } }));
  say('deep ctx small', await raw(`/api/v1/conversations/${idOf(conv)}/context`, { method: 'POST', body: `{"key":"k","type":"domain","value":${'['.repeat(8000)}${']'.repeat(8000)}}`, headers: { 'content-type': 'application/json' } }));
  say('list ctx', await raw(`/api/v1/conversations/${idOf(conv)}/context`));
  say('proto body', await raw('/api/v1/tasks', { method: 'POST', body: `{"__proto__":{"title":"x"},"projectId":"${world.projectId}","title":"a"}`, headers: { 'content-type': 'application/json' } }));
  say('proto query', await raw('/api/v1/tasks?__proto__=1'));
  say('ctor query', await raw('/api/v1/tasks?constructor=1'));
  say('array body', await raw('/api/v1/tasks', { method: 'POST', body: '[]', headers: { 'content-type': 'application/json' } }));
  say('null body', await raw('/api/v1/tasks', { method: 'POST', body: 'null', headers: { 'content-type': 'application/json' } }));
  say('charset', await raw('/api/v1/tasks', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json; charset=utf-16' } }));
  say('charset bad', await raw('/api/v1/tasks', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json; charset=latin9' } }));
  say('HEAD', await raw('/api/v1/tasks', { method: 'HEAD' }));
  say('OPTIONS', await raw('/api/v1/tasks', { method: 'OPTIONS' }));
  say('cursor', await raw('/api/v1/tasks?status=ready&cursor=' + Buffer.from('{"id":"x","statusSince":"9999-12-31T23:59:59Z"}').toString('base64url')));
  say('cursor date', await raw('/api/v1/tasks?status=ready&cursor=' + Buffer.from('{"id":"x","statusSince":"0000-01-01T00:00:00Z"}').toString('base64url')));
  say('hist cursor', await raw(`/api/v1/tasks/${await mk()}/history?cursor=` + Buffer.from('{"revision":-9007199254740991}').toString('base64url')));
  say('nul', await bot.post('/tasks', { projectId: world.projectId, title: 'a\u0000b\ud800' }));
  say('nul proj', await raw('/api/v1/projects?channelId=%00'));
  say('idem utf', await raw('/api/v1/tasks', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json', 'idempotency-key': '' } }));
});
it('empty checklist', async () => {
  const id = await mk('empty');
  const r = await bot.post(`/tasks/${id}/planning-complete`, { planChecklist: [], destination: 'ready' });
  say('empty list', { s: r.status, st: r.body.status, plan: r.body.plan, l: r.body.planChecklist });
  say('conv', itemsOf(await bot.get(`/tasks/${id}/planning-conversation`)));
  const id2 = await mk('blank');
  const r2 = await bot.post(`/tasks/${id2}/planning-complete`, { planChecklist: [' ', ''] });
  say('blank list', { s: r2.status, st: r2.body.status });
});
it('basedOn note', async () => {
  const id = await mk('note');
  await bot.post(`/tasks/${id}/planning-conversation`, { content: 'feedback' });
  const note = await bot.post(`/tasks/${id}/planning-conversation`, { content: 'working on it', role: 'assistant' });
  const r = await bot.post(`/tasks/${id}/planning-complete`, { plan: 'P', basedOn: idOf(note) });
  say('basedOn note', { s: r.status, st: r.body.status });
  const p1 = await bot.get(`/tasks/${id}/planning-conversation?limit=1`);
  // page to the end
  let c = ''; let last; for (let i = 0; i < 9; i++) { const p = await bot.get(`/tasks/${id}/planning-conversation?limit=1${c ? `&cursor=${c}` : ''}`); last = p.body; if (p.body.nextCursor === null) break; c = String(p.body.nextCursor); }
  say('last page', last); say('p1', p1.body.basedOn);
});
it('deleted feedback', async () => {
  const id = await mk('del');
  const m = await bot.post(`/tasks/${id}/planning-conversation`, { content: 'feedback' });
  const s = world.milepost.stores; const t = world.milepost.teamId;
  await s.messages.erase(t, world.channel, String(m.body.ts));
  const item = itemsOf(await bot.get(`/tasks/planning-items?projectId=${world.projectId}&limit=100`)).find((x) => x.id === id);
  const r = await bot.post(`/tasks/${id}/planning-complete`, { plan: 'P', basedOn: item?.basedOn });
  say('deleted fb', { based: item?.basedOn, n: (item?.planningConversation as unknown[])?.length, st: r.body.status });
});
it('same plan again after planning', async () => {
  const id = await mk('again');
  await bot.post(`/tasks/${id}/planning-complete`, { plan: 'Same' });
  await bot.post(`/tasks/${id}/move`, { status: 'planning' });
  const r = await bot.post(`/tasks/${id}/planning-complete`, { plan: 'Same' });
  say('same again', { s: r.status, st: r.body.status });
});
it('workers', async () => {
  const id = await ready('W');
  await bot.post(`/tasks/${id}/claim`, { worker: 'w1', leaseSeconds: 86400 });
  await bot.post(`/tasks/${id}/move`, { status: 'ready' });
  await bot.post(`/tasks/${id}/claim`, { worker: 'w2' });
  await bot.post(`/tasks/${id}/complete`, { worker: 'w2', result: 'R2' });
  const r = await bot.post(`/tasks/${id}/complete`, { worker: 'w1', result: 'R1 of the loser' });
  say('loser complete', { s: r.status, st: r.body.status, m: (r.body.messages as { content: string }[])?.map((x) => x.content) });
});
it('taken over result', async () => {
  const id = await ready('TO');
  await bot.post(`/tasks/${id}/claim`, { leaseSeconds: 10 });
  const con = world.milepost.connection;
  const { ObjectId } = await import('mongodb');
  // A told its result and died before completing
  const tasks = world.milepost.api.services.tasks; const teamId = world.milepost.teamId;
  const t0 = await world.milepost.stores.tasks.findById({ teamId, id });
  const A = { kind: 'bot', id: bot.keyId, name: 'agent' } as const;
  await tasks.report({ teamId, id }, { by: A, type: 'agent_result', content: 'A half', key: `result:${id}:${t0?.statusSince.getTime()}` });
  await con.collection('tasks').updateOne({ _id: new ObjectId(id) as never }, { $set: { 'lease.until': new Date(Date.now() - 1000) } });
  const other = await world.newKey('other');
  say('takeover', (await other.post(`/tasks/${id}/claim`, {})).status);
  const r = await other.post(`/tasks/${id}/complete`, { result: 'B whole' });
  say('takeover complete', { s: r.status, m: (r.body.messages as { content: string }[]).map((x) => x.content) });
});
it('shorter lease', async () => {
  const id = await ready('SL');
  await bot.post(`/tasks/${id}/claim`, { leaseSeconds: 86400 });
  await bot.post(`/tasks/${id}/claim`, { leaseSeconds: 10 });
  const jobs = await world.milepost.connection.collection('jobs').find({ kind: 'end-lease', lane: `lease:${id}` }).toArray();
  say('end-lease jobs', jobs.map((j) => ({ key: j.key, dueAt: j.dueAt, state: j.state })));
  await new Promise((r) => setTimeout(r, 12_000));
  const t = await bot.get(`/tasks/${id}`);
  say('after lease', { st: t.body.status, claim: t.body.claim, listed: itemsOf(await bot.get('/tasks/ready-for-work?limit=100')).some((x) => x.id === id), now: new Date() });
});
it('patch title long', async () => {
  const id = await mk('short');
  const r = await bot.call('PATCH', `/tasks/${id}`, { title: 'x '.repeat(150) + 'END' });
  say('long', { s: r.status, len: String(r.body.title).length, d: String(r.body.description).length });
});
it('mcp batch', async () => {
  const h = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const one = (id: number) => ({ jsonrpc: '2.0', id, method: 'tools/call', params: { name: 'create_task', arguments: { projectId: world.projectId, title: `batch ${id}` } } });
  const t = Date.now();
  const r = await raw('/mcp', { method: 'POST', headers: h, body: JSON.stringify(Array.from({ length: 700 }, (_, i) => one(i))) });
  say('batch', { s: r.status, t: r.t, ms: Date.now() - t });
  say('n', await world.milepost.connection.collection('tasks').countDocuments({ title: /^batch/ }));
  say('mcp bad ver', await raw('/mcp', { method: 'POST', headers: { ...h, 'mcp-protocol-version': 'x' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }) }));
  say('mcp empty', await raw('/mcp', { method: 'POST', headers: h }));
  say('mcp emptyarr', await raw('/mcp', { method: 'POST', headers: h, body: '[]' }));
  say('mcp badjson', await raw('/mcp', { method: 'POST', headers: h, body: '{' }));
  say('mcp args', await raw('/mcp', { method: 'POST', headers: h, body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"get_task","arguments":{"__proto__":{"id":"x"},"id":"y"}}}' }));
  say('mcp proto only', await raw('/mcp', { method: 'POST', headers: h, body: '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"list_tasks","arguments":{"__proto__":{"limit":1}}}}' }));
});
