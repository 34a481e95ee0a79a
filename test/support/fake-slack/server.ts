import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import type { Fault } from './faults.ts';
import { type Fields, fieldsOf, parseJson, sleep, stringOf } from './json.ts';
import { useResponseUrl } from './response-urls.ts';
import type { Team } from './state.ts';
import { argsOf, callMethod, teamOf } from './web-api/index.ts';
import { SlackError } from './web-api/method.ts';
import type { World } from './world.ts';

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

interface Request {
  method: string;
  args: Fields;
  team: Team;
  apply: () => Answer;
}

export function createSlackServer(world: World): Server {
  const server = createServer((req, res) => {
    answerTo(world, req)
      .then((answer) => (answer ? write(res, answer) : req.socket.destroy()))
      .catch((error: unknown) => {
        world.journal.violate(
          `the fake Slack itself failed: ${error instanceof Error ? error.stack : error}`,
        );
        req.socket.destroy();
      });
  });
  // Longer than any test, so that no client ever writes into a connection that is just being closed.
  server.keepAliveTimeout = 120_000;
  server.on('upgrade', (req, socket, head) => world.sockets.upgrade(req, socket, head));
  return server;
}

function write(res: ServerResponse, answer: Answer) {
  res.writeHead(answer.status, answer.headers);
  res.end(answer.body);
}

function json(fields: Fields, status = 200, headers: Record<string, string> = {}): Answer {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(fields),
  };
}

/** undefined: the connection is cut without a reply. */
async function answerTo(world: World, req: IncomingMessage): Promise<Answer | undefined> {
  const { pathname } = new URL(req.url ?? '/', world.url);
  const [area = '', name = ''] = pathname.slice(1).split('/');
  const body = await readBody(req).catch(() => undefined);
  if (body === undefined) return undefined;
  const raw = readArgs(req, body);
  const token = stringOf(req.headers.authorization).replace(/^Bearer /i, '') || stringOf(raw.token);
  const team = teamOf(world, token) ?? world.home;
  if (area === 'api') {
    const args = argsOf(name, raw);
    if (req.method !== 'POST') {
      world.journal.violate(`${name} was called with ${req.method}`);
      return json({ ok: false, error: 'invalid_http_method' });
    }
    return serve(world, {
      method: name,
      args,
      team,
      apply: () => json({ ok: true, ...callMethod(world, name, token, args) }),
    });
  }
  if (area === 'response') {
    const owner = world.responseUrls.get(name)?.team ?? world.home;
    return serve(world, {
      method: 'response_url',
      args: raw,
      team: owner,
      apply: () => json(useResponseUrl(world, name, raw)),
    });
  }
  if (area === 'files-pri') {
    return serve(world, {
      method: 'file_download',
      args: { file: name },
      team,
      apply: () => fileContent(world, name, token),
    });
  }
  world.journal.violate(`${req.method} ${pathname} is no address of Slack`);
  return json({ ok: false, error: 'not_found' }, 404);
}

async function serve(world: World, request: Request): Promise<Answer | undefined> {
  const { method, args, team } = request;
  const { calls } = world.journal;
  const call: (typeof calls)[number] = { method, args, at: Date.now(), ok: false, team: team.id };
  calls.push(call);
  const fault = world.faults.take(team.id, method, args);
  if (fault) call.fault = fault.kind;
  world.journal.changed();
  const instead = fault && insteadOf(fault);
  if (instead) {
    call.error = instead.error;
    return instead.answer;
  }
  if (fault?.kind === 'hang' && !fault.applied) {
    await world.faults.held();
    return undefined;
  }
  if (fault?.kind === 'slow') await sleep(fault.ms);
  await world.faults.run('before', team.id, method, args);
  const answer = applied(request, call);
  world.journal.changed();
  await world.faults.run('after', team.id, method, args);
  if (fault?.kind === 'lostReply') return undefined;
  if (fault?.kind === 'hang') await world.faults.held();
  return fault?.kind === 'http500' ? internalError : answer;
}

const internalError: Answer = {
  status: 500,
  headers: { 'content-type': 'text/html' },
  body: 'Internal Server Error',
};

/** What a fault answers when nothing is to be applied. */
function insteadOf(fault: Fault): { error: string; answer: Answer | undefined } | undefined {
  if (fault.kind === 'refused') return { error: 'refused', answer: undefined };
  if (fault.kind === 'error') return { error: fault.error, answer: json({ ok: false, error: fault.error }) };
  if (fault.kind === 'http500' && !fault.applied) return { error: 'http500', answer: internalError };
  if (fault.kind !== 'rateLimited') return undefined;
  const retry = { 'retry-after': String(fault.retryAfter) };
  return { error: 'ratelimited', answer: json({ ok: false, error: 'ratelimited' }, 429, retry) };
}

function applied({ apply }: Request, call: { ok: boolean; error?: string }): Answer {
  try {
    const answer = apply();
    call.ok = true;
    return answer;
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
    call.error = error.code;
    const messages = error.messages.length > 0 ? { response_metadata: { messages: error.messages } } : {};
    const status = call.error === 'expired_url' || call.error === 'used_url' ? 404 : 200;
    return json({ ok: false, error: error.code, ...messages }, status);
  }
}

function fileContent(world: World, name: string, token: string): Answer {
  const [teamId = '', fileId = ''] = name.split('-');
  const team = world.teams.find((t) => t.id === teamId);
  const file = team?.botToken === token ? team.files.get(fileId) : undefined;
  if (!file) {
    const body =
      '<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to Slack</body></html>';
    return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8' }, body };
  }
  return { status: 200, headers: { 'content-type': file.object.mimetype }, body: file.content };
}

function readArgs(req: IncomingMessage, body: string): Fields {
  const isJson = stringOf(req.headers['content-type']).startsWith('application/json');
  return isJson ? fieldsOf(parseJson(body)) : { ...parse(body) };
}

async function readBody(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}
