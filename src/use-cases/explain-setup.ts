import type { JobHandler } from '../ports/jobs.ts';
import { type DeliverOnceDeps, deliverOnce } from './deliver-once.ts';

const IN_CHANNEL =
  'This channel is not a project yet, so I have nothing to read here. Type `/project` in this channel to set one up: ' +
  'give it a name and its milestones, and each milestone gets a thread of its own where you can ask me.';
/** Outside any project the bot says how to set one up (product.md 4.1). */
export function createExplainSetup(deps: DeliverOnceDeps): JobHandler<'explain-setup'> {
  return {
    async run({ channelId, threadTs, ts }, { teamId, fence }) {
      const spot = { teamId, channelId, threadTs };
      await deliverOnce(deps, {
        key: `explain:${channelId}:${ts}`,
        spot,
        message: { kind: 'notice', text: IN_CHANNEL },
        since: ts,
        fence,
      });
    },
  };
}

/** Invited to a channel without a project, the bot posts one card with "Set up project" (product.md 1.2). */
export function createInviteSetup(deps: DeliverOnceDeps): JobHandler<'invite-setup'> {
  return {
    async run({ channelId, eventTs }, { teamId, fence }) {
      const spot = { teamId, channelId, threadTs: null };
      const message = { kind: 'setup-invitation', channelId } as const;
      await deliverOnce(deps, {
        key: `invite:${channelId}:${eventTs}`,
        spot,
        message,
        since: eventTs,
        fence,
      });
    },
  };
}
