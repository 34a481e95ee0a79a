import type { RequestHandler, Response } from 'express';
import type { ApiKey } from '../domain/api-key.ts';
import type { ApiKeys } from '../use-cases/api-keys.ts';
import { ApiError } from './errors.ts';
import { type ReplySealer, replySealer } from './sealed-reply.ts';

/** Whoever sends a request. The secret itself goes no further than this file. */
export interface KeyHolder extends ApiKey {
  /** For replies that are kept for this holder. */
  replies: ReplySealer;
}

const keys = new WeakMap<Response, KeyHolder>();

/** The key that a request came with, if it is one of this workspace. */
export const keyOf = (response: Response): ApiKey | null => keys.get(response) ?? null;

/** Looks up whose request it is, so that the rate can be counted by key; refusing is left to `requireKey`. */
export function identify(apiKeys: Pick<ApiKeys, 'find'>, teamId: string): RequestHandler {
  return async (request, response, next) => {
    const secret = /^Bearer +(?<secret>\S+) *$/iu.exec(request.headers.authorization ?? '')?.groups?.secret;
    const key = secret === undefined ? null : await apiKeys.find(secret);
    if (secret !== undefined && key?.teamId === teamId) {
      keys.set(response, { ...key, replies: replySealer(secret) });
    }
    next();
  };
}

export const requireKey: RequestHandler = (_request, response, next) => {
  if (keyOf(response) === null) throw unauthorized();
  next();
};

/** The key of a request that `requireKey` let through. */
export function holderOf(response: Response): KeyHolder {
  const key = keys.get(response) ?? null;
  if (key === null) throw unauthorized();
  return key;
}

function unauthorized(): ApiError {
  return new ApiError(
    'unauthorized',
    'Send a key of this workspace as “Authorization: Bearer mp_…”. Make one with: npm run api-key -- create <name>',
    null,
    { 'WWW-Authenticate': 'Bearer' },
  );
}
