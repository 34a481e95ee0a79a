import { createHash, randomUUID } from 'node:crypto';
import { bot } from '../domain/actor.ts';
import type { ApiKey } from '../domain/api-key.ts';
import type { RequestRecord, RequestStore } from '../ports/api-keys.ts';
import type { Log } from '../ports/log.ts';
import type { KeyHolder } from './authenticate.ts';
import { ApiError, InvalidRequest, refusalOf } from './errors.ts';
import type { Operation, RawInput } from './operation.ts';
import type { ReplySealer } from './sealed-reply.ts';
import type { ApiServices } from './services.ts';

export interface RunDeps {
  services: ApiServices;
  requests: RequestStore;
  log: Log;
}

/** A reply as it goes out. */
export interface Reply {
  status: number;
  /** JSON text. */
  body: string;
  headers: Record<string, string>;
}

/** How long one request may take before a repetition under its key may run. */
const HOLD_MS = 30_000;

/** Runs one operation for the holder of a key; whatever happens, there is a reply. */
export async function runOperation(
  { services, log }: Omit<RunDeps, 'requests'>,
  operation: Operation,
  key: ApiKey,
  raw: RawInput,
  operationId: string = randomUUID(),
): Promise<Reply> {
  const { teamId, id, name } = key;
  const call = { teamId, actor: bot(id, name), operationId };
  try {
    const { status, body } = await operation.invoke(services, call, raw);
    return { status, body: JSON.stringify(body), headers: {} };
  } catch (error) {
    return replyTo(error, log, { team: teamId, key: id, operation: operation.name });
  }
}

/** The reply to an error. One that nobody expected is logged whole, under the reference that is given out. */
export function replyTo(error: unknown, log: Log, ids: Record<string, string>): Reply {
  const { status, body, headers, reference } = refusalOf(error);
  if (reference !== null) {
    const story = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log.error({ ...ids, reference, err: story }, 'api_failed');
  }
  return { status, body: JSON.stringify(body), headers };
}

/** As `runOperation`, once for each Idempotency-Key: the same request again is answered with the stored reply. */
export async function runOnce(
  deps: RunDeps,
  operation: Operation,
  key: KeyHolder,
  raw: RawInput,
  { idempotencyKey, url }: { idempotencyKey: string; url: string },
): Promise<Reply> {
  const ids = { team: key.teamId, key: key.id, operation: operation.name };
  try {
    checkIdempotencyKey(idempotencyKey);
    const fingerprint = sha256([operation.method, url, JSON.stringify(raw.body ?? null)]);
    const request = { teamId: key.teamId, keyId: key.id, idempotencyKey, fingerprint };
    const begun = await deps.requests.begin(request, HOLD_MS);
    if (begun.as === 'done') {
      return { ...key.replies.open(request, begun.reply), headers: { 'Idempotency-Replayed': 'true' } };
    }
    if (begun.as !== 'new') throw notNow(begun.as);
    const operationId = sha256([key.id, idempotencyKey, fingerprint]);
    const reply = await runOperation(deps, operation, key, raw, operationId);
    await keep(deps.requests, key.replies, request, reply);
    return reply;
  } catch (error) {
    return replyTo(error, deps.log, ids);
  }
}

async function keep(
  requests: RequestStore,
  replies: ReplySealer,
  request: RequestRecord,
  { status, body }: Reply,
): Promise<void> {
  // What a repetition may mend is not an answer yet.
  if (status >= 500 || status === 429) await requests.release(request);
  else await requests.finish(request, replies.seal(request, { status, body }));
}

function checkIdempotencyKey(idempotencyKey: string): void {
  if (idempotencyKey !== '' && idempotencyKey.length <= 255) return;
  throw new InvalidRequest([{ path: 'Idempotency-Key', message: 'Give 1 to 255 characters.' }]);
}

function notNow(as: 'running' | 'other'): ApiError {
  return as === 'running'
    ? new ApiError(
        'request_in_progress',
        'The same request is being worked on. Try again in a moment.',
        null,
        {
          'Retry-After': '1',
        },
      )
    : new ApiError(
        'idempotency_key_reused',
        'This Idempotency-Key belongs to another request. Use a new one.',
      );
}

const sha256 = (parts: string[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex');
