import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { type ApiErrorCode, ErrorReply, statusOf } from './errors.ts';
import type { Operation } from './operation.ts';
import { OPERATIONS } from './operations/all.ts';

/** Where the operations are mounted. */
export const BASE_PATH = '/api/v1';

const DESCRIPTION = `Milepost for programs: projects, conversations, planning and work, as people have them in Slack.

Keys belong to one workspace: \`Authorization: Bearer mp_…\`. Lists come in pages: give \`nextCursor\` back as \`cursor\`. Every POST takes an \`Idempotency-Key\`: the same request under the same key again is answered with the stored reply. Errors always have the form of the schema Error. The same operations are MCP tools at \`/mcp\`, under the same keys.`;

const REFUSALS: { code: ApiErrorCode; when: string; only?: (operation: Operation) => boolean }[] = [
  { code: 'invalid_request', when: 'The request does not have the documented form.' },
  { code: 'unauthorized', when: 'There is no such key.' },
  {
    code: 'not_found',
    when: 'There is no such record in this workspace.',
  },
  {
    code: 'request_in_progress',
    when: 'What is there now does not allow it, or the same request is being worked on.',
    only: ({ method }) => method !== 'get',
  },
  { code: 'payload_too_large', when: 'Something is larger than allowed.', only: ({ body }) => body !== null },
  { code: 'unsupported_media_type', when: 'The body is not JSON.', only: ({ body }) => body !== null },
  {
    code: 'idempotency_key_reused',
    when: 'What was sent cannot be done, or its Idempotency-Key belongs to another request.',
    only: ({ method }) => method !== 'get',
  },
  { code: 'rate_limited', when: 'Too many requests; Retry-After says when to go on.' },
  { code: 'internal', when: 'Something broke; the reference leads to the story in the log.' },
  { code: 'slack_unavailable', when: 'Slack does not answer; Retry-After says when to try again.' },
];
const FORBIDDEN = { description: 'This is not open to bots, or not to this person.' };

/** The OpenAPI 3.1 document, made from the same schemas that check requests. */
export function openApiDocument(): object {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'key', { type: 'http', scheme: 'bearer' });
  for (const operation of OPERATIONS) registry.registerPath(routeOf(operation));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title: 'Milepost', version: '1', description: DESCRIPTION },
    servers: [{ url: BASE_PATH }],
    security: [{ key: [] }],
  });
}

function routeOf(operation: Operation): RouteConfig {
  const { name, method, path, tag, summary, description, params, query, body, statuses } = operation;
  const idempotency = {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    schema: { type: 'string', minLength: 1, maxLength: 255 },
  } as const;
  return {
    operationId: name,
    method,
    path,
    tags: [tag],
    summary,
    description,
    ...(method === 'post' ? { parameters: [idempotency] } : {}),
    request: {
      params,
      query,
      ...(body === null
        ? {}
        : { body: { required: needsBody(body), content: { 'application/json': { schema: body } } } }),
    },
    responses: { ...repliesOf(operation, statuses), ...refusalsOf(operation) },
  };
}

const needsBody = (body: NonNullable<Operation['body']>): boolean => !body.safeParse({}).success;

function repliesOf({ response }: Operation, statuses: number[]): RouteConfig['responses'] {
  const sentence = (status: number): string => (status === 201 ? 'It was made.' : 'This is what there is.');
  return Object.fromEntries(
    statuses.map((status) => [
      status,
      { description: sentence(status), content: { 'application/json': { schema: response } } },
    ]),
  );
}

function refusalsOf(operation: Operation): RouteConfig['responses'] {
  const content = { 'application/json': { schema: ErrorReply } };
  const refusals = REFUSALS.filter(({ only }) => only?.(operation) ?? true).map(({ code, when }) => [
    statusOf(code),
    { description: when, content },
  ]);
  return { ...Object.fromEntries(refusals), 403: { ...FORBIDDEN, content } };
}
