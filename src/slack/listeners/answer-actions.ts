import { ACTION } from '../ids.ts';
import { receiptModal } from '../views/receipt.ts';
import type { ListenerDeps } from './listener.ts';
import { type ActionHandler, openModal, whisper } from './press.ts';

export function answerActions(deps: ListenerDeps): Record<string, ActionHandler> {
  const { answers, dispatches } = deps.useCases;
  const { teamId } = deps.workspace.installation;
  return {
    [ACTION.receipt]: async (press) => {
      const receipt = await answers.receipt({ teamId, id: press.value }, press.userId);
      if (receipt !== null) await openModal(deps, press, receiptModal(receipt));
    },

    [ACTION.dispatchReceipt]: async (press) => {
      const receipt = await dispatches.receipt({ teamId, id: press.value }, press.userId);
      await openModal(deps, press, receiptModal(receipt));
    },

    [ACTION.voteUp]: async (press) => {
      await answers.vote({ teamId, id: press.value }, press.userId, 'up');
      await whisper(deps, press, 'Thank you, noted.');
    },

    [ACTION.voteDown]: async (press) => {
      await answers.vote({ teamId, id: press.value }, press.userId, 'down');
      await whisper(deps, press, 'Thank you, noted. Attach what was missing and ask again.');
    },

    [ACTION.tryAgain]: async (press) => {
      await answers.tryAgain({ teamId, id: press.value }, press.userId, press.pressedTs);
    },
  };
}
