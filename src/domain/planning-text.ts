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
