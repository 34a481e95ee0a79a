import { z } from 'zod';
import { ModelRefused, type ModelReply, ModelUnavailable, type ToolCall } from '../ports/model.ts';
import { createAnswerText } from './answer-text.ts';

const partSchema = z.union([z.string(), z.looseObject({ text: z.string().nullish() })]);
const callSchema = z.object({
  index: z.number().nullish(),
  id: z.string().nullish(),
  function: z
    .object({
      name: z.string().nullish(),
      arguments: z.union([z.string(), z.record(z.string(), z.unknown())]).nullish(),
    })
    .nullish(),
});
const deltaSchema = z.object({
  content: z.union([z.string(), z.array(partSchema)]).nullish(),
  refusal: z.string().nullish(),
  reasoning: z.unknown().optional(),
  reasoning_content: z.unknown().optional(),
  tool_calls: z.array(callSchema).nullish(),
  /** What tool calls were before there could be several. */
  function_call: callSchema.shape.function,
});
/** What counts as a chunk, tolerant of what compatible endpoints leave out or add. */
const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        delta: deltaSchema.nullish(),
        message: deltaSchema.nullish(),
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: z.number().nullish() }).nullish(),
});
type Delta = z.infer<typeof deltaSchema>;
type CallDelta = z.infer<typeof callSchema>;
const NOTHING: Delta = {};
interface OpenCall {
  index: number;
  call: ToolCall;
}

/** The line under an answer that ran into the provider's or our limit of length. */
const CUT_FOR_LENGTH = '_(The answer was cut here: it reached the limit of length.)_';

/** Reasons to end an answer; every other one, such as "stop" or "eos", is the end of a whole answer. */
const WITHHELD = /^(?:content_?filter|sensitive|safety|recitation|blocklist|prohibited_content)/iu;
const TOO_LONG = /^(?:length|max_.*tokens|model_length)$/iu;
const BROKEN = /error|abort|cancel|timeout|unavailable|insufficient|interrupt/iu;

/** Puts the chunks of one stream together. */
export interface StreamReader {
  /**
   * Takes a chunk. @returns true when the model made progress with it. @throws ModelUnavailable when it is
   * none.
   * @param whole it is a completion that came in one piece: it cannot be torn, whether it says so or not.
   */
  take(chunk: unknown, whole?: boolean): boolean;
  finished(): boolean;
  /** True when the text is longer than an answer may be: what is still to come is not read. */
  full(): boolean;
  /** True when the text stops at a limit of length, the provider's or ours. */
  cut(): boolean;
  /** True when the text says why the model will not answer. */
  declined(): boolean;
  /** The whole reply. @throws ModelUnavailable when it is empty, ModelRefused when a filter withheld it. */
  reply(): ModelReply;
}

/** @param limit characters an answer may have; as many as anybody reads in a thread when left out. */
export function createStreamReader(limit?: number): StreamReader {
  const calls: OpenCall[] = [];
  const answer = createAnswerText(limit);
  let refusal = '';
  let finish = '';
  let promptTokens: number | null = null;

  return {
    take(chunk, whole = false) {
      const parsed = chunkSchema.safeParse(chunk);
      if (!parsed.success)
        throw new ModelUnavailable('The model provider sent something that is not a chat completion.');
      promptTokens = parsed.data.usage?.prompt_tokens ?? promptTokens;
      const choice = parsed.data.choices?.[0];
      const delta = choice?.delta ?? choice?.message ?? NOTHING;
      const content = textOf(delta.content);
      answer.add(content);
      refusal += delta.refusal ?? '';
      const called = callsIn(delta);
      for (const one of called) addToCall(calls, one);
      if (answer.full()) finish = 'length';
      if (finish === '') finish = choice?.finish_reason ?? '';
      if (finish === '' && whole && choice?.message) finish = 'stop';
      return finish !== '' || content !== '' || called.length > 0 || thinks(delta);
    },
    finished: () => finish !== '',
    full: () => answer.full(),
    cut: () => TOO_LONG.test(finish),
    declined: () => answer.text().trim() === '' && refusal.trim() !== '',
    reply() {
      const text = answer.text();
      return { ...settle(finish, text.trim() === '' ? refusal : text, calls), promptTokens };
    },
  };
}

function textOf(content: Delta['content']): string {
  if (!Array.isArray(content)) return content ?? '';
  return content.map((part) => (typeof part === 'string' ? part : (part.text ?? ''))).join('');
}

/** Thinking comes as text, as objects, or as parts of the content that are no text. */
function thinks({ content, refusal, reasoning, reasoning_content }: Delta): boolean {
  return [content, refusal, reasoning, reasoning_content].some((one) =>
    typeof one === 'object' && one !== null ? Object.keys(one).length > 0 : Boolean(one),
  );
}

function callsIn({ tool_calls, function_call }: Delta): CallDelta[] {
  if (tool_calls !== undefined && tool_calls !== null && tool_calls.length > 0) return tool_calls;
  return function_call ? [{ function: function_call }] : [];
}

function addToCall(calls: OpenCall[], delta: CallDelta): void {
  const open =
    (delta.index ?? null) === null ? calls.at(-1) : calls.findLast((one) => one.index === delta.index);
  if (open !== undefined && !isNewCall(open.call, delta)) {
    extend(open.call, delta);
    return;
  }
  const id = delta.id ?? '';
  const free = id !== '' && !calls.some((one) => one.call.id === id);
  const call = { id: free ? id : `call_${calls.length + 1}`, name: '', arguments: '' };
  calls.push({ index: delta.index ?? calls.length, call });
  extend(call, delta);
}

/**
 * Some endpoints number every call 0, and some neither number nor name them: a new id is a new call, and so
 * is another name without an id.
 */
function isNewCall(open: ToolCall, { index, id, function: part }: CallDelta): boolean {
  if (id) return id !== open.id;
  if (!part?.name || open.name === '') return false;
  return (index ?? null) === null || (isWhole(open.arguments) && Boolean(part.arguments));
}

function isWhole(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}

function extend(call: ToolCall, { function: part }: CallDelta): void {
  const json = part?.arguments ?? '';
  // Some endpoints repeat the name with every piece of the arguments.
  if (part?.name !== call.name) call.name += part?.name ?? '';
  call.arguments += typeof json === 'string' ? json : JSON.stringify(json);
}

function settle(
  finish: string,
  text: string,
  found: { call: ToolCall }[],
): Pick<ModelReply, 'text' | 'calls'> {
  const calls = found.map((one) => one.call);
  if (WITHHELD.test(finish)) {
    throw new ModelRefused("The model provider's content filter withheld the answer: rephrase the question.");
  }
  if (BROKEN.test(finish)) throw new ModelUnavailable('The model broke off before its answer was finished.');
  if (TOO_LONG.test(finish)) {
    if (text.trim() === '')
      throw new ModelUnavailable('The model reached its limit of length before it wrote an answer.');
    // A call that ran into the limit is a torn one; the text before it still reads.
    return { text: `${text.trimEnd()}\n\n${CUT_FOR_LENGTH}`, calls: [] };
  }
  if (calls.some((call) => call.name === ''))
    throw new ModelUnavailable('The model called a tool without a name.');
  if (text.trim() === '' && calls.length === 0) throw new ModelUnavailable('The model gave an empty answer.');
  return { text, calls };
}
