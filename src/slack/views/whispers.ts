import type { KnownBlock } from '@slack/types';
import type { Attachment } from '../../domain/attachment.ts';
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
    blocks.push(
      ...linkedIfRoom(listed, MESSAGE_ROOM),
      actions([button('Undo', ACTION.undo, undoValue(messageTs, attachments))]),
    );
  }
  const refusals = refusalLines(refused);
  if (refusals.length > 0) blocks.push(section(refusals.join('\n')));
  return blocks;
}

/** Slack's limit on what a button carries. */
const VALUE_LIMIT = 2_000;

/** `<ts>:<id>,<id>…`, so that each line takes back its own; the ts alone, which means all, when that is too long. */
function undoValue(messageTs: string, attachments: Attachment[]): string {
  const value = `${messageTs}:${attachments.map((one) => one.id).join(',')}`;
  return value.length <= VALUE_LIMIT ? value : messageTs;
}

/** What `undoValue` wrote: the message, and which of its attachments; null for all of them. */
export function readUndo(value: string): { messageTs: string; ids: string[] | null } {
  const [messageTs = '', ids] = value.split(':');
  return { messageTs, ids: ids === undefined ? null : ids.split(',') };
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
