import type { ReadState, UnreadReason } from './attachment.ts';

/** How much of an attachment the model saw. */
export type Included = 'whole' | 'passages' | 'named';

/** One attachment in scope, under the number answers cite it by. */
export interface ReceiptItem {
  n: number;
  attachmentId: string;
  title: string;
  url: string | null;
  /** Title of its milestone, or null for the project's shared ones. */
  section: string | null;
  included: Included;
  /** Where the parts stand that the model saw, when it did not see all: `page 3`. Receipts of version 0.1 do not say. */
  places?: string[];
  /** Receipts of version 0.1 do not say; what has a reason had failed. */
  state?: ReadState;
  unread: UnreadReason | null;
}

/** What one context held and what it left out. */
export interface Receipt {
  /** Title of the milestone the answer was made in; null at the project level. */
  section: string | null;
  items: ReceiptItem[];
  messages: number;
  summarised: number;
  /** Messages that neither fitted nor were summarised. */
  messagesLeftOut: number;
  /** Attachments of the project's other milestones: a count, never names. */
  elsewhere: number;
  /** Context entries and facts it held, and how many did not fit. Receipts of version 0.1 do not say. */
  remembered?: { shown: number; leftOut: number };
  /** In a private conversation, where nothing attached is read: what was known of the person. */
  coaching?: { tasks: number; projects: number };
  /** Tokens of the prompt: the provider's figure when it gives one, else our estimate. */
  tokens: number;
}

/** The line under an answer, such as "6 of 6 attachments in Outline, 2 from the project, 14 messages, 3,120 tokens". */
export function receiptLine(receipt: Receipt, bold: (text: string) => string): string {
  if (receipt.coaching !== undefined) return coachingLine(receipt, receipt.coaching);
  const read = (item: ReceiptItem) => item.included !== 'named';
  const own = receipt.items.filter((item) => receipt.section === null || item.section !== null);
  const shared = receipt.items.filter((item) => receipt.section !== null && item.section === null);
  const place = receipt.section === null ? 'the project' : bold(receipt.section);
  const parts = [`${own.filter(read).length} of ${plural(own.length, 'attachment')} in ${place}`];
  if (receipt.section !== null) {
    const count = shared.filter(read).length;
    parts.push(
      count === shared.length ? `${count} from the project` : `${count} of ${shared.length} from the project`,
    );
  }
  parts.push(plural(receipt.messages, 'message'));
  const shown = receipt.remembered?.shown ?? 0;
  if (shown > 0) parts.push(`${shown.toLocaleString('en-US')} remembered`);
  if (receipt.summarised > 0) parts.push(`${receipt.summarised.toLocaleString('en-US')} older summarised`);
  parts.push(plural(receipt.tokens, 'token'));
  return parts.join(', ');
}

function coachingLine(
  { messages, summarised, tokens, remembered }: Receipt,
  { tasks, projects }: { tasks: number; projects: number },
): string {
  return [
    `${(remembered?.shown ?? 0).toLocaleString('en-US')} remembered`,
    `${plural(tasks, 'task')} of yours`,
    plural(projects, 'project name'),
    plural(messages, 'message'),
    ...(summarised > 0 ? [`${summarised.toLocaleString('en-US')} older summarised`] : []),
    plural(tokens, 'token'),
  ].join(', ');
}

/** "1 message", "2 messages", "3,120 tokens". */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}
