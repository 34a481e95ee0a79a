import type { Button, KnownBlock, ModalView } from '@slack/types';
import { UNREAD_SENTENCE } from '../../domain/attachment.ts';
import { plural, type Receipt, type ReceiptItem, receiptLine } from '../../domain/receipt.ts';
import type { FailureReason } from '../../ports/slack.ts';
import { ACTION } from '../ids.ts';
import { splitText } from '../mrkdwn.ts';
import {
  actions,
  button,
  context,
  escapeText,
  linkedIfRoom,
  MODAL_ROOM,
  plain,
  section,
  sections,
} from './blocks.ts';
import { titleLink } from './labels.ts';

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

/** The list behind "What was read". */
export function receiptModal(receipt: Receipt): ModalView {
  const blocks: KnownBlock[] = [
    section(`:mag: ${receiptLine(receipt, (title) => `*${escapeText(title)}*`)}`),
    ...linkedIfRoom((linked) => sections(receipt.items.map((item) => itemLine(item, linked))), MODAL_ROOM),
  ];
  const known = knownOf(receipt);
  if (known.length > 0) blocks.push(section(known.join('\n')));
  const left = leftOut(receipt);
  blocks.push(
    { type: 'divider' },
    section(left.length === 0 ? 'Nothing was left out.' : `*Left out*\n${left.join('\n')}`),
  );
  return { type: 'modal', title: plain('What was read'), close: plain('Close'), blocks };
}

function itemLine(item: ReceiptItem, linked: boolean): string {
  const place = item.section === null ? 'project' : escapeText(item.section);
  const read = { whole: 'read whole', passages: 'read in parts', named: 'by name only' }[item.included];
  const why =
    item.unread !== null ? UNREAD_SENTENCE[item.unread] : item.included === 'named' ? 'over budget' : '';
  return `[${item.n}] ${titleLink(item.title, linked ? item.url : null)} · ${place} · ${read}${why === '' ? '' : ` (${why})`}`;
}

/** What is no attachment: memory, and in a private conversation what is known of the person. */
function knownOf({ coaching, remembered }: Receipt): string[] {
  const lines: string[] = [];
  const shown = remembered?.shown ?? 0;
  if (coaching !== undefined) {
    lines.push(`• ${plural(shown, 'thing')} remembered for this conversation or about you`);
    lines.push(`• ${plural(coaching.tasks, 'task')} of yours`);
    lines.push(
      `• ${plural(coaching.projects, 'project')} you are in, by name: none of what is attached there`,
    );
  } else if (shown > 0) lines.push(`• ${plural(shown, 'thing')} remembered for this conversation`);
  return lines;
}

function leftOut(receipt: Receipt): string[] {
  const lines: string[] = [];
  const unread = receipt.items.filter((item) => item.unread !== null).length;
  const over = receipt.items.filter((item) => item.unread === null && item.included !== 'whole').length;
  if (over > 0) lines.push(`• ${plural(over, 'attachment')} not read whole: over the budget for one answer`);
  if (unread > 0) lines.push(`• ${plural(unread, 'attachment')} whose content could not be read`);
  if (receipt.messagesLeftOut > 0)
    lines.push(`• ${plural(receipt.messagesLeftOut, 'older message')}: over the budget`);
  const forgone = receipt.remembered?.leftOut ?? 0;
  if (forgone > 0) lines.push(`• ${plural(forgone, 'remembered thing')}: over the budget`);
  if (receipt.elsewhere > 0)
    lines.push(`• ${plural(receipt.elsewhere, 'attachment')} of other milestones: never read here`);
  return lines;
}
