import { type AnswerEffects, hasEffects } from '../domain/answer-effects.ts';
import type { Context } from '../domain/context.ts';
import { type Rank, toReceiptItem } from '../domain/context-sources.ts';
import {
  COACHING_INSTRUCTIONS,
  INSTRUCTIONS,
  spoken,
  TOOL_INSTRUCTIONS,
  urlsIn,
} from '../domain/context-text.ts';
import type { ConversationMode, Message } from '../domain/conversation.ts';
import { usedIn } from '../domain/quotes.ts';
import { asksNothing, reachText } from '../domain/reach.ts';
import type { Receipt } from '../domain/receipt.ts';
import { SPECIALIST_TOOLS, type Specialist } from '../domain/specialist.ts';
import { countTokens } from '../domain/tokens.ts';
import {
  type AnswerTools,
  type ContextTools,
  type Model,
  type ModelReply,
  ModelUnavailable,
  type ToolCall,
  type ToolOffer,
  type ToolRound,
} from '../ports/model.ts';
import {
  contextOf,
  type GatherDeps,
  type Gathered,
  gatherProject,
  gatherRecords,
  MESSAGE_WINDOW,
} from './gather-records.ts';
import type { AnswerPlace } from './place-of.ts';
import { createSummariseOlder } from './summarise-older.ts';

export interface ComposeAnswerDeps extends GatherDeps {
  model: Model;
  rank: Rank;
  answerTools: (context: Context, offer: ToolOffer) => AnswerTools;
  specialists: Specialist[];
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
  /** What it leads to besides its text, or null. */
  effects: AnswerEffects | null;
  toolCalls: string[];
  /** Ids of the attachments it cites or quotes. */
  used: string[];
}

/**
 * Makes the text of an answer: scope from the thread, records from the stores, context, model, tools.
 * @returns a function; `check` is called before every request to a model and throws when the answer is not wanted.
 */
export function createComposeAnswer(deps: ComposeAnswerDeps) {
  const summariseOlder = createSummariseOlder(deps);

  return async (
    question: Message,
    place: AnswerPlace,
    signal: AbortSignal,
    check: () => Promise<void>,
  ): Promise<ComposedAnswer> => {
    const asks = !asksNothing(question.content);
    // Nobody waits to be told what there is to read.
    let gathered =
      !asks && place.kind === 'project'
        ? await gatherProject(deps, question, place)
        : await gatherRecords(deps, question, place, signal);
    if (asks && overflows(gathered, deps.budget * TALK_SHARE)) {
      const room = deps.budget * TALK_SHARE;
      const summary = await summariseOlder(gathered, question.ts, room, signal, check);
      gathered = await gatherRecords(deps, question, withSummary(place, summary), signal);
    }
    const offer = offerFor(deps.specialists, gathered, question);
    const instructions = instructionsFor(gathered.kind, offer, gathered.records.conversation.mode);
    const context = contextOf(gathered, deps.budget, deps.rank, instructions);
    const { receipt, urls } = context;
    const madeFor = gathered.kind === 'project' ? gathered.scope.milestoneId : null;
    const made = { urls, madeFor, effects: null, toolCalls: [], used: [] };
    if (!asks) {
      const used = context.sources.map((source) => source.attachmentId);
      return { ...made, used, text: reachText(context), receipt: null };
    }
    const tools = deps.answerTools(context, offer);
    const { text, promptTokens, toolCalls } = await converse(deps.model, context, tools, signal, check);
    if (promptTokens !== null) receipt.tokens = promptTokens;
    // Tools may have read more than the prompt held.
    receipt.items = context.sources.map(toReceiptItem);
    const effects = tools.effects();
    return {
      ...made,
      text,
      receipt,
      toolCalls,
      effects: hasEffects(effects) ? effects : null,
      // What it proposes as well: that goes out of this conversation.
      used: usedIn([text, ...proposed(effects)].join('\n'), context.sources),
    };
  };
}

function proposed({ dispatch, task }: AnswerEffects): string[] {
  return [
    ...(dispatch === null ? [] : [dispatch.summary, dispatch.task, ...dispatch.actions]),
    ...(task === null ? [] : [task.title, task.details]),
  ];
}

function withSummary(
  place: AnswerPlace,
  summary: Gathered['records']['conversation']['summary'],
): AnswerPlace {
  return place.kind === 'project'
    ? { ...place, conversation: { ...place.conversation, summary } }
    : { ...place, conversation: { ...place.conversation, summary } };
}

/** Specialists, and tasks of a project, where the mode allows them; memory in every conversation but the task threads of a private one. */
function offerFor(specialists: Specialist[], { kind, records }: Gathered, question: Message): ToolOffer {
  const { type, mode } = records.conversation;
  const memory = kind === 'project' ? 'thread' : type === 'coaching' ? 'private' : 'none';
  const { channelId, ts } = question;
  const proposes = mode !== 'coaching';
  return {
    specialists: proposes ? specialists : [],
    memory,
    tasks: proposes && kind === 'project',
    question: { channelId, ts },
  };
}

function instructionsFor(kind: Gathered['kind'], offer: ToolOffer, mode: ConversationMode): string {
  return [
    kind === 'project' ? INSTRUCTIONS : COACHING_INSTRUCTIONS,
    ...(offer.memory === 'none' ? [] : [TOOL_INSTRUCTIONS.memory]),
    ...(offer.specialists.length === 0 || mode === 'coaching' ? [] : [TOOL_INSTRUCTIONS[mode]]),
    ...(offer.tasks === true ? [TOOL_INSTRUCTIONS.tasks] : []),
  ].join('\n');
}

function overflows({ kind, records }: Gathered, room: number): boolean {
  const { messages, names, conversation } = records;
  // A task thread of a private conversation has no summary: it could hold what was emptied.
  if (kind === 'private' && conversation.type !== 'coaching') return false;
  const tokens = messages.reduce((total, message) => total + countTokens(spoken(message, names)), 0);
  return messages.length >= MESSAGE_WINDOW || tokens > room;
}

/** Lets a model use its tools until it answers. @throws ModelUnavailable when it never does. */
export async function converse(
  model: Model,
  context: Context,
  tools: ContextTools,
  signal: AbortSignal,
  check: () => Promise<void>,
  onCall: (name: string) => Promise<void> = async () => {},
): Promise<{ text: string; promptTokens: number | null; toolCalls: string[] }> {
  const rounds: ToolRound[] = [];
  const toolCalls: string[] = [];
  for (;;) {
    const specs = rounds.length < TOOL_ROUNDS ? tools.specs : [];
    await check();
    const reply = await model.answer({ context, tools: specs, rounds, signal });
    if (reply.calls.length === 0 || specs.length === 0) return { ...spokenReply(reply), toolCalls };
    const results = reply.calls.map((call) => ({ id: call.id, content: tools.run(call) }));
    const known = new Set(specs.map((spec) => spec.name));
    for (const { name } of reply.calls.filter((call) => known.has(call.name))) {
      toolCalls.push(name);
      await onCall(name);
    }
    rounds.push({ text: reply.text, calls: reply.calls, results });
    context.urls.push(...urlsIn(read(reply.calls, results)));
  }
}

const READING: ReadonlySet<string> = new Set(SPECIALIST_TOOLS);

/** What tools read is in scope: its addresses may be live. The other tools say again what the model said. */
function read(calls: ToolCall[], results: ToolRound['results']): string {
  const reading = new Set(calls.filter(({ name }) => READING.has(name)).map(({ id }) => id));
  return results
    .filter(({ id }) => reading.has(id))
    .map(({ content }) => content)
    .join('\n');
}

/** A model that calls tools although none are offered has not answered. */
function spokenReply(reply: ModelReply): ModelReply {
  if (reply.text.trim() === '') throw new ModelUnavailable('The model called tools and gave no answer.');
  return reply;
}
