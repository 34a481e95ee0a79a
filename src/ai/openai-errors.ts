import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import { z } from 'zod';
import { ModelRefused, ModelUnavailable } from '../ports/model.ts';

const PASSING = new Set([408, 409, 425, 429]);
const TOO_LONG = /context_length|context length|maximum context|too many tokens|prompt is too long/iu;

/** Codes and types of errors that come without a status. */
const CODES: [RegExp, number][] = [
  [/rate.?limit|quota|too.?many/iu, 429],
  [/overload|unavailable|timeout|timed.?out|busy|capacity/iu, 503],
  [/server.?error|internal/iu, 500],
  [/api.?key|authentication|unauthorized/iu, 401],
  [/permission|forbidden|access.?denied/iu, 403],
  [/not.?found|no.?such.?model|model.?not/iu, 404],
  [/context.?length|too.?long|too.?large/iu, 413],
  [/invalid|bad.?request|unsupported/iu, 400],
];

const CHECKS: Record<number, string> = {
  400: 'check that the model takes chat completions with streaming',
  401: 'check the model key',
  403: 'check that the key may use this model from this place',
  404: "check the model's name and the base URL",
  413: 'lower the number of tokens a prompt may have',
  422: 'check that the model takes chat completions with streaming',
};

/**
 * What a failed request means: `ModelUnavailable` when it may pass, `ModelRefused` when an operator has to
 * change something. The provider's own words are left out, and so is the error as a cause: both can hold
 * prompts and keys.
 */
export function toModelError(error: unknown): ModelUnavailable | ModelRefused {
  if (error instanceof ModelUnavailable || error instanceof ModelRefused) return error;
  if (error instanceof APIConnectionTimeoutError)
    return new ModelUnavailable('The model provider did not answer in time.');
  if (error instanceof APIError && error.status !== undefined) return fromStatus(error.status, error);
  if (error instanceof APIError && !(error instanceof APIConnectionError)) {
    const status = statusOf(error);
    if (status !== null) return fromStatus(status, error);
    if (TOO_LONG.test(error.message)) return promptTooLong('while answering', error);
  }
  if (error instanceof SyntaxError) return new ModelUnavailable('The model provider sent a broken stream.');
  const broken = error instanceof APIError && !(error instanceof APIConnectionError);
  const what = broken
    ? 'The model provider broke its answer off'
    : 'The connection to the model provider failed';
  return new ModelUnavailable(`${what}${detail(error)}.`);
}

/** The words of an endpoint that did not like a part of the request, or null when that was not the matter. */
export function refusalOf(error: unknown): string | null {
  const refused = error instanceof APIError && (error.status === 400 || error.status === 422);
  if (!refused || TOO_LONG.test(`${error.code ?? ''} ${error.message}`)) return null;
  return error.message;
}

const errorSchema = z.union([
  z.looseObject({ error: z.union([z.string().min(1), z.looseObject({})]) }),
  z.looseObject({ object: z.literal('error') }),
]);

/** The error that some endpoints send where an answer should be, under status 200, or null. */
export function errorIn(body: unknown): APIError | null {
  const parsed = errorSchema.safeParse(Array.isArray(body) ? body[0] : body);
  if (!parsed.success) return null;
  const { error } = parsed.data;
  const told = error instanceof Object ? error : parsed.data;
  return new APIError(undefined, told, typeof error === 'string' ? error : undefined, undefined);
}

/** The status that an error inside of an answer would have had by its code or type, or null. */
function statusOf({ code, type }: APIError): number | null {
  const named: unknown[] = [code, type];
  const status = named.map(Number).find((one) => one >= 400 && one < 600);
  if (status !== undefined) return status;
  return CODES.find(([pattern]) => named.some((one) => pattern.test(String(one ?? ''))))?.[1] ?? null;
}

function fromStatus(status: number, error: APIError): ModelUnavailable | ModelRefused {
  if (PASSING.has(status) || status >= 500) {
    const retryAfterSeconds = status === 429 || status === 503 ? retryAfter(error.headers) : null;
    const what = error.status === undefined ? 'broke its answer off' : `answered ${status}`;
    return new ModelUnavailable(`The model provider ${what}${detail(error)}.`, { retryAfterSeconds });
  }
  if (TOO_LONG.test(`${error.code ?? ''} ${error.message}`)) return promptTooLong(`with ${status}`, error);
  const check = CHECKS[status] ?? 'check the model settings';
  const how = error.status === undefined ? '' : ` with ${status}`;
  return new ModelRefused(`The model provider refused the request${how}${detail(error)}: ${check}.`);
}

/** Seconds or a date in the header, kept within what a person would wait for. */
function retryAfter(headers: Headers | undefined): number | null {
  const value = headers?.get('retry-after')?.trim() ?? '';
  const seconds = /^\d+(?:\.\d+)?$/u.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1_000;
  return Number.isNaN(seconds) ? null : Math.min(60, Math.max(1, Math.ceil(seconds)));
}

function promptTooLong(when: string, error: APIError): ModelRefused {
  const what = 'the prompt is longer than the model takes, lower the number of tokens a prompt may have';
  return new ModelRefused(`The model provider refused the request ${when}${detail(error)}: ${what}.`);
}

/** A code such as " (ECONNREFUSED)" or " (insufficient_quota)", and nothing that is free text. */
function detail(error: unknown): string {
  for (let one: unknown = error; one instanceof Error; one = one.cause) {
    const code = 'code' in one ? one.code : undefined;
    if (typeof code === 'string' && /^[A-Za-z_]{3,40}$/u.test(code)) return ` (${code})`;
  }
  return '';
}
