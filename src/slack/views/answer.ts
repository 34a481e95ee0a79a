import type { Button, KnownBlock } from '@slack/types';
import { type Receipt, receiptLine } from '../../domain/receipt.ts';
import type { FailureReason } from '../../ports/slack.ts';
import { ACTION } from '../ids.ts';
import { splitText } from '../mrkdwn.ts';
import { actions, button, context, escapeText, section } from './blocks.ts';

/** One message of an answer. The last one carries the receipt and the buttons. */
export function answerBlocks(answerId: string, text: string, receipt: Receipt | null): KnownBlock[] {
  const body = splitText(text).map(section);
  if (receipt === null) return body;
  return [
    ...body,
    context(`:mag: ${receiptLine(receipt, (title) => `*${escapeText(title)}*`)}`),
    actions([
      button('What was read', ACTION.receipt, answerId),
      button('👍', ACTION.voteUp, answerId),
      button('👎', ACTION.voteDown, answerId),
    ]),
  ];
}

/** Why something came to nothing, as the end of a sentence, and what helps. */
export const FAILURE_WHY: Record<FailureReason, string> = {
  unavailable: 'the model gave no usable answer, although I asked several times. Try again in a minute.',
  refused:
    'the model refused the request. Trying again will not help before your administrator has looked at the settings of the model.',
  broken: 'something went wrong on my side. Try again in a minute.',
};

export function failedBlocks(answerId: string, reference: string, why: FailureReason): KnownBlock[] {
  const again = button('Try again', ACTION.tryAgain, answerId, 'primary');
  return whatFailed('I could not answer this one', reference, why, again);
}

/** Says honestly that something came to nothing and why, with the reference for an administrator and a way on. */
export function whatFailed(what: string, reference: string, why: FailureReason, again: Button): KnownBlock[] {
  return [
    section(
      `:warning: ${what}: ${FAILURE_WHY[why]} Nothing is lost. If it stays like this, give your administrator the reference below.`,
    ),
    context(`Reference: ${reference}`),
    actions([again]),
  ];
}
