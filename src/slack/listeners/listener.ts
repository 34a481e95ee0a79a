import { randomBytes } from 'node:crypto';
import type { App } from '@slack/bolt';
import { DomainError } from '../../domain/errors.ts';
import type { Log } from '../../ports/log.ts';
import type { Workspace } from '../installation.ts';
import type { UseCases } from '../use-cases.ts';

/** What every listener is given. */
export interface ListenerDeps {
  app: App;
  workspace: Workspace;
  useCases: UseCases;
  log: Log;
}

/**
 * The sentence a person gets for an error: the domain's own, or a reference id while the log holds the whole story.
 */
export function sentenceFor(error: unknown, log: Log, where: string): string {
  if (error instanceof DomainError) return error.message;
  const reference = randomBytes(4).toString('hex');
  const story = error instanceof Error ? (error.stack ?? error.message) : String(error);
  log.error({ reference, where, err: story }, 'interaction_failed');
  return `That did not work. Look whether it was done before you try again; if it stays like this, give your administrator the reference ${reference}.`;
}
