import { randomBytes } from 'node:crypto';
import type { Log } from '../ports/log.ts';
import { type Slack, SlackGone } from '../ports/slack.ts';
import { wholeStory } from './failure.ts';

/** Whom something was done for, and where they are told. */
export interface ToldTo {
  teamId: string;
  channelId: string;
  userId: string;
}

/**
 * Tells a person that something they asked for was given up, with a reference under which the log has the whole story.
 * @param what as in "I did not get through with …".
 */
export async function sayFailed(
  { log, slack }: { log: Log; slack: Slack },
  { teamId, channelId, userId }: ToldTo,
  what: string,
  error: unknown,
): Promise<void> {
  const reference = randomBytes(4).toString('hex');
  log.error({ team: teamId, user: userId, reference, err: wholeStory(error) }, 'given_up');
  if (error instanceof SlackGone) return;
  const text = `I did not get through with ${what}, although I tried several times. Please try it once more; if it stays like this, give your administrator the reference ${reference}.`;
  await slack.whisper({ teamId, channelId, threadTs: null }, userId, { kind: 'text', text });
}
