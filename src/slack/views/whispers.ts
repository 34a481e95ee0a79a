import type { KnownBlock, SectionBlock } from '@slack/types';
import { type Attachment, addressOf, UNREAD_SENTENCE } from '../../domain/attachment.ts';
import { plural } from '../../domain/receipt.ts';
import type { Whisper } from '../../ports/slack.ts';
import { ACTION } from '../ids.ts';
import { attachmentLine, attachmentTitle } from './attachment-labels.ts';
import {
  actions,
  button,
  context,
  escapeText,
  linkedIfRoom,
  MESSAGE_ROOM,
  oneLine,
  section,
  sections,
} from './blocks.ts';

type Attached = Extract<Whisper, { kind: 'attached' }>;
type Ended = Extract<Whisper, { kind: 'reading-ended' }>;

const LISTED = 10;
/** UTF-16 units of the name of a place once it is escaped. */
const PLACE = 300;

/** What only one person sees, as Slack is sent it. */
export function whispered(message: Whisper): { text: string; blocks?: KnownBlock[] } {
  switch (message.kind) {
    case 'text':
      return { text: escapeText(message.text) };
    case 'attached':
      return { text: `Attached to ${oneLine(message.section, PLACE)}`, blocks: attachedBlocks(message) };
    case 'reading-ended':
      return { text: endedText(message), blocks: readingEnded(message) };
  }
}

/** The line under a shared link that only its author sees, with Undo. */
export function attachedBlocks({ attachments, section: place, messageTs, refused }: Attached): KnownBlock[] {
  const blocks: KnownBlock[] = [];
  if (attachments.length > 0) {
    const more = attachments.length > LISTED ? [`• …and ${attachments.length - LISTED} more`] : [];
    const listed = (linked: boolean) => {
      const lines = attachments.slice(0, LISTED).map((one) => `• ${attachmentLine(one, linked)}`);
      return sections([`Attached to *${oneLine(place, PLACE)}*:`, ...lines, ...more]);
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

function endedText({ attachments, section: place }: Omit<Ended, 'kind'>): string {
  const unread = attachments.filter(({ unread }) => unread !== null).length;
  const name = oneLine(place, PLACE);
  return unread === 0
    ? `Read what was attached to ${name}`
    : `${plural(unread, 'attachment')} of ${name} could not be read`;
}

/** Further ones are read again from the list. */
const BUTTONS = 5;

/**
 * How readings ended, a line each. What could not be read can be tried again here; pressing that leaves the other lines
 * with their buttons (`readAgainValue`).
 */
export function readingEnded({ attachments, section: place }: Omit<Ended, 'kind'>): KnownBlock[] {
  const failed = attachments.filter(({ unread }) => unread !== null);
  const read = attachments.filter(({ unread }) => unread === null);
  const offered = failed.slice(0, BUTTONS);
  const others = [...failed.slice(BUTTONS), ...read];
  const more = others.length > LISTED ? [`…and ${others.length - LISTED} more`] : [];
  const listed = (linked: boolean): SectionBlock[] => [
    ...offered.map((one) => ({
      ...section(endedLine(one, linked)),
      accessory: button('Try again', ACTION.readAgain, readAgainValue(one, offered)),
    })),
    ...sections([...others.slice(0, LISTED).map((one) => endedLine(one, linked)), ...more]),
  ];
  const hint =
    failed.length > BUTTONS
      ? ' The others are tried again from the list: *Attachments* on the project card.'
      : '';
  return [...linkedIfRoom(listed, MESSAGE_ROOM), context(`Attached to *${oneLine(place, PLACE)}*.${hint}`)];
}

function endedLine(attachment: Attachment, linked: boolean): string {
  const { state, unread } = attachment;
  const title = attachmentTitle(attachment.title, linked ? addressOf(attachment) : null);
  if (unread === null) return `:white_check_mark: I have read ${title}. Answers can use it now.`;
  const reason = UNREAD_SENTENCE[unread];
  return state === 'failed'
    ? `:warning: I could not read ${title}: ${reason}. Answers know it by its name only.`
    : `:warning: I could not read ${title} again: ${reason}. Answers go by what it said before.`;
}

/** The attachment's id; after a colon the others beside it, and the place of all of them is known by its line. */
function readAgainValue({ id }: Attachment, offered: Attachment[]): string {
  const others = offered.map((one) => one.id).filter((other) => other !== id);
  return others.length === 0 ? id : `${id}:${others.join(',')}`;
}

/** What `readAgainValue` wrote: which one is to be read again, and which lines stay. */
export function readReadAgain(value: string): { id: string; others: string[] } {
  const [id = '', others = ''] = value.split(':');
  return { id, others: others.split(',').filter((one) => one !== '') };
}
