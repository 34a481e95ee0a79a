import express, { type RequestHandler } from 'express';
import { z } from 'zod';
import { ApiError } from './errors.ts';

/** Bytes of one request: the longest plan fits, whatever its characters. */
const BODY_LIMIT = 2_000_000;

const parse = express.json({ limit: BODY_LIMIT });
const Failure = z.object({ type: z.string() });

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
  parse(request, response, (error?: unknown) => next(error === undefined ? undefined : refused(error)));
};

function refused(error: unknown): unknown {
  const type = Failure.safeParse(error).data?.type ?? '';
  if (type === 'entity.too.large')
    return new ApiError('payload_too_large', 'A request has at most 2 MB. Send less at once.');
  if (type === 'encoding.unsupported' || type === 'charset.unsupported')
    return new ApiError('unsupported_media_type', 'Send the body as JSON in UTF-8.');
  if (type.startsWith('entity.') || type.startsWith('request.'))
    return new ApiError('invalid_json', 'The body is no JSON object. Check its commas, quotes and brackets.');
  return error;
}
