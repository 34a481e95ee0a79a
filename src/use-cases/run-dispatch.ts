import { randomBytes } from 'node:crypto';
import type { Context } from '../domain/context.ts';
import { type Rank, toReceiptItem } from '../domain/context-sources.ts';
import { guard } from '../domain/context-text.ts';
import type { Message } from '../domain/conversation.ts';
import {
  type Dispatch,
  type DispatchEnding,
  type DispatchResult,
  type DispatchStep,
  isEnded,
} from '../domain/dispatch.ts';
import { usedIn } from '../domain/quotes.ts';
import { plural } from '../domain/receipt.ts';
import type { Ref } from '../domain/scope.ts';
import type { Specialist, SpecialistTool } from '../domain/specialist.ts';
import { FencedError, type JobContext, type JobHandler, PermanentError } from '../ports/jobs.ts';
import type { Log } from '../ports/log.ts';
import { type ContextTools, type Model, ModelRefused } from '../ports/model.ts';
import { SlackGone } from '../ports/slack.ts';
import { askedLast } from './asked-last.ts';
import { type ChangeDispatchDeps, changeDispatch, isEmptied } from './change-dispatch.ts';
import { converse } from './compose-answer.ts';
import { type DeliverResultDeps, deliverResult, forgetWhatIsGone } from './deliver-result.ts';
import { reasonOf, wholeStory } from './failure.ts';
import type { ForgetMessage } from './forget-derived.ts';
import { contextOf, type GatherDeps, gatherRecords } from './gather-records.ts';
import { type AnswerPlace, placeOfConversation } from './place-of.ts';
import { appendFor, type SettleDispatchDeps } from './settle-dispatch.ts';
import { whileWanted } from './while-wanted.ts';

export interface RunDispatchDeps
  extends GatherDeps,
    ChangeDispatchDeps,
    SettleDispatchDeps,
    DeliverResultDeps {
  model: Model;
  rank: Rank;
  specialists: Specialist[];
  forgetMessage: ForgetMessage;
  specialistTools: (context: Context, allowed: SpecialistTool[]) => ContextTools;
  log: Log;
  /** Tokens of a prompt. */
  budget: number;
}

/**
 * A specialist does what a person approved: in the scope of the conversation it was proposed in, as that is now. The
 * result is saved before it is delivered, so that a crash never pays for it twice; its thread and messages are made once.
 */
export function createRunDispatch(deps: RunDispatchDeps): JobHandler<'run-dispatch'> {
  return {
    async run({ dispatchId }, job) {
      const ref = { teamId: job.teamId, id: dispatchId };
      if ((await deps.dispatches.findById(ref)) === null) return;
      const begun = await changeDispatch(deps, ref, ({ state, fence }) => {
        if (state !== 'approved' && state !== 'running') return null;
        if (fence > job.fence) throw new FencedError();
        return fence === job.fence && state === 'running' ? null : { state: 'running', fence: job.fence };
      });
      if (begun.state !== 'running') return;
      const finished = begun.result === null ? await work(deps, begun, job) : begun;
      if (finished === null || finished.result === null) return;
      const { result } = finished;
      await deliverResult(deps, finished, result, job.fence);
      await changeDispatch(deps, ref, ({ state, steps }) =>
        state === 'running'
          ? { state: 'succeeded', result: { ...result, text: '', urls: [] }, steps: steps.map(asDone) }
          : null,
      );
      await forgetWhatIsGone(deps, job.teamId, [...new Set([...finished.sources, ...result.used])]);
      await forgetIfDeleted(deps, finished);
    },

    async abandoned({ dispatchId }, job, error) {
      const reference = randomBytes(4).toString('hex');
      const { teamId } = job;
      deps.log.error(
        { team: teamId, dispatch: dispatchId, reference, err: wholeStory(error) },
        'dispatch_failed',
      );
      const ref = { teamId, id: dispatchId };
      if ((await deps.dispatches.findById(ref)) === null) return;
      await changeDispatch(deps, ref, (dispatch) =>
        isEnded(dispatch) || dispatch.state === 'proposed'
          ? null
          : { state: 'failed', ending: endingOf(error), reference },
      );
    },
  };
}

/** The question was deleted while its work was done: what came of it goes as well. */
async function forgetIfDeleted(
  deps: RunDispatchDeps,
  { teamId, channelId, questionTs }: Dispatch,
): Promise<void> {
  const question = await deps.messages.find(teamId, channelId, questionTs);
  if (question?.deleted !== true) return;
  await deps.forgetMessage({ teamId, channelId, ts: questionTs }, null);
}

const endingOf = (error: unknown): DispatchEnding => (error instanceof SlackGone ? 'moved' : reasonOf(error));

function whyNot(specialist: Specialist | undefined, place: AnswerPlace | null): DispatchEnding {
  if (specialist === undefined) return 'no_specialist';
  return place === null ? 'moved' : 'withdrawn';
}

/** @returns null when it was stopped, or cannot be done any more. */
async function work(deps: RunDispatchDeps, dispatch: Dispatch, job: JobContext): Promise<Dispatch | null> {
  const { teamId, id } = dispatch;
  const ref = { teamId, id };
  const specialist = deps.specialists.find((one) => one.key === dispatch.specialist);
  const conversation = await deps.conversations.findById({ teamId, id: dispatch.conversationId });
  const place = conversation === null ? null : await placeOfConversation(deps, conversation);
  if (specialist === undefined || place === null || (await isEmptied(deps, dispatch))) {
    return endIfRunning(deps, ref, whyNot(specialist, place));
  }
  // It was proposed from what its conversation read elsewhere, before that became a milestone or moved.
  const { milestoneId } = place.conversation;
  if (milestoneId !== null && dispatch.madeFor !== milestoneId) return endIfRunning(deps, ref, 'moved');
  const gathered = await gatherRecords(deps, questionOf(dispatch), place, job.signal);
  const context = approved(
    contextOf(unprivate(gathered), deps.budget, deps.rank, specialist.instructions),
    dispatch,
  );
  const steps = createSteps(deps, ref, job.fence);
  const attached = plural(context.sources.length, 'attachment');
  await steps.add(
    place.kind === 'private' ? 'Reads the conversation' : `Reads ${attached} and the conversation`,
  );
  const tools = deps.specialistTools(context, specialist.tools);
  const isWanted = async (): Promise<boolean> =>
    (await deps.dispatches.findById(ref))?.state === 'running' && !(await isEmptied(deps, dispatch));
  const made = await whileWanted(job.signal, isWanted, (signal, check) =>
    converse(deps.model, context, tools, signal, check, (name) =>
      steps.add(STEP_OF[name] ?? 'Looks further'),
    ),
  ).catch(refusedForGood);
  // Stopped by a person, or what it is about was emptied with its conversation.
  if (made === null) return endIfRunning(deps, ref, 'withdrawn');
  await steps.add('Writes down the result');
  const { receipt, urls } = context;
  if (made.promptTokens !== null) receipt.tokens = made.promptTokens;
  receipt.items = context.sources.map(toReceiptItem);
  const madeFor = gathered.kind === 'project' ? gathered.scope.milestoneId : null;
  const { text, toolCalls } = made;
  const used = usedIn(text, context.sources);
  const result: DispatchResult = { text, receipt, urls, madeFor, toolCalls, used };
  return changeDispatch(deps, ref, ({ state, fence, result: known }) => {
    if (fence !== job.fence) throw new FencedError();
    return state === 'running' && known === null ? { result } : null;
  });
}

async function endIfRunning(deps: RunDispatchDeps, ref: Ref, ending: DispatchEnding): Promise<null> {
  await changeDispatch(deps, ref, ({ state }) => (state === 'running' ? { state: 'failed', ending } : null));
  return null;
}

const STEP_OF: Record<string, string> = {
  read_attachment: 'Reads further in an attachment',
  search_attachments: 'Searches the attachments',
};

function refusedForGood(error: unknown): never {
  if (error instanceof ModelRefused) throw new PermanentError(error.message, { cause: error });
  throw error;
}

/** Facts about a person are for their own conversation with the bot, and for nobody who works for it. */
function unprivate<G extends Awaited<ReturnType<typeof gatherRecords>>>(gathered: G): G {
  return gathered.kind === 'private'
    ? { ...gathered, records: { ...gathered.records, facts: [] } }
    : gathered;
}

/** Adds steps to a running dispatch: a message each, and the card follows. */
function createSteps(deps: RunDispatchDeps, ref: { teamId: string; id: string }, fence: number) {
  return {
    async add(text: string): Promise<void> {
      const changed = await changeDispatch(deps, ref, (dispatch) => {
        if (dispatch.state !== 'running') return null;
        if (dispatch.fence !== fence) throw new FencedError();
        return { steps: withStep(dispatch.steps, text) };
      });
      // Stopped meanwhile: nothing is done any more.
      if (changed.state !== 'running') return;
      const { id, version, steps, madeFor } = changed;
      await appendFor(deps.messages, changed, {
        type: 'agent_progress',
        content: text,
        key: `progress:${id}:${version}`,
        metadata: { dispatchId: id, steps },
        madeFor,
      });
    },
  };
}

/** A step begins when the one before it is done. A try that begins again goes on below. */
function withStep(steps: DispatchStep[], text: string): DispatchStep[] {
  const before = steps.filter((step) => step.text !== text).map(asDone);
  return [...before, { text, done: false }];
}

const asDone = ({ text }: DispatchStep): DispatchStep => ({ text, done: true });

/** What was approved stands behind the task, which alone says what is relevant. */
function approved(context: Context, { actions }: Dispatch): Context {
  const last = context.prompt.at(-1);
  if (actions.length === 0 || last === undefined) return context;
  const lines = ['', 'What was approved:', ...actions.map((action) => `- ${guard(action)}`)];
  const content = `${last.content}\n${lines.join('\n')}`;
  return { ...context, prompt: [...context.prompt.slice(0, -1), { ...last, content }] };
}

function questionOf({ teamId, conversationId, channelId, askedBy, task }: Dispatch): Message {
  // A model wrote it: addresses in it are not live for that alone.
  const metadata = { toolCalls: [], sources: [], used: [], tokens: null };
  return askedLast({ teamId, conversationId, channelId, userId: askedBy, content: task, metadata });
}
