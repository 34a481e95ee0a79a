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

/**
 * The message of a planning conversation that arrived last: what a plan made from these is based on. By order of
 * arrival, since Slack may deliver a message minutes after one that was written later.
 */
export function seenLast(messages: Message[]): Message | null {
  return messages.reduce<Message | null>(
    (last, one) => (last === null || (one.arrival ?? 0) >= (last.arrival ?? 0) ? one : last),
    null,
  );
}
