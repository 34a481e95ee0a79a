import { PermanentError } from '../ports/jobs.ts';
import { ModelRefused, ModelUnavailable } from '../ports/model.ts';
import type { FailureReason } from '../ports/slack.ts';

/** What people are told of a failure. */
export function reasonOf(error: unknown): FailureReason {
  const cause = error instanceof PermanentError ? error.cause : error;
  if (cause instanceof ModelUnavailable) return 'unavailable';
  return cause instanceof ModelRefused ? 'refused' : 'broken';
}

/** What the log is told of it: everything, with what caused it. */
export function wholeStory(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${wholeStory(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}
