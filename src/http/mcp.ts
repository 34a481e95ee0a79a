import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ListToolsRequestSchema,
  ToolSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { RequestHandler } from 'express';
import { z } from 'zod';
import type { ApiKey } from '../domain/api-key.ts';
import { holderOf } from './authenticate.ts';
import { ApiError, InvalidRequest } from './errors.ts';
import type { Operation, RawInput } from './operation.ts';
import { OPERATIONS } from './operations/all.ts';
import { type RunDeps, runOperation } from './run-operation.ts';

type McpDeps = Pick<RunDeps, 'services' | 'log'>;

const INSTRUCTIONS =
  'Milepost plans and tracks work that people see in Slack. A planner reads list_planning_items and hands in plans with complete_planning. A worker reads list_ready_for_work, takes a task with claim_task, says what came of it with report_on_task and ends with complete_task.';

const TOOLS = OPERATIONS.map((operation) =>
  ToolSchema.parse({
    name: operation.name,
    title: operation.summary,
    description: `${operation.summary}. ${operation.description}`,
    inputSchema: z.toJSONSchema(inputOf(operation), { io: 'input', target: 'draft-7' }),
    outputSchema: z.toJSONSchema(z.strictObject(operation.response.shape), { target: 'draft-7' }),
    annotations: {
      readOnlyHint: operation.method === 'get',
      destructiveHint: operation.method === 'delete',
      openWorldHint: operation.opensPages,
    },
  }),
);

/** The operations as tools of an MCP server. No session is kept: each request has a server of its own. */
export function createMcp(deps: McpDeps): RequestHandler {
  return async (request, response) => {
    if (request.method !== 'POST') {
      throw new ApiError('method_not_allowed', 'MCP comes with POST here.', null, { Allow: 'POST' });
    }
    // Batches left the protocol in 2025-06-18, and each of their calls would pass the rate uncounted.
    if (Array.isArray(request.body)) {
      throw new InvalidRequest([{ path: '', message: 'Send one JSON-RPC message in each request.' }]);
    }
    const server = serverFor(deps, holderOf(response));
    const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
    response.on('close', () => {
      transport.close().catch(() => undefined);
      server.close().catch(() => undefined);
    });
    // Its optional handlers are declared without "or undefined".
    await server.connect(transport as Parameters<typeof server.connect>[0]);
    await transport.handleRequest(request, response, request.body);
  };
}

function serverFor(deps: McpDeps, key: ApiKey): Server {
  const server = new Server(
    { name: 'milepost', version: '1' },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: TOOLS }));
  server.setRequestHandler(CallToolRequestSchema, ({ params: { name, arguments: given } }) =>
    callTool(deps, key, name, given ?? {}),
  );
  return server;
}

async function callTool(
  deps: McpDeps,
  key: ApiKey,
  name: string,
  given: Record<string, unknown>,
): Promise<CallToolResult> {
  const operation = OPERATIONS.find((one) => one.name === name);
  if (operation === undefined) {
    const error = { code: 'not_found', message: `There is no tool ${name}.`, details: null };
    return { isError: true, content: [{ type: 'text', text: JSON.stringify({ error }) }] };
  }
  const { status, body } = await runOperation(deps, operation, key, sortOut(operation, given));
  const content: CallToolResult['content'] = [{ type: 'text', text: body }];
  return status >= 400 ? { isError: true, content } : { content, structuredContent: JSON.parse(body) };
}

/** All that an operation takes, in one object. */
function inputOf({ params, query, body }: Operation): z.ZodObject {
  return z.strictObject({ ...params.shape, ...query.shape, ...body?.shape });
}

/** One object as the parts of a request; what nobody knows goes where it is refused by name. */
function sortOut({ params, query, body }: Operation, given: Record<string, unknown>): RawInput {
  const all = Object.entries(given);
  const isIn = ({ shape }: z.ZodObject, name: string): boolean => Object.hasOwn(shape, name);
  const isRest = (name: string): boolean => !isIn(params, name) && !isIn(query, name);
  const rest = all.filter(([name]) => isRest(name));
  return {
    params: Object.fromEntries(all.filter(([name]) => isIn(params, name))),
    query: Object.fromEntries([...all.filter(([name]) => isIn(query, name)), ...(body === null ? rest : [])]),
    body: Object.fromEntries(body === null ? [] : rest),
  };
}
