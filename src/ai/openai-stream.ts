import { z } from 'zod';
import { ModelRefused, type ModelReply, ModelUnavailable, type ToolCall } from '../ports/model.ts';

/** What counts as a chunk, tolerant of what compatible endpoints leave out or add. */
const chunkSchema = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        delta: z
          .object({
            content: z.string().nullish(),
            refusal: z.string().nullish(),
            reasoning: z.string().nullish(),
            reasoning_content: z.string().nullish(),
            tool_calls: z
              .array(
                z.object({
                  index: z.number().nullish(),
                  id: z.string().nullish(),
                  function: z
                    .object({ name: z.string().nullish(), arguments: z.string().nullish() })
                    .nullish(),
                }),
              )
              .nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
  usage: z.object({ prompt_tokens: z.number().nullish() }).nullish(),
});
type Delta = NonNullable<NonNullable<z.infer<typeof chunkSchema>['choices']>[number]['delta']>;
type CallDelta = NonNullable<Delta['tool_calls']>[number];

/** The line under an answer that ran into the provider's or our limit of length. */
const CUT_FOR_LENGTH = '_(The answer was cut here: it reached the limit of length.)_';

/** Puts the chunks of one stream together. */
export interface StreamReader {
  /**
   * Takes a chunk. @returns true when the model made progress with it. @throws ModelUnavailable when it is
   * none.
   */
  take(chunk: unknown): boolean;
  finished(): boolean;
  /** The whole reply. @throws ModelUnavailable when it is empty, ModelRefused when a filter withheld it. */
  reply(): ModelReply;
}

export function createStreamReader(): StreamReader {
  const calls: { index: number; call: ToolCall }[] = [];
  let text = '';
  let refusal = '';
  let finish = '';
  let promptTokens: number | null = null;

  return {
    take(chunk) {
      const parsed = chunkSchema.safeParse(chunk);
      if (!parsed.success)
        throw new ModelUnavailable('The model provider sent something that is not a chat completion.');
      promptTokens = parsed.data.usage?.prompt_tokens ?? promptTokens;
      const choice = parsed.data.choices?.[0];
      const delta = choice?.delta ?? {};
      text += delta.content ?? '';
      refusal += delta.refusal ?? '';
      for (const one of delta.tool_calls ?? []) addToCall(calls, one);
      if (finish === '') finish = choice?.finish_reason ?? '';
      return finish !== '' || moves(delta);
    },
    finished: () => finish !== '',
    reply() {
      return { ...settle(finish, text.trim() === '' ? refusal : text, calls), promptTokens };
    },
  };
}

function moves(delta: Delta): boolean {
  const { content, refusal, reasoning, reasoning_content, tool_calls } = delta;
  return [content, refusal, reasoning, reasoning_content].some(Boolean) || (tool_calls ?? []).length > 0;
}

/** Some endpoints number every call 0: a new id under a known number is a new call. */
function addToCall(calls: { index: number; call: ToolCall }[], delta: CallDelta): void {
  const index = delta.index ?? 0;
  const open = calls.findLast((one) => one.index === index)?.call;
  const id = delta.id ?? '';
  if (open === undefined || (id !== '' && id !== open.id)) {
    const call = { id: id === '' ? `call_${calls.length + 1}` : id, name: '', arguments: '' };
    calls.push({ index, call });
    extend(call, delta);
  } else {
    extend(open, delta);
  }
}

function extend(call: ToolCall, { function: part }: CallDelta): void {
  call.name += part?.name ?? '';
  call.arguments += part?.arguments ?? '';
}

function settle(
  finish: string,
  text: string,
  found: { call: ToolCall }[],
): Pick<ModelReply, 'text' | 'calls'> {
  const calls = found.map((one) => one.call);
  if (finish === 'content_filter') {
    throw new ModelRefused("The model provider's content filter withheld the answer: rephrase the question.");
  }
  if (finish === 'length') {
    if (text.trim() === '')
      throw new ModelUnavailable('The model reached its limit of length before it wrote an answer.');
    // A call that ran into the limit is a torn one; the text before it still reads.
    return { text: `${text.trimEnd()}\n\n${CUT_FOR_LENGTH}`, calls: [] };
  }
  if (finish !== 'stop' && finish !== 'tool_calls') {
    throw new ModelUnavailable('The model ended its answer for a reason that is not known.');
  }
  if (calls.some((call) => call.name === ''))
    throw new ModelUnavailable('The model called a tool without a name.');
  if (text.trim() === '' && calls.length === 0) throw new ModelUnavailable('The model gave an empty answer.');
  return { text, calls };
}
