import type { Attachment, Passage } from './attachment.ts';
import { contentCost, showAll, showBest } from './context-choice.ts';
import { type ContextSource, type Rank, sourcesInScope, toReceiptItem } from './context-sources.ts';
import { contentText, guard, headText, indexText, spoken, urlsIn } from './context-text.ts';
import type { Conversation, Message } from './conversation.ts';
import type { Milestone, Project } from './project.ts';
import type { Receipt } from './receipt.ts';
import type { Scope } from './scope.ts';
import { countTokens } from './tokens.ts';

/** What the stores hand over. It may hold too much: `buildContext` is what narrows. */
export interface ContextRecords {
  project: Project;
  /** The project's milestones in their order: section titles for the project level. */
  milestones: Milestone[];
  attachments: Attachment[];
  passages: Passage[];
  conversation: Conversation;
  /** Messages of the conversation that the question follows, any order. */
  messages: Message[];
  question: Message;
  /** How many attachments hang at other milestones. */
  elsewhere: number;
  /** Display names by Slack user id. */
  names: Map<string, string>;
}

export interface PromptMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** What the model is sent for one answer, with the receipt that says so. */
export interface Context {
  scope: Scope;
  prompt: PromptMessage[];
  question: string;
  section: string | null;
  sources: ContextSource[];
  /** Addresses an answer may show as live links: those that stand in the context, word for word. */
  urls: string[];
  receipt: Receipt;
}

/** When attachments and conversation compete for room, attachments keep at least this share. */
const CONTENT_SHARE = 0.6;

/**
 * The only way anything reaches a model: from a scope and records to a context (product.md 4.1–4.4). Pure. Records
 * outside the scope are dropped here whatever the caller read.
 *
 * The order is a stable prefix for prompt caches: instructions, project, section, attachments by age; then the
 * conversation; then, when not everything fits, the passages chosen for this question; last the question.
 *
 * @param budget tokens for the whole prompt. Names of attachments and the question always go in.
 * @param instructions what the model is told first, when it is not to answer a question.
 */
export function buildContext(
  scope: Scope,
  records: ContextRecords,
  budget: number,
  rank: Rank,
  instructions?: string,
): Context {
  const { project, conversation, question, names } = records;
  const milestones = records.milestones.filter(
    ({ teamId, projectId }) => teamId === scope.teamId && projectId === scope.projectId,
  );
  const milestone = milestones.find((one) => one.id === scope.milestoneId) ?? null;
  const sources = sourcesInScope(scope, milestones, records.attachments, records.passages);
  const earlier = earlierMessages(scope, records);
  const head = `${headText(project, milestone, instructions)}\n\n${indexText(sources)}`;
  const asked = spoken(question, names);
  const { summary } = conversation;
  const before = summary === null ? [] : [summaryPart(summary.text)];

  const fixed = sum([head, asked, ...before.map((part) => part.content)].map(countTokens));
  const room = Math.max(0, budget - fixed);
  const talkSize = sum(earlier.map((message) => countTokens(spoken(message, names))));
  const forContent = Math.max(room - talkSize, Math.floor(room * CONTENT_SHARE));
  const everything = contentCost(sources) <= forContent;
  const chosen = everything
    ? showAll(sources)
    : showBest(sources, question.content, forContent - CHOSEN_COST, rank);
  const spent = everything || chosen === 0 ? chosen : chosen + CHOSEN_COST;
  const talk = newestThatFit(earlier, room - spent, names);
  const older = earlier.slice(0, earlier.length - talk.length);

  const content = contentText(sources);
  const prompt: PromptMessage[] = [
    { role: 'system', content: everything && content !== '' ? `${head}\n\n${content}` : head },
    ...before,
    ...talk.map((message) => ({ role: message.role, content: spoken(message, names) })),
    { role: 'user', content: everything || content === '' ? asked : `${CHOSEN}\n\n${content}\n\n${asked}` },
  ];
  const receipt: Receipt = {
    section: milestone?.title ?? null,
    items: sources.map(toReceiptItem),
    messages: talk.length + 1,
    summarised: summary?.messages ?? 0,
    messagesLeftOut: older.length,
    elsewhere: scope.milestoneId === null ? 0 : records.elsewhere,
    tokens: sum(prompt.map((part) => countTokens(part.content))),
  };
  // Not from answers of ours nor the summary: an address a model made up once must not be live the next time.
  const said = talk.filter((message) => message.role === 'user').map((message) => message.content);
  const urls = urlsIn([head, content, ...said, asked].join('\n'));
  return { scope, prompt, question: question.content, section: receipt.section, sources, urls, receipt };
}

const CHOSEN = 'Passages chosen for the question; they are not the whole attachments:';
/** With the empty lines around the passages. */
const CHOSEN_COST = countTokens(CHOSEN) + 1;

function summaryPart(text: string): PromptMessage {
  return { role: 'user', content: `Summary of the older part of this conversation:\n${guard(text)}` };
}

/**
 * True when a message may be told in a scope: what people said in the thread always, an answer of ours only where it
 * did not read more than this scope may, since a thread can become a milestone after it was answered.
 */
export function mayBeTold(message: Message, scope: Scope): boolean {
  return message.role === 'user' || scope.milestoneId === null || message.madeFor === scope.milestoneId;
}

function earlierMessages(scope: Scope, { messages, conversation, question }: ContextRecords): Message[] {
  const through = conversation.summary?.throughTs ?? '';
  return messages
    .filter((message) => message.teamId === scope.teamId && message.conversationId === conversation.id)
    .filter((message) => !message.deleted && message.ts > through && goesBefore(message, question))
    .filter((message) => mayBeTold(message, scope))
    .sort((a, b) => (a.ts < b.ts ? -1 : 1));
}

/** With two questions in a row the answer to the first stands after the second one, which is to know it. */
const goesBefore = ({ ts, answerTo }: Message, question: Message): boolean =>
  ts < question.ts || (answerTo !== null && answerTo < question.ts);

function newestThatFit(earlier: Message[], room: number, names: Map<string, string>): Message[] {
  let left = room;
  let from = earlier.length;
  for (const message of [...earlier].reverse()) {
    left -= countTokens(spoken(message, names));
    if (left < 0) break;
    from -= 1;
  }
  return earlier.slice(from);
}

const sum = (numbers: number[]): number => numbers.reduce((total, one) => total + one, 0);
