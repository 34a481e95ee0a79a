import { DomainError } from '../../domain/errors.ts';
import type { Ref } from '../../domain/scope.ts';
import { ACTION } from '../ids.ts';
import type { Press } from '../inbound/interaction.ts';
import type { UseCases } from '../use-cases.ts';
import { escapeText } from '../views/blocks.ts';
import { readDispatchValue } from '../views/dispatch-buttons.ts';
import type { ListenerDeps } from './listener.ts';
import type { ActionHandler } from './press.ts';

interface Deps {
  useCases: {
    dispatches: Omit<UseCases['dispatches'], 'receipt'>;
    home: Pick<UseCases['home'], 'redraw'>;
  };
  workspace: { installation: Pick<ListenerDeps['workspace']['installation'], 'teamId'> };
}

/** Decisions about proposed specialists, from their cards and from the Home. Their cards follow by a job. */
export function dispatchActions({ useCases, workspace }: Deps): Record<string, ActionHandler> {
  const { dispatches, home } = useCases;
  const { teamId } = workspace.installation;

  /** Also a refused press shows the Home as it is now: what was pressed may be gone from it. */
  async function act(press: Press, deed: (ref: Ref) => Promise<unknown>): Promise<void> {
    try {
      await deed({ teamId, id: readDispatchValue(press.value).id });
    } finally {
      if (press.at === null) await home.redraw(teamId, press.userId, press.pressedTs);
    }
  }

  return {
    [ACTION.approve]: async (press, replace) => {
      const approve = () => act(press, (ref) => dispatches.decide(ref, press.userId, 'approve'));
      if (!readDispatchValue(press.value).asked) return approve();
      // The question has been answered: it does not stand there to be pressed once more.
      try {
        await approve();
      } catch (error) {
        if (!isOver(error)) throw error;
        return replace(escapeText(error.message));
      }
      await replace(`:white_check_mark: Approved by <@${press.userId}>.`);
    },
    [ACTION.decline]: (press) => act(press, (ref) => dispatches.decide(ref, press.userId, 'decline')),
    [ACTION.stop]: (press) => act(press, (ref) => dispatches.stop(ref, press.userId)),
    [ACTION.dispatchAgain]: (press) => act(press, (ref) => dispatches.tryAgain(ref, press.userId)),
    // Its address has been opened by Slack.
    [ACTION.openDispatch]: async () => {},
  };
}

const isOver = (error: unknown): error is DomainError =>
  error instanceof DomainError && (error.code === 'dispatch_decided' || error.code === 'dispatch_expired');
