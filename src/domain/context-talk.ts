import type { ContextEntry } from './context-entry.ts';
import { valueText } from './context-entry.ts';
import { guard, spoken } from './context-text.ts';
import type { Conversation, Message } from './conversation.ts';
import type { PromptMessage } from './prompt.ts';
import { countTokens } from './tokens.ts';

/**
 * What was said in a conversation before a question, oldest first: nothing that was deleted, summarised, or said before
 * the conversation was emptied. How a specialist came along is nothing anybody said.
 */
export function saidBefore(
  { id, teamId, summary, since }: Conversation,
  messages: Message[],
  question: Message,
): Message[] {
  const after = [summary?.throughTs ?? '', since].reduce((one, other) => (one > other ? one : other));
  return messages
    .filter((message) => message.teamId === teamId && message.conversationId === id)
    .filter((message) => !message.deleted && message.type !== 'agent_progress')
    .filter((message) => message.ts > after && (message.answerTo === null || message.answerTo > since))
    .filter((message) => goesBefore(message, question))
    .sort((a, b) => (a.ts < b.ts ? -1 : 1));
}

/** With two questions in a row the answer to the first stands after the second one, which is to know it. */
const goesBefore = ({ ts, answerTo }: Message, question: Message): boolean =>
  ts < question.ts || (answerTo !== null && answerTo < question.ts);

/** The newest messages that fit so many tokens. */
export function newestThatFit(earlier: Message[], room: number, names: Map<string, string>): Message[] {
  let left = room;
  let from = earlier.length;
  for (const message of [...earlier].reverse()) {
    left -= countTokens(spoken(message, names));
    if (left < 0) break;
    from -= 1;
  }
  return earlier.slice(from);
}

export function summaryPart(text: string): PromptMessage {
  return { role: 'user', content: `Summary of the older part of this conversation:\n${guard(text)}` };
}

/** What is remembered, as far as it fits. */
export interface Remembered {
  parts: PromptMessage[];
  lines: string[];
  leftOut: number;
}

/** @param items newest first. @param room tokens. */
export function remembered(
  heading: string,
  items: Pick<ContextEntry, 'key' | 'value'>[],
  room: number,
): Remembered {
  let left = room - countTokens(heading);
  const lines: string[] = [];
  for (const { key, value } of items) {
    const line = `- ${oneLine(key)}: ${oneLine(valueText(value))}`;
    const cost = countTokens(line) + 1;
    // A long one does not keep out the shorter ones after it.
    if (cost > left) continue;
    left -= cost;
    lines.push(line);
  }
  const content = [heading, ...lines].join('\n');
  const parts: PromptMessage[] = lines.length === 0 ? [] : [{ role: 'user', content }];
  return { parts, lines, leftOut: items.length - lines.length };
}

/** A second line could pass for another entry of the list. */
const oneLine = (text: string): string => guard(text).replace(/\s+/gu, ' ');
