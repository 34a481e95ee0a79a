import { type Request, type RequestHandler, type Response, Router } from 'express';
import { holderOf } from './authenticate.ts';
import { ApiError } from './errors.ts';
import type { Operation } from './operation.ts';
import { OPERATIONS } from './operations/all.ts';
import { type Reply, type RunDeps, runOnce, runOperation } from './run-operation.ts';

/** The operations as routes. */
export function createRoutes(deps: RunDeps): Router {
  const router = Router({ caseSensitive: true });
  // A fixed path is no id: `/tasks/planning-items` before `/tasks/{id}`.
  const inOrder = [...OPERATIONS].sort((a, b) => Number(a.path.includes('{')) - Number(b.path.includes('{')));
  for (const operation of inOrder)
    router[operation.method](expressPath(operation.path), handler(deps, operation));
  for (const path of new Set(inOrder.map((one) => one.path)))
    router.all(expressPath(path), wrongMethod(path));
  return router;
}

export function send(response: Response, { status, body, headers }: Reply): void {
  response.status(status).set(headers).type('application/json').send(body);
}

const expressPath = (path: string): string => path.replace(/\{(\w+)\}/gu, ':$1');

function handler(deps: RunDeps, operation: Operation): RequestHandler {
  return async (request, response) => {
    const key = holderOf(response);
    const raw = { params: { ...request.params }, query: { ...request.query }, body: request.body };
    const idempotencyKey = operation.method === 'post' ? idempotencyKeyOf(request) : undefined;
    const reply =
      idempotencyKey === undefined
        ? await runOperation(deps, operation, key, raw)
        : await runOnce(deps, operation, key, raw, { idempotencyKey, url: request.originalUrl });
    send(response, reply);
  };
}

const idempotencyKeyOf = (request: Request): string | undefined => request.get('Idempotency-Key');

function wrongMethod(path: string): RequestHandler {
  const methods = OPERATIONS.filter((one) => one.path === path).map((one) => one.method.toUpperCase());
  const allowed = [...new Set(methods)].join(', ');
  return () => {
    throw new ApiError('method_not_allowed', `This address takes ${allowed}.`, null, { Allow: allowed });
  };
}
