import type { KnownBlock } from '@slack/types';
import { type Attachment, addressOf, UNREAD_SENTENCE } from '../../domain/attachment.ts';
import { attachmentTitle } from './attachment-labels.ts';
import { section } from './blocks.ts';

/** In a task's thread: a page says something else than when its plan was made ready, and what can be done about it. */
export function pageChanged(attachment: Attachment): KnownBlock[] {
  const title = attachmentTitle(attachment.title, addressOf(attachment));
  const { state, unread } = attachment;
  const what =
    state === 'failed' && unread !== null
      ? `cannot be read any more: ${UNREAD_SENTENCE[unread]}.`
      : 'says something else now than when I read it before.';
  return [
    section(
      `:arrows_counterclockwise: ${title} ${what} The plan of this task was made ready before I noticed, so it may go ` +
        'by what the page said then.',
    ),
    section(
      '• Look at the page and at the plan. If the plan still holds, go on: nothing has to be done.\n' +
        '• If it does not, write in the planning thread of this task what is different: that sends it back to planning.',
    ),
  ];
}
