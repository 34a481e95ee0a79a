import { buildContext, type Context } from '../domain/context.ts';
import { type Rank, toReceiptItem } from '../domain/context-sources.ts';
import { spoken, urlsIn } from '../domain/context-text.ts';
import type { Message } from '../domain/conversation.ts';
import { asksNothing, reachText } from '../domain/reach.ts';
import type { Receipt } from '../domain/receipt.ts';
import { countTokens } from '../domain/tokens.ts';
import {
  type ContextTools,
  type Model,
  type ModelReply,
  ModelUnavailable,
  type ToolRound,
} from '../ports/model.ts';
import {
  type AnswerPlace,
  type GatherDeps,
  type Gathered,
  gatherRecords,
  MESSAGE_WINDOW,
} from './gather-records.ts';
import { createSummariseOlder } from './summarise-older.ts';

export interface ComposeAnswerDeps extends GatherDeps {
  model: Model;
  rank: Rank;
  contextTools: (context: Context) => ContextTools;
  /** Tokens of a prompt. */
  budget: number;
}

/** Rounds of tool calls before the model has to answer with what it has. */
const TOOL_ROUNDS = 4;
/** The share of the budget that messages may take before the older ones are summarised. */
const TALK_SHARE = 0.5;

export interface ComposedAnswer {
  text: string;
  /** Null when no model was asked. */
  receipt: Receipt | null;
  /** Addresses that may be live in the text. */
  urls: string[];
  /** The milestone whose scope it was made in, null at the project level. */
  madeFor: string | null;
}

/** Makes the text of an answer: scope from the thread, records from the stores, context, model, tools. */
export function createComposeAnswer(deps: ComposeAnswerDeps) {
  const summariseOlder = createSummariseOlder(deps);

  return async (question: Message, place: AnswerPlace, signal: AbortSignal): Promise<ComposedAnswer> => {
    let gathered = await gatherRecords(deps, question, place);
    if (!asksNothing(question.content) && overflows(gathered, deps.budget * TALK_SHARE)) {
      const conversation = await summariseOlder(
        place.conversation,
        gathered.scope,
        question.ts,
        deps.budget * TALK_SHARE,
        signal,
      );
      gathered = await gatherRecords(deps, question, { ...place, conversation });
    }
    const context = buildContext(gathered.scope, gathered.records, deps.budget, deps.rank);
    const { receipt, urls } = context;
    const madeFor = context.scope.milestoneId;
    if (asksNothing(question.content)) return { text: reachText(context), receipt: null, urls, madeFor };
    const { text, promptTokens } = await converse(deps, context, signal);
    if (promptTokens !== null) receipt.tokens = promptTokens;
    // Tools may have read more than the prompt held.
    receipt.items = context.sources.map(toReceiptItem);
    return { text, receipt, urls, madeFor };
  };
}

function overflows({ records }: Gathered, room: number): boolean {
  const { messages, names } = records;
  const tokens = messages.reduce((total, message) => total + countTokens(spoken(message, names)), 0);
  return messages.length >= MESSAGE_WINDOW || tokens > room;
}

async function converse(
  { model, contextTools }: ComposeAnswerDeps,
  context: Context,
  signal: AbortSignal,
): Promise<{ text: string; promptTokens: number | null }> {
  const tools = contextTools(context);
  const rounds: ToolRound[] = [];
  for (;;) {
    const specs = rounds.length < TOOL_ROUNDS ? tools.specs : [];
    const reply = await model.answer({ context, tools: specs, rounds, signal });
    if (reply.calls.length === 0 || specs.length === 0) return spokenReply(reply);
    const results = reply.calls.map((call) => ({ id: call.id, content: tools.run(call) }));
    rounds.push({ text: reply.text, calls: reply.calls, results });
    // What a tool read is in scope too: its addresses may be live in the answer.
    context.urls.push(...urlsIn(results.map((result) => result.content).join('\n')));
  }
}

/** A model that calls tools although none are offered has not answered. */
function spokenReply(reply: ModelReply): ModelReply {
  if (reply.text.trim() === '') throw new ModelUnavailable('The model called tools and gave no answer.');
  return reply;
}
