import { spoken } from './context-text.ts';
import type { Message } from './conversation.ts';
import type { ChecklistItem } from './task.ts';

/** A checklist as Markdown. */
export function checklistText(items: ChecklistItem[]): string {
  return items.map(({ text, done }) => `- [${done ? 'x' : ' '}] ${text}`).join('\n');
}

/** A planning conversation as one text for a prompt: who said what, oldest first. */
export function planningText(messages: Message[], names: Map<string, string>): string {
  return messages
    .map((message) => (message.role === 'assistant' ? `Planner: ${message.content}` : spoken(message, names)))
    .join('\n\n');
}

/** Stands for the planning message seen last where there was none yet. */
const START = 'start';

/**
 * What a plan made from these messages is based on: the message seen last, and how much feedback there was when the
 * task was read, which must be before its messages were. The count alone tells of feedback that was edited or deleted
 * since.
 */
export function basisOf(messages: Message[], feedback: number): string {
  return `${seenLast(messages)?.id ?? START}:${feedback}`;
}

/** What `basisOf` wrote, or the id of a message alone; null for anything else. */
export function readBasis(basis: string): { messageId: string | null; feedback: number | null } | null {
  const match = /^(?<id>[0-9a-f]{24}|start)(?::(?<feedback>\d{1,9}))?$/u.exec(basis)?.groups;
  if (match === undefined) return null;
  const messageId = match.id === undefined || match.id === START ? null : match.id;
  const counted = match.feedback === undefined ? null : Number(match.feedback);
  return { messageId, feedback: messageId === null ? (counted ?? 0) : counted };
}

/**
 * The message of a planning conversation that arrived last: what a plan made from these is based on. By order of
 * arrival, since Slack may deliver a message minutes after one that was written later.
 */
function seenLast(messages: Message[]): Message | null {
  return messages.reduce<Message | null>(
    (last, one) => (last === null || (one.arrival ?? 0) >= (last.arrival ?? 0) ? one : last),
    null,
  );
}
