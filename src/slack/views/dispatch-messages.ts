import type { KnownBlock } from '@slack/types';
import { receiptLine } from '../../domain/receipt.ts';
import type { Outgoing } from '../../ports/slack.ts';
import { ACTION } from '../ids.ts';
import { splitText } from '../mrkdwn.ts';
import { actions, button, context, escapeText, oneLine, quoted, section } from './blocks.ts';
import { approveButton, askedValue } from './dispatch-buttons.ts';
import { titleLink, whoSigned } from './labels.ts';
import { specialistName } from './task-labels.ts';

type Message<K extends Outgoing['kind']> = Omit<Extract<Outgoing, { kind: K }>, 'kind'>;

/** What a task may take of its message once escaped: every ordinary one is whole. */
const TASK = { characters: 9_000, lines: 400 };
const SUMMARY = 900;
/** Sections of a result that its source thread shows. */
const SECTIONS = 2;

/** First message of the thread of a result: what was asked, whole. */
export function dispatchTask({ specialist, task, by }: Message<'dispatch-task'>): KnownBlock[] {
  return [
    section(`:thread: ${specialistName(specialist)} works on this:`),
    ...splitText(quoted(task, TASK.characters, TASK.lines)).map(section),
    context(`Approved by ${whoSigned(by)}. The result is posted in this thread.`),
  ];
}

/** One part of a result. The last one says what was read for it. */
export function dispatchResult({ dispatchId, text, receipt }: Message<'dispatch-result'>): KnownBlock[] {
  const body = splitText(text).map(section);
  if (receipt === null) return body;
  return [
    ...body,
    context(`:mag: ${receiptLine(receipt, (title) => `*${escapeText(title)}*`)}`),
    actions([button('What was read', ACTION.dispatchReceipt, dispatchId)]),
  ];
}

/** Tells the thread it came from that there is a result, and where. */
export function dispatchSummary({ specialist, text, url, whole }: Message<'dispatch-summary'>): KnownBlock[] {
  const parts = splitText(text).filter((part) => part.trim() !== '');
  const all = whole && parts.length <= SECTIONS;
  return [
    section(`:white_check_mark: ${specialistName(specialist)} is done.`),
    ...parts.slice(0, SECTIONS).map(section),
    section(`${all ? '' : '… '}${titleLink(all ? 'Open the result' : 'Open the whole result', url)}`),
  ];
}

/** Asks once more for what cannot be undone, when someone approved it by a word. */
export function confirmDispatch({ dispatch, specialist, userId }: Message<'confirm-dispatch'>): KnownBlock[] {
  const summary = oneLine(dispatch.summary, SUMMARY);
  return [
    section(
      [
        `:warning: ${whoSigned(userId)}, this cannot be undone:`,
        `> ${summary === '' ? specialistName(specialist) : summary}`,
        'If you are sure, answer *approve* once more or press the button.',
      ].join('\n'),
    ),
    actions([approveButton(dispatch, specialist, askedValue(dispatch))]),
  ];
}
