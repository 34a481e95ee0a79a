import type { KnownBlock } from '@slack/types';
import { plural } from '../../domain/receipt.ts';
import type { Whisper } from '../../ports/slack.ts';
import { ACTION } from '../ids.ts';
import { actions, button, escapeText, linkedIfRoom, MESSAGE_ROOM, section, sections } from './blocks.ts';
import { attachmentLine } from './labels.ts';

type Attached = Extract<Whisper, { kind: 'attached' }>;

const LISTED = 10;

/** The line under a shared link that only its author sees, with Undo. */
export function attachedBlocks({ attachments, section: place, messageTs, refused }: Attached): KnownBlock[] {
  const blocks: KnownBlock[] = [];
  if (attachments.length > 0) {
    const more = attachments.length > LISTED ? [`• …and ${attachments.length - LISTED} more`] : [];
    const listed = (linked: boolean) => {
      const lines = attachments.slice(0, LISTED).map((one) => `• ${attachmentLine(one, linked)}`);
      return sections([`Attached to *${escapeText(place)}*:`, ...lines, ...more]);
    };
    blocks.push(...linkedIfRoom(listed, MESSAGE_ROOM), actions([button('Undo', ACTION.undo, messageTs)]));
  }
  const refusals = refusalLines(refused);
  if (refusals.length > 0) blocks.push(section(refusals.join('\n')));
  return blocks;
}

function refusalLines({ tooLong, overLimit }: Attached['refused']): string[] {
  const lines: string[] = [];
  if (tooLong > 0) {
    lines.push(
      `:warning: ${plural(tooLong, 'link')} not attached: longer than 2,000 characters. Share a shorter form.`,
    );
  }
  if (overLimit > 0) {
    lines.push(
      `:warning: ${plural(overLimit, 'attachment')} not attached: the project has reached its limit. Remove some under *Attachments* on the project card.`,
    );
  }
  return lines;
}
