import { DomainError } from '../../domain/errors.ts';
import { ACTION } from '../ids.ts';
import { conversationMode, count, slackTimeOrNull } from '../inbound/value.ts';
import type { UseCases } from '../use-cases.ts';
import { escapeText } from '../views/blocks.ts';
import type { ListenerDeps } from './listener.ts';
import type { ActionHandler } from './press.ts';

interface Deps {
  useCases: { coaching: UseCases['coaching']; home: Pick<UseCases['home'], 'redraw'> };
  workspace: { installation: Pick<ListenerDeps['workspace']['installation'], 'teamId'> };
}

/** A person's own conversation with the bot. Whatever is pressed, it is that of whoever pressed. */
export function coachingActions({ useCases, workspace }: Deps): Record<string, ActionHandler> {
  const { coaching, home } = useCases;
  const { teamId } = workspace.installation;

  return {
    [ACTION.resetCoaching]: async ({ userId, value, pressedTs, at }, replace) => {
      const reset = () => coaching.reset(teamId, userId, count(value), slackTimeOrNull(pressedTs));
      if (at === null) {
        try {
          return await reset();
        } finally {
          await home.redraw(teamId, userId, pressedTs);
        }
      }
      // The question has been answered, also where there is nothing left to do.
      try {
        await reset();
      } catch (error) {
        if (!isDone(error)) throw error;
        return replace(escapeText(error.message));
      }
      await replace('You asked me to reset.');
    },

    [ACTION.keepCoaching]: (_press, replace) => replace('Nothing was changed.'),

    [ACTION.coachingMode]: async ({ userId, value, pressedTs }) => {
      try {
        await coaching.setMode(teamId, userId, conversationMode(value));
      } finally {
        await home.redraw(teamId, userId, pressedTs);
      }
    },

    // Its address has been opened by Slack.
    [ACTION.openCoaching]: async () => {},
  };
}

const isDone = (error: unknown): error is DomainError =>
  error instanceof DomainError && (error.code === 'already_reset' || error.code === 'conversation_not_found');
