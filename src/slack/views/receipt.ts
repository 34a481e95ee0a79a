import type { KnownBlock, ModalView } from '@slack/types';
import { UNREAD_SENTENCE } from '../../domain/attachment.ts';
import { plural, type Receipt, type ReceiptItem, receiptLine } from '../../domain/receipt.ts';
import { attachmentTitle } from './attachment-labels.ts';
import {
  escapeText,
  flat,
  linkedIfRoom,
  MODAL_ROOM,
  oneLine,
  plain,
  section,
  sections,
  withinRoom,
} from './blocks.ts';

/** The list behind "What was read". */
export function receiptModal(receipt: Receipt): ModalView {
  const listed = (linked: boolean) => {
    const lines = receipt.items.map((item) => itemLine(item, linked));
    return sections(linked ? lines : withinRoom(lines, MODAL_ROOM));
  };
  const blocks: KnownBlock[] = [
    section(`:mag: ${receiptLine(receipt, (title) => `*${escapeText(title)}*`)}`),
    ...linkedIfRoom(listed, MODAL_ROOM),
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

/** UTF-16 units once escaped, so that a line with its address fits one block. */
const SECTION = 150;
const PLACES = 240;

function itemLine(item: ReceiptItem, linked: boolean): string {
  const { n, title, url, section: place } = item;
  const where = place === null ? 'project' : oneLine(place, SECTION);
  return `[${n}] ${attachmentTitle(title, linked ? url : null)} · ${where} · ${readWords(item)}`;
}

/** How much of it was read, and why it was not more. */
function readWords(item: ReceiptItem): string {
  const { included, unread } = item;
  if (included === 'named') return `by name only (${whyNamed(item)})`;
  const places = included === 'passages' ? joinedPlaces(item.places ?? []) : '';
  const read = included === 'whole' ? 'read whole' : `read in parts${places === '' ? '' : `: ${places}`}`;
  return unread === null
    ? read
    : `${read} (as it was when it could last be read: ${UNREAD_SENTENCE[unread]} now)`;
}

function whyNamed(item: ReceiptItem): string {
  if (item.state === 'pending') return 'it was being read at that moment';
  return isUnreadable(item) && item.unread !== null ? UNREAD_SENTENCE[item.unread] : 'over budget';
}

/** Receipts of version 0.1 do not say the state: what has a reason had failed. */
function isUnreadable({ state, unread }: ReceiptItem): boolean {
  return state === undefined ? unread !== null : state === 'failed';
}

const NUMBERED = /^(page|slide) (\d+)$/u;

/** "page 3" and "page 7" are "pages 3, 7"; other places stand as they are, one after the other. */
function joinedPlaces(places: string[]): string {
  const joined = new Map<string, string[]>();
  for (const place of places.map(flat)) {
    const [, unit, number] = NUMBERED.exec(place) ?? [];
    const key = unit ?? place;
    joined.set(key, [...(joined.get(key) ?? []), ...(number === undefined ? [] : [number])]);
  }
  const words = [...joined].map(([key, numbers]) =>
    numbers.length === 0 ? key : `${key}${numbers.length === 1 ? '' : 's'} ${numbers.join(', ')}`,
  );
  return oneLine(words.join('; '), PLACES);
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
  const unread = receipt.items.filter(isUnreadable);
  const pending = receipt.items.filter((item) => item.included === 'named' && item.state === 'pending');
  const over = receipt.items.filter(
    (item) => item.included !== 'whole' && !unread.includes(item) && !pending.includes(item),
  );
  if (over.length > 0)
    lines.push(`• ${plural(over.length, 'attachment')} not read whole: over the budget for one answer`);
  if (unread.length > 0)
    lines.push(
      `• ${plural(unread.length, 'attachment')} whose content could not be read: the reason stands above`,
    );
  if (pending.length > 0)
    lines.push(`• ${plural(pending.length, 'attachment')} still being read at that moment: ask again for it`);
  if (receipt.messagesLeftOut > 0)
    lines.push(`• ${plural(receipt.messagesLeftOut, 'older message')}: over the budget`);
  const forgone = receipt.remembered?.leftOut ?? 0;
  if (forgone > 0) lines.push(`• ${plural(forgone, 'remembered thing')}: over the budget`);
  if (receipt.elsewhere > 0)
    lines.push(`• ${plural(receipt.elsewhere, 'attachment')} of other milestones: never read here`);
  return lines;
}
