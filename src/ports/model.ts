import type { AnswerEffects } from '../domain/answer-effects.ts';
import type { Context } from '../domain/context.ts';
import type { PromptMessage } from '../domain/prompt.ts';
import type { Specialist } from '../domain/specialist.ts';

/** A tool as the model sees it; its arguments come back as untrusted JSON text. */
export interface ToolSpec {
  name: string;
  description: string;
  /** JSON Schema of the arguments. */
  parameters: Record<string, unknown>;
}

export interface ToolCall {
  id: string;
  name: string;
  /** JSON text as the model wrote it. */
  arguments: string;
}

/** Tools bound to one context: they read what is in its scope and nothing else. */
export interface ContextTools {
  specs: ToolSpec[];
  /** The result as text for the model; wrong arguments give a sentence, never an exception. */
  run(call: ToolCall): string;
}

/** What a model may do besides reading, decided by the place it answers in. */
export interface ToolOffer {
  /** Whom it may propose; none in a coaching conversation. */
  specialists: Specialist[];
  /** `private`: facts about the person may be remembered as well. `none`: nothing. */
  memory: 'none' | 'thread' | 'private';
  /** True where it may propose a task. */
  tasks?: boolean;
  /** The message that is answered. */
  question: { channelId: string; ts: string };
}

/** The tools of one answer: what the model asks for is collected, and carried out once the answer is saved. */
export interface AnswerTools extends ContextTools {
  effects(): AnswerEffects;
}

/** One finished tool round that the next request repeats to the model. */
export interface ToolRound {
  text: string;
  calls: ToolCall[];
  results: { id: string; content: string }[];
}

export interface ModelRequest {
  context: Context;
  tools: ToolSpec[];
  rounds: ToolRound[];
  signal: AbortSignal;
}

export interface ModelReply {
  text: string;
  calls: ToolCall[];
  /** Tokens of the prompt by the provider's count, or null. */
  promptTokens: number | null;
}

/** What a planner is asked: the context of the task's scope, with the task as its question. */
export interface PlanRequest {
  context: Context;
  /** The task in its own words, for planners that do not read prompts. */
  task: { title: string; description: string };
  signal: AbortSignal;
}

/** A plan as a planner drafts it. */
export interface PlanDraft {
  /** Markdown. */
  plan: string;
  checklist: string[];
}

/** A model provider. A reply is whole or the call throws: a cut stream is never a reply. */
export interface Model {
  answer(request: ModelRequest): Promise<ModelReply>;
  /** Plain completion for summaries. */
  complete(prompt: PromptMessage[], signal: AbortSignal): Promise<string>;
  /** A plan and a checklist. A reply that does not hold them is asked for once more, then the call throws. */
  plan(request: PlanRequest): Promise<PlanDraft>;
}

/** The provider failed in a way that may pass: overloaded, unreachable, cut off, timed out. */
export class ModelUnavailable extends Error {
  /** How long the provider asked to be left alone, 1 to 60 seconds; null when it did not say. */
  readonly retryAfterSeconds: number | null;

  constructor(message: string, options?: ErrorOptions & { retryAfterSeconds?: number | null }) {
    super(message, options);
    this.name = 'ModelUnavailable';
    this.retryAfterSeconds = options?.retryAfterSeconds ?? null;
  }
}

/** The provider refused the request itself: wrong key, unknown model, prompt too long. */
export class ModelRefused extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ModelRefused';
  }
}
