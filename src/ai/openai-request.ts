import { createHash } from 'node:crypto';
import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions';
import type { ResponseFormatJSONSchema } from 'openai/resources/shared';
import type { PromptMessage } from '../domain/prompt.ts';
import { isPrivate, type PrivateScope, type Scope } from '../domain/scope.ts';
import type { ToolRound, ToolSpec } from '../ports/model.ts';

/** What a reply has to look like when it is read by the application and not by people. */
export interface ReplyForm {
  format: ResponseFormatJSONSchema;
  /** The same as a sentence, for endpoints that know no formats. */
  inWords: string;
}

/** What one request asks; `scope` is null for completions that belong to no thread. */
export interface Ask {
  prompt: PromptMessage[];
  rounds: ToolRound[];
  tools: ToolSpec[];
  scope: Scope | PrivateScope | null;
  form?: ReplyForm;
  /** What was said after the prompt, about a reply that did not have the form. */
  repair?: PromptMessage[];
}

/** Optional parts of a request that compatible endpoints refuse, with what a refusal of only this part says. */
const OPTIONAL_PARTS = {
  stream_options: /stream_options|include_usage/iu,
  tools: /does not support tools|tool choice requires|enable-auto-tool-choice/iu,
  prompt_cache_key: /prompt_cache_key/iu,
  response_format:
    /response.?format|json.?schema|json.?mode|structured.?output|(?:validate|generated?) json/iu,
};
export type OptionalPart = keyof typeof OPTIONAL_PARTS;

/** The optional parts of a body to leave out after a refusal: those it names, else all of them. */
export function partsToDrop(body: object, refusal: string): OptionalPart[] {
  const parts: OptionalPart[] = ['stream_options', 'tools', 'prompt_cache_key', 'response_format'];
  const sent = parts.filter((part) => part in body);
  const named = sent.filter((part) => OPTIONAL_PARTS[part].test(refusal));
  return named.length > 0 ? named : sent;
}

export interface RequestSettings {
  model: string;
  baseUrl: string | undefined;
  maxAnswerTokens: number | undefined;
}

/** The body of a request. Prompt messages go through unchanged, so that a stable prefix stays a prefix. */
export function toRequestBody(
  settings: RequestSettings,
  ask: Ask,
  refused: ReadonlySet<OptionalPart>,
): ChatCompletionCreateParamsStreaming {
  const { model, baseUrl, maxAnswerTokens } = settings;
  const inWords = refused.has('response_format') ? (ask.form?.inWords ?? '') : '';
  return {
    model,
    stream: true,
    messages: [
      ...ask.prompt,
      ...(inWords === '' ? [] : [{ role: 'user' as const, content: inWords }]),
      ...(ask.repair ?? []),
      ...ask.rounds.flatMap(toRoundMessages),
    ],
    ...(refused.has('stream_options') ? {} : { stream_options: { include_usage: true } }),
    ...(ask.tools.length === 0 || refused.has('tools')
      ? {}
      : { tools: ask.tools.map((spec) => ({ type: 'function' as const, function: spec })) }),
    ...(ask.scope !== null && isOpenAi(baseUrl) && !refused.has('prompt_cache_key')
      ? { prompt_cache_key: cacheKey(ask.scope) }
      : {}),
    ...(ask.form === undefined || refused.has('response_format') ? {} : { response_format: ask.form.format }),
    ...(maxAnswerTokens === undefined ? {} : { [lengthField(baseUrl)]: maxAnswerTokens }),
  };
}

function toRoundMessages(round: ToolRound): ChatCompletionMessageParam[] {
  const results = new Map(round.results.map((result) => [result.id, result.content]));
  return [
    {
      role: 'assistant',
      content: round.text === '' ? null : round.text,
      tool_calls: round.calls.map(({ id, name, arguments: json }) => ({
        id,
        type: 'function',
        function: { name, arguments: isJson(json) ? json : '{}' },
      })),
    },
    // Every call needs its answer, or the whole request is refused.
    ...round.calls.map(({ id }) => ({
      role: 'tool' as const,
      tool_call_id: id,
      content: results.get(id) ?? 'This call was not carried out.',
    })),
  ];
}

/** Some endpoints parse the arguments they are sent back, and fail on what their own model got wrong. */
function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isOpenAi(baseUrl: string | undefined): boolean {
  return baseUrl === undefined || /(^|\.)api\.openai\.com$/u.test(hostOf(baseUrl));
}

/** OpenAI and Azure refuse `max_tokens` for their newer models, other endpoints know no other name. */
function lengthField(baseUrl: string | undefined): 'max_completion_tokens' | 'max_tokens' {
  const azure = baseUrl !== undefined && /\.azure\.com$/u.test(hostOf(baseUrl));
  return azure || isOpenAi(baseUrl) ? 'max_completion_tokens' : 'max_tokens';
}

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).hostname : '');

/** The same for every request of one thread or one person's own conversation, and nothing that can be read back. */
function cacheKey(scope: Scope | PrivateScope): string {
  const place = isPrivate(scope)
    ? [scope.teamId, scope.userId]
    : [scope.teamId, scope.projectId, scope.milestoneId];
  const hash = createHash('sha256').update(JSON.stringify(place));
  return `milepost-${hash.digest('hex').slice(0, 32)}`;
}
