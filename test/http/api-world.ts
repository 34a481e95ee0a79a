import { z } from 'zod';
import { createApiKeys } from '../../src/use-cases/api-keys.ts';
import { startWorld, type World, type WorldOptions } from '../support/world.ts';
import { type Documented, readDocument } from './documented.ts';
import { createPages, type Pages } from './pages.ts';

const Body = z.looseObject({
  error: z.object({ code: z.string(), message: z.string(), details: z.unknown() }).optional(),
});

/** A reply of the API. */
export interface ApiReply {
  status: number;
  headers: Headers;
  body: z.infer<typeof Body>;
}

/** The API as one holder of a key uses it. */
export interface Client {
  keyId: string;
  secret: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiReply>;
  get(path: string): Promise<ApiReply>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<ApiReply>;
}

export interface ApiWorld extends World {
  baseUrl: string;
  projectId: string;
  outlineId: string;
  /** The web, as far as this workspace is concerned. */
  pages: Pages;
  newKey(name: string): Promise<Client>;
}

/** A workspace with the project Book and its milestones, planning left to bots. */
export async function startApiWorld(options: WorldOptions = {}): Promise<ApiWorld> {
  const env = { PLANNER: 'external', ...options.env };
  const pages = createPages();
  const overrides = { reader: pages.reader, ...options.overrides };
  const world = await startWorld({ model: 'offline', ...options, env, overrides });
  await world.setUp();
  const { stores, teamId, port } = world.milepost;
  const baseUrl = `http://127.0.0.1:${port}`;
  const project = await stores.projects.findByChannel(teamId, world.channel);
  const milestones = await stores.milestones.listByProject(teamId, project?.id ?? '');
  const documented = await readDocument(baseUrl);
  return Object.assign(world, {
    baseUrl,
    pages,
    projectId: project?.id ?? '',
    outlineId: milestones[0]?.id ?? '',
    async newKey(name: string) {
      const { key, secret } = await createApiKeys({ apiKeys: stores.apiKeys }).create(teamId, name);
      return clientFor(baseUrl, key.id, secret, documented);
    },
  });
}

/** Every reply it gets is held to the OpenAPI document. */
export function clientFor(baseUrl: string, keyId: string, secret: string, documented?: Documented): Client {
  const call: Client['call'] = async (method, path, sent, headers = {}) => {
    const response = await fetch(`${baseUrl}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: typeof sent === 'string' ? sent : JSON.stringify(sent) }),
    });
    const body: unknown = await response.json();
    documented?.check(method, path, { status: response.status, body });
    return { status: response.status, headers: response.headers, body: Body.parse(body) };
  };
  return {
    keyId,
    secret,
    call,
    get: (path) => call('GET', path),
    post: (path, body, headers) => call('POST', path, body, headers),
  };
}

/** The id in a reply that has one. */
export function idOf({ body }: ApiReply): string {
  if (typeof body.id !== 'string') throw new Error(`There is no id in ${JSON.stringify(body)}`);
  return body.id;
}

export function itemsOf({ body }: ApiReply): Record<string, unknown>[] {
  if (!Array.isArray(body.items)) throw new Error(`There is no list in ${JSON.stringify(body)}`);
  return body.items;
}
