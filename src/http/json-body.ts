import express, { type RequestHandler } from 'express';
import { z } from 'zod';
import { ApiError } from './errors.ts';

/** Bytes of one request: the longest plan fits, whatever its characters. */
const BODY_LIMIT = 2_000_000;

const parse = express.json({ limit: BODY_LIMIT });
const Failure = z.object({ type: z.string().optional(), status: z.number() });
/** How deep JSON may be nested: what is deeper breaks those who read it, and nothing here is. */
const DEPTH = 100;

/** Reads a JSON body; without one it stays undefined. What cannot be read is refused in our own form. */
export const jsonBody: RequestHandler = (request, response, next) => {
  const { 'transfer-encoding': encoding, 'content-length': length } = request.headers;
  const hasBody = encoding !== undefined || (length !== undefined && Number(length) !== 0);
  if (hasBody && !request.is('application/json')) {
    throw new ApiError(
      'unsupported_media_type',
      'Send the body as JSON, with Content-Type: application/json.',
    );
  }
  parse(request, response, (error?: unknown) => {
    if (error !== undefined) return next(refused(error));
    if (isDeeperThan(request.body, DEPTH)) return next(tooDeep());
    next();
  });
};

/** Level by level: a walk that calls itself would be broken by what it looks for. */
function isDeeperThan(body: unknown, depth: number): boolean {
  let level: unknown[] = [body];
  for (let at = 0; at <= depth; at += 1) {
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
    if (level.length === 0) return false;
  }
  return true;
}

function tooDeep(): ApiError {
  return new ApiError('invalid_json', `The body is nested more than ${DEPTH} levels deep. Make it flatter.`);
}

function refused(error: unknown): unknown {
  const failure = Failure.safeParse(error).data;
  const type = failure?.type ?? '';
  if (type === 'entity.too.large')
    return new ApiError('payload_too_large', 'A request has at most 2 MB. Send less at once.');
  if (type === 'encoding.unsupported' || type === 'charset.unsupported')
    return new ApiError('unsupported_media_type', 'Send the body as JSON in UTF-8.');
  if (type.startsWith('entity.') || type.startsWith('request.'))
    return new ApiError('invalid_json', 'The body is no JSON object. Check its commas, quotes and brackets.');
  // Bytes that are not what Content-Encoding says, and the like: the client's, not ours.
  if (failure !== undefined && failure.status >= 400 && failure.status < 500)
    return new ApiError('invalid_json', 'The body could not be read. Send plain JSON in UTF-8.');
  return error;
}
