import {
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import { WaitError } from '../ports/jobs.ts';
import type { Log } from '../ports/log.ts';
import { SlackGone } from '../ports/slack.ts';

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
    logger: quietLogger(log),
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

/**
 * Makes one call and turns Slack's errors into ours: `WaitError` for a rate limit, `SlackGone` where trying again is
 * useless; the rest is thrown as it is, to be tried again.
 */
export async function call<T>(request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof WebAPIRateLimitedError) throw new WaitError(error.retryAfter);
    if (error instanceof WebAPIHTTPError && error.statusCode === 429) throw new WaitError(1);
    const code = slackCode(error);
    if (code === 'ratelimited') throw new WaitError(1);
    if (code !== null && GONE.has(code)) throw new SlackGone(code);
    throw error;
  }
}

/** The SDK's log lines can hold message texts; ours get the level and nothing else. */
function quietLogger(log: Log): NonNullable<WebClientOptions['logger']> {
  const note = (level: string) => () => log.debug({ level }, 'slack_sdk');
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: note('warn'),
    error: note('error'),
    setLevel: () => undefined,
    getLevel: () => 'warn' as never,
    setName: () => undefined,
  };
}
