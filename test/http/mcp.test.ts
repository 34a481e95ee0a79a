import { Client as McpClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { OPERATIONS } from '../../src/http/operations/all.ts';
import { type ApiWorld, type Client, startApiWorld } from './api-world.ts';

let world: ApiWorld;
let bot: Client;
let mcp: McpClient;

beforeAll(async () => {
  world = await startApiWorld();
  bot = await world.newKey('agent');
  mcp = new McpClient({ name: 'test', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(`${world.baseUrl}/mcp`), {
    requestInit: { headers: { authorization: `Bearer ${bot.secret}` } },
  });
  // Its optional handlers are declared without "or undefined".
  await mcp.connect(transport as Parameters<typeof mcp.connect>[0]);
  // From here on the client holds every result to the schema of its tool.
  await mcp.listTools();
});
afterAll(async () => {
  await mcp?.close();
  await world?.close();
});

const Task = z.looseObject({ id: z.string(), status: z.string() });
const List = z.looseObject({ items: z.array(z.looseObject({ id: z.string() })) });
const Refused = z.object({
  error: z.object({ code: z.string(), message: z.string(), details: z.unknown() }),
});

async function use(name: string, given: Record<string, unknown> = {}): Promise<unknown> {
  const result = await mcp.callTool({ name, arguments: given });
  expect(result.isError ?? false, JSON.stringify(result.content)).toBe(false);
  expect(JSON.parse(textIn(result))).toEqual(result.structuredContent);
  return result.structuredContent;
}

async function refusedBy(name: string, given: Record<string, unknown>) {
  const result = await mcp.callTool({ name, arguments: given });
  expect(result.isError).toBe(true);
  return Refused.parse(JSON.parse(textIn(result))).error;
}

const textIn = (result: unknown): string =>
  z.object({ content: z.tuple([z.object({ text: z.string() })]) }).parse(result).content[0].text;

describe('the MCP server', () => {
  it('has a tool for every operation of the API', async () => {
    const { tools } = await mcp.listTools();
    expect(tools.map((one) => one.name).sort()).toEqual(OPERATIONS.map((one) => one.name).sort());
    const claim = tools.find((one) => one.name === 'claim_task');
    expect(Object.keys(claim?.inputSchema.properties ?? {})).toEqual(['id', 'leaseSeconds', 'worker']);
    expect(claim?.inputSchema.required).toEqual(['id']);
  });

  it('says which tools open pages of the web', async () => {
    const { tools } = await mcp.listTools();
    const opening = tools.filter((one) => one.annotations?.openWorldHint === true);
    expect(opening.map((one) => one.name).sort()).toEqual(['create_attachment', 'read_attachment_again']);
  });

  it('attaches a page, reads it again and hands out what stands there', async () => {
    const url = 'https://rivers.example/spelling';
    world.pages.publish(url, [{ text: 'Vltava, not Moldau.', place: { heading: 'Names' } }]);
    const Attachment = z.looseObject({ id: z.string(), state: z.string() });
    const made = Attachment.parse(await use('create_attachment', { id: world.projectId, url }));
    expect(made.state).toBe('pending');
    await use('read_attachment_again', { id: made.id });
    await world.slack.until(async () => {
      const { state } = Attachment.parse(await use('get_attachment', { id: made.id }));
      return state === 'ready' ? state : undefined;
    }, 'the page was read');
    expect(await use('list_attachment_passages', { id: made.id, limit: 5 })).toMatchObject({
      items: [{ n: 0, text: 'Vltava, not Moldau.', place: { heading: 'Names', page: null } }],
      nextCursor: null,
    });
  });

  it('carries a task from its making to its end', async () => {
    const projects = List.parse(await use('list_projects'));
    expect(projects.items.map((one) => one.id)).toEqual([world.projectId]);
    const milestones = List.parse(await use('list_milestones', { id: world.projectId }));
    const made = Task.parse(
      await use('create_task', {
        projectId: world.projectId,
        milestoneId: milestones.items[0]?.id ?? '',
        title: 'Check the spelling',
      }),
    );
    const { id } = made;
    await use('add_planning_message', { id, content: 'Names of rivers first.' });
    const items = List.parse(await use('list_planning_items', { projectId: world.projectId }));
    const item = items.items.find((one) => one.id === id);
    expect(item).toMatchObject({
      planningConversation: [{ content: 'Names of rivers first.', author: 'bot:agent' }],
    });
    const planned = Task.parse(
      await use('complete_planning', {
        id,
        plan: 'Rivers, then the rest.',
        planChecklist: ['Rivers'],
        basedOn: item?.basedOn,
        destination: 'ready',
      }),
    );
    expect(planned).toMatchObject({ status: 'ready', planDocument: { version: 1 } });
    const ready = List.parse(await use('list_ready_for_work', { limit: 5 }));
    expect(ready.items).toMatchObject([{ id, planDocument: { text: 'Rivers, then the rest.' } }]);
    await use('claim_task', { id, leaseSeconds: 60 });
    await use('report_on_task', { id, content: 'Rivers are done.', type: 'agent_progress' });
    await use('change_task', { id, planChecklist: [{ text: 'Rivers', done: true }] });
    const done = Task.parse(await use('complete_task', { id, result: 'All is spelled well.' }));
    expect(done).toMatchObject({ status: 'done', planChecklist: [{ text: 'Rivers', done: true }] });
    expect((await bot.get(`/tasks/${id}`)).body).toMatchObject({ id, status: 'done' });
  });

  it('has results of work with their metadata, lists proposals and deletes a conversation', async () => {
    const { items } = List.parse(await use('list_conversations', { type: 'project' }));
    const parentId = items[0]?.id ?? '';
    const thread = await use('create_conversation', { type: 'task', parentId, title: 'Count the bridges' });
    const { id } = z.looseObject({ id: z.string() }).parse(thread);
    const said = await use('add_message', {
      id,
      content: 'There are seven.',
      type: 'agent_result',
      metadata: { summary: 'Seven bridges.' },
    });
    expect(said).toMatchObject({
      type: 'agent_result',
      metadata: { summary: 'Seven bridges.', sources: [] },
    });
    expect(await use('list_messages', { id })).toMatchObject({ items: [said] });
    expect(await use('list_dispatches', { id })).toEqual({ items: [], nextCursor: null });
    expect(await use('delete_conversation', { id })).toEqual({ deleted: true, taskThreads: 0 });
    expect(await refusedBy('get_conversation', { id })).toMatchObject({ code: 'conversation_not_found' });
  });

  it('says what was wrong in the form of the API', async () => {
    expect(await refusedBy('get_task', { id: 'f'.repeat(24) })).toMatchObject({
      code: 'task_not_found',
      details: null,
    });
    const wrong = await refusedBy('create_task', { projectId: world.projectId, titel: 'Write' });
    expect(wrong.code).toBe('invalid_request');
    expect(JSON.stringify(wrong.details)).toContain('titel');
    expect(await refusedBy('no_such_tool', {})).toMatchObject({ code: 'not_found' });
  });

  it('keeps no session: only POST is answered', async () => {
    for (const method of ['GET', 'DELETE']) {
      const headers = { authorization: `Bearer ${bot.secret}`, accept: 'text/event-stream' };
      const response = await fetch(`${world.baseUrl}/mcp`, { method, headers });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('POST');
    }
  });
});
