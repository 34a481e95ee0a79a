import type { IncomingMessage, ServerResponse } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { RequestStore } from '../ports/api-keys.ts';
import type { Log } from '../ports/log.ts';
import type { ApiKeys } from '../use-cases/api-keys.ts';
import { identify, keyOf, requireKey } from './authenticate.ts';
import { ApiError } from './errors.ts';
import { jsonBody } from './json-body.ts';
import { createMcp } from './mcp.ts';
import { BASE_PATH, openApiDocument } from './openapi.ts';
import { createRoutes, send } from './routes.ts';
import { replyTo } from './run-operation.ts';
import type { ApiServices } from './services.ts';

export interface ApiDeps {
  /** The one workspace this process serves: keys of others are unknown here. */
  teamId: string;
  services: ApiServices;
  apiKeys: Pick<ApiKeys, 'find'>;
  requests: RequestStore;
  log: Log;
  /** Requests a minute of one key; of one address without a key. 600 when not given. */
  ratePerMinute?: number;
}

export interface Api {
  /** True for an address that this API answers. */
  handles(url: string | undefined): boolean;
  listener(request: IncomingMessage, response: ServerResponse): void;
}

const RATE_PER_MINUTE = 600;

/** The HTTP API and its MCP server, for whoever holds a key of the workspace. */
export function createApi(deps: ApiDeps): Api {
  const { teamId, apiKeys, log, ratePerMinute = RATE_PER_MINUTE } = deps;
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  describe(app);
  app.use(identify(apiKeys, teamId), limiter(ratePerMinute), requireKey, jsonBody);
  app.use(BASE_PATH, createRoutes(deps));
  app.all('/mcp', createMcp(deps));
  app.use(() => {
    throw new ApiError(
      'not_found',
      `There is nothing at this address. See ${BASE_PATH}/openapi.json for what there is.`,
    );
  });
  app.use(answerErrors(log, teamId));
  return {
    handles: (url) => /^\/(?:api|mcp)(?:[/?]|$)/u.test(url ?? ''),
    listener: (request, response) => {
      app(request, response);
    },
  };
}

/** The description of the API needs no key. */
function describe(app: Express): void {
  const document = JSON.stringify(openApiDocument());
  app.get(`${BASE_PATH}/openapi.json`, (_request, response) => {
    send(response, { status: 200, body: document, headers: {} });
  });
}

function limiter(limit: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator: (request, response) => keyOf(response)?.id ?? ipKeyGenerator(request.ip ?? ''),
    handler: (_request, _response, next) => {
      next(
        new ApiError(
          'rate_limited',
          `At most ${limit} requests a minute. Go on after the time in Retry-After.`,
        ),
      );
    },
  });
}

function answerErrors(log: Log, team: string): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    send(response, replyTo(error, log, { team, key: keyOf(response)?.id ?? '' }));
  };
}
