import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebAPIRequestError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import { WaitError } from '../ports/jobs.ts';
import type { Log } from '../ports/log.ts';
import { SlackGone, SlackUnavailable } from '../ports/slack.ts';
import { quietLogger } from './quiet-logger.ts';

/** How long one call may take, in milliseconds. The SDK's own default is for ever. */
const CALL_TIMEOUT_MS = 10_000;

/**
 * Options for every client of ours: no retries, since a repeated post is a second message, and no pause of the whole
 * client for one busy channel. The job queue waits and tries again instead (architecture.md 4.5).
 */
export function clientOptions(apiUrl: string | undefined, log: Log): WebClientOptions {
  return {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: CALL_TIMEOUT_MS,
    logger: quietLogger(log, 'slack_sdk'),
    ...(apiUrl === undefined ? {} : { slackApiUrl: apiUrl }),
  };
}

export function createWebClient(token: string, apiUrl: string | undefined, log: Log): WebClient {
  return new WebClient(token, clientOptions(apiUrl, log));
}

const GONE = new Set([
  'channel_not_found',
  'is_archived',
  'not_in_channel',
  'thread_not_found',
  'message_not_found',
  'cant_update_message',
  'account_inactive',
  'token_revoked',
  'invalid_auth',
  'user_not_in_channel',
  'restricted_action',
  'restricted_action_read_only_channel',
]);

/** The error code Slack answered with, or null for anything else. */
export function slackCode(error: unknown): string | null {
  return error instanceof WebAPIPlatformError ? error.data.error : null;
}

const SHORTEST_WAIT = 1;
const LONGEST_WAIT = 60;

/** The wait that a 429 asks for, in seconds: never none, and never so long that a mistake stops a lane for hours. */
export function waitFor(retryAfter: number | null | undefined): WaitError {
  const seconds = Number.isFinite(retryAfter) ? (retryAfter ?? SHORTEST_WAIT) : SHORTEST_WAIT;
  return new WaitError(Math.min(LONGEST_WAIT, Math.max(SHORTEST_WAIT, seconds)));
}

/**
 * Makes one call and turns Slack's errors into ours: `WaitError` for a rate limit, `SlackGone` where trying again is
 * useless, `SlackUnavailable` where Slack did not answer; the rest is thrown as it is, to be tried again.
 */
export async function call<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof WebAPIRateLimitedError) throw waitFor(error.retryAfter);
    if (isRateLimitWithoutWait(error)) throw waitFor(null);
    if (isNoAnswer(error)) throw new SlackUnavailable(undefined, { cause: error });
    const code = slackCode(error);
    if (code !== null && GONE.has(code)) throw new SlackGone(code);
    throw error;
  }
}

function isRateLimitWithoutWait(error: unknown): boolean {
  if (error instanceof WebAPIHTTPError) return error.statusCode === 429;
  if (slackCode(error) === 'ratelimited') return true;
  // The SDK has no class for a 429 without a usable Retry-After.
  return error instanceof Error && error.message.startsWith('Retry header did not contain a valid timeout');
}

function isNoAnswer(error: unknown): boolean {
  if (error instanceof WebAPIHTTPError) return error.statusCode >= 500;
  if (error instanceof WebAPIRequestError) return true;
  // An answer that breaks off half-way is reported by `fetch`, past the SDK's own errors.
  return error instanceof Error && (error.name === 'TimeoutError' || error.message === 'terminated');
}
