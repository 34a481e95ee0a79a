import { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai';
import { ModelRefused, ModelUnavailable } from '../ports/model.ts';

const PASSING = new Set([408, 409, 425, 429]);
const TOO_LONG = /context_length|context length|maximum context|too many tokens|prompt is too long/iu;

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
  if (error instanceof APIError && TOO_LONG.test(error.message))
    return promptTooLong('while answering', error);
  if (error instanceof SyntaxError) return new ModelUnavailable('The model provider sent a broken stream.');
  const broken = error instanceof APIError && !(error instanceof APIConnectionError);
  const what = broken
    ? 'The model provider broke its answer off'
    : 'The connection to the model provider failed';
  return new ModelUnavailable(`${what}${detail(error)}.`);
}

/** True when the endpoint refused a request because of one optional part of it. */
export function isRefusalOf(error: unknown, part: RegExp): boolean {
  return (
    error instanceof APIError && (error.status === 400 || error.status === 422) && part.test(error.message)
  );
}

function fromStatus(status: number, error: APIError): ModelUnavailable | ModelRefused {
  if (PASSING.has(status) || status >= 500) {
    return new ModelUnavailable(`The model provider answered ${status}${detail(error)}.`);
  }
  if (TOO_LONG.test(`${error.code ?? ''} ${error.message}`)) return promptTooLong(`with ${status}`, error);
  const check = CHECKS[status] ?? 'check the model settings';
  return new ModelRefused(`The model provider refused the request with ${status}${detail(error)}: ${check}.`);
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
