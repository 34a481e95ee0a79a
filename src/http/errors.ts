import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { DomainError, type ErrorCode } from '../domain/errors.ts';
import { OutageError, WaitError } from '../ports/jobs.ts';

/** Codes that only the API has, beside those of the domain. */
export type ApiErrorCode =
  | 'idempotency_key_reused'
  | 'internal'
  | 'invalid_json'
  | 'invalid_request'
  | 'method_not_allowed'
  | 'not_found'
  | 'payload_too_large'
  | 'rate_limited'
  | 'request_in_progress'
  | 'slack_unavailable'
  | 'unauthorized'
  | 'unsupported_media_type';

const STATUS: Record<ErrorCode | ApiErrorCode, number> = {
  already_reset: 409,
  answer_not_found: 404,
  attachment_limit: 422,
  attachment_not_found: 404,
  attachment_not_readable_again: 409,
  bot_not_in_channel: 422,
  checklist_too_long: 422,
  claimed_by_another: 409,
  context_entry_too_large: 413,
  conversation_not_found: 404,
  conversation_private: 403,
  dispatch_decided: 409,
  dispatch_expired: 409,
  dispatch_not_found: 404,
  document_empty: 422,
  document_too_large: 413,
  fact_limit: 409,
  guest_not_allowed: 403,
  idempotency_key_reused: 422,
  internal: 500,
  invalid_json: 400,
  invalid_request: 400,
  invalid_transition: 409,
  link_not_attachable: 422,
  link_too_long: 422,
  memory_not_found: 404,
  message_empty: 422,
  message_not_found: 404,
  message_too_long: 413,
  metadata_invalid: 422,
  method_not_allowed: 405,
  milestone_not_found: 404,
  milestone_not_in_project: 422,
  not_a_channel: 422,
  not_a_member: 403,
  not_claimed: 409,
  not_found: 404,
  not_running: 409,
  payload_too_large: 413,
  plan_missing: 422,
  plan_not_found: 404,
  plan_too_long: 413,
  project_archived: 409,
  project_exists: 409,
  project_not_found: 404,
  proposal_decided: 409,
  proposal_not_found: 404,
  rate_limited: 429,
  request_in_progress: 409,
  slack_unavailable: 503,
  specialist_not_found: 404,
  stale_plan: 409,
  task_not_found: 404,
  thread_is_milestone: 409,
  title_missing: 422,
  too_many_milestones: 422,
  unauthorized: 401,
  unsupported_media_type: 415,
};

export const statusOf = (code: ErrorCode | ApiErrorCode): number => STATUS[code];

export const ErrorReply = z
  .strictObject({
    error: z.strictObject({
      code: z
        .string()
        .meta({ description: 'Stays the same: programs decide by it.', examples: ['task_not_found'] }),
      message: z.string().meta({ description: 'A sentence for people.' }),
      details: z
        .union([
          z.array(z.strictObject({ path: z.string(), message: z.string() })),
          z.strictObject({ reference: z.string() }),
          z.null(),
        ])
        .meta({ description: 'What is wrong where, or the reference of a failure in the log.' }),
    }),
  })
  .meta({ id: 'Error' });

export type ErrorBody = z.infer<typeof ErrorReply>;
export type Details = ErrorBody['error']['details'];

/** A request refused by the API itself. */
export class ApiError extends Error {
  readonly code: ApiErrorCode;
  readonly details: Details;
  readonly headers: Record<string, string>;

  constructor(
    code: ApiErrorCode,
    message: string,
    details: Details = null,
    headers: Record<string, string> = {},
  ) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.details = details;
    this.headers = headers;
  }
}

/** What was sent does not have the documented form. */
export class InvalidRequest extends ApiError {
  constructor(details: { path: string; message: string }[]) {
    super(
      'invalid_request',
      'The request does not have the documented form. The details say what is wrong where.',
      details,
    );
    this.name = 'InvalidRequest';
  }

  static from(issues: z.core.$ZodIssue[]): InvalidRequest {
    return new InvalidRequest(
      issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message })),
    );
  }
}

/** How an error is answered. */
export interface Refusal {
  status: number;
  headers: Record<string, string>;
  body: ErrorBody;
  /** Given when nobody expected it: the log is to hold the whole story under it. */
  reference: string | null;
}

/** The answer to any error; one that nobody expected says nothing but a reference. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof DomainError) return refusal(error.code, error.message, null);
  if (error instanceof ApiError) return refusal(error.code, error.message, error.details, error.headers);
  // Express could not decode the address.
  if (error instanceof URIError) return refusal('not_found', 'The address is not written as one.', null);
  if (error instanceof WaitError || error instanceof OutageError) {
    const seconds = error instanceof WaitError ? Math.max(1, Math.ceil(error.seconds)) : OUTAGE_SECONDS;
    return refusal('slack_unavailable', `Slack does not answer now. Try again in ${seconds} s.`, null, {
      'Retry-After': String(seconds),
    });
  }
  const reference = randomBytes(4).toString('hex');
  const sentence = `Something broke on our side. Whoever runs Milepost finds the story in the log under ${reference}.`;
  return { ...refusal('internal', sentence, { reference }), reference };
}

const OUTAGE_SECONDS = 5;

function refusal(
  code: ErrorCode | ApiErrorCode,
  message: string,
  details: Details,
  headers: Record<string, string> = {},
): Refusal {
  return { status: STATUS[code], headers, body: { error: { code, message, details } }, reference: null };
}
