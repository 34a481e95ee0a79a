import { randomBytes } from 'node:crypto';
import type { Answer, Message } from '../domain/conversation.ts';
import type { AnswerKey, AnswerStore } from '../ports/conversations.ts';
import {
  type JobContext,
  type JobHandler,
  type JobPayloads,
  PermanentError,
  WaitError,
} from '../ports/jobs.ts';
import type { Log } from '../ports/log.ts';
import { ModelRefused, ModelUnavailable } from '../ports/model.ts';
import { type Outgoing, SlackGone, type Spot } from '../ports/slack.ts';
import { type CarryOutDeps, carryOut } from './carry-out.ts';
import { type ComposeAnswerDeps, createComposeAnswer } from './compose-answer.ts';
import { type DeliverAnswerDeps, deliverAnswer, partKey } from './deliver-answer.ts';
import { deliverNewest } from './deliver-once.ts';
import { reasonOf, wholeStory } from './failure.ts';
import type { ForgetEdited, ForgetMessage } from './forget-derived.ts';
import { type AnswerPlace, isStillThere, placeOf } from './place-of.ts';
import { whileWanted } from './while-wanted.ts';

export interface AnswerMentionDeps extends ComposeAnswerDeps, DeliverAnswerDeps, CarryOutDeps {
  answers: AnswerStore;
  forgetEdited: ForgetEdited;
  forgetMessage: ForgetMessage;
  log: Log;
}

const WORKING = 'eyes';

type Payload = JobPayloads['answer-mention'];

/**
 * Answers one mention in its thread. Every step can be repeated: the model's text is saved before it is delivered,
 * with what is to follow from it, so that a crash never pays twice, and each part is delivered once. A question edited
 * meanwhile is answered in its newest form; a deleted one is not answered, nor one whose conversation was emptied.
 */
export function createAnswerMention(deps: AnswerMentionDeps): JobHandler<'answer-mention'> {
  const composeAnswer = createComposeAnswer(deps);

  async function run({ channelId, ts, inThread }: Payload, job: JobContext): Promise<void> {
    const { teamId, fence, signal } = job;
    const question = await deps.messages.find(teamId, channelId, ts);
    if (question === null) return stopBegun(deps, { teamId, channelId, questionTs: ts }, job);
    const key: AnswerKey = { teamId, channelId, questionTs: ts };
    const place = question.deleted ? null : await placeOf(deps, question);
    if (place === null) return stopBegun(deps, key, job);
    const { conversation } = place;
    // It was deleted, and somebody speaks to the bot in its thread again.
    if (conversation.deleted) await revive(deps, place);
    const threadTs = conversation.type === 'coaching' ? (inThread ?? null) : (conversation.threadTs ?? ts);
    const spot: Spot = { teamId, channelId, threadTs };
    let answer = await deps.answers.begin(
      key,
      { conversationId: question.conversationId, threadTs, askedBy: question.userId },
      fence,
    );
    if (answer.state === 'delivered' && answer.questionEditedTs === question.editedTs) {
      // An earlier try may have ended right after it delivered.
      if (job.attempt > 1) await hideWorking(deps, spot, ts);
      return;
    }
    if (!hasText(answer, question)) {
      const working = showWorking(deps, spot, ts);
      const fresh = await whileWanted(
        signal,
        () => isStillThere(deps, place),
        (either, check) => composeForNewest(question, place, answer, { ...job, signal: either }, check),
      );
      await working;
      if (fresh === null) return stopUnlessAskedSince(deps, question, spot, answer, fence);
      answer = fresh;
    }
    signal.throwIfAborted();
    // Emptied in the last moment: what was made from it is not shown any more.
    if (!(await isStillThere(deps, place))) return stopUnlessAskedSince(deps, question, spot, answer, fence);
    const parts = await deliverAnswer(deps, spot, answer, fence);
    const remembered = await carryOut(deps, { answer, question, place, spot, fence });
    // Emptied with its conversation: there is no answer to settle any more.
    const isLeft = await undoIfGone(deps, answer, question);
    if (isLeft)
      await deps.answers.settle({ teamId, id: answer.id }, fence, { state: 'delivered', parts, remembered });
    await hideWorking(deps, spot, ts);
  }

  /** Composes until the question stands still: the saved answer belongs to the text the person sees. */
  async function composeForNewest(
    first: Message,
    firstPlace: AnswerPlace,
    answer: Answer,
    job: JobContext,
    check: () => Promise<void>,
  ): Promise<Answer | null> {
    let question = first;
    let place: AnswerPlace | null = firstPlace;
    while (place !== null) {
      const began = Date.now();
      const made = await composeAnswer(question, place, job.signal, check).catch((error: unknown) =>
        giveUpEarly(error, job.attempt, Date.now() - began),
      );
      const now = await deps.messages.find(question.teamId, question.channelId, question.ts);
      if (now === null || now.deleted) return null;
      if (now.content === question.content) {
        const ref = { teamId: job.teamId, id: answer.id };
        return deps.answers.save(ref, job.fence, { ...made, questionEditedTs: now.editedTs });
      }
      question = now;
      place = await placeOf(deps, question);
    }
    return null;
  }

  async function abandoned(
    { channelId, ts }: Payload,
    { teamId, fence }: JobContext,
    error: unknown,
  ): Promise<void> {
    const found = await deps.answers.find({ teamId, channelId, questionTs: ts });
    if (found === null) return;
    const ref = { teamId, id: found.id };
    const reference = found.reference ?? randomBytes(4).toString('hex');
    deps.log.error({ team: teamId, answer: found.id, reference, err: wholeStory(error) }, 'answer_failed');
    // The channel is gone: there is nobody to tell.
    if (error instanceof SlackGone)
      return deps.answers.settle(ref, fence, { state: 'stopped', parts: found.parts });
    const spot: Spot = { teamId, channelId, threadTs: found.threadTs };
    // An edited question keeps the answer it had.
    if (found.state !== 'delivered') {
      await deps.answers.fail(ref, fence, reference);
      const message: Outgoing = {
        kind: 'answer-failed',
        answerId: found.id,
        reference,
        why: reasonOf(error),
      };
      await deliverNewest(deps, { key: partKey(found, 0), spot, message, since: ts, fence });
    }
    await hideWorking(deps, spot, ts);
  }

  return { run, abandoned };
}

/**
 * Ends the work on a question that is gone. One that was asked after its conversation was emptied, and begun before that
 * was known here, is answered anew from what is left.
 */
async function stopUnlessAskedSince(
  deps: AnswerMentionDeps,
  { teamId, channelId, ts }: Message,
  spot: Spot,
  answer: Answer,
  fence: number,
): Promise<void> {
  const question = await deps.messages.find(teamId, channelId, ts);
  const place = question === null || question.deleted ? null : await placeOf(deps, question);
  if (place?.kind !== 'private') return stop(deps, spot, ts, answer, fence);
  await deps.answers.erase({ teamId, channelId, questionTs: ts });
  throw new WaitError(1);
}

/**
 * The question was deleted, edited or emptied with its conversation while its answer was on the way.
 * @returns false when nothing of it is stored any more.
 */
async function undoIfGone(deps: AnswerMentionDeps, answer: Answer, question: Message): Promise<boolean> {
  const { teamId, channelId, conversationId, ts } = question;
  const now = await deps.messages.find(teamId, channelId, ts);
  if (now?.deleted === false) {
    if (now.editedTs !== answer.questionEditedTs) await deps.forgetEdited({ teamId, channelId, ts });
    return true;
  }
  await deps.forgetMessage({ teamId, channelId, ts }, question);
  if (now === null) await deps.messages.removeThrough({ teamId, id: conversationId }, ts);
  return now !== null;
}

async function revive({ conversations }: AnswerMentionDeps, place: AnswerPlace): Promise<void> {
  const { teamId, id, type, milestoneId } = place.conversation;
  await conversations.setDeleted({ teamId, id }, false);
  if (place.kind !== 'project' || type !== 'project') return;
  const milestone = place.milestones.find((one) => one.id === milestoneId);
  await conversations.change({ teamId, id }, { title: milestone?.title ?? place.project.name });
}

/** True when the model has answered this form of the question already; delivering it may have failed since. */
function hasText({ state, text, questionEditedTs }: Answer, question: Message): boolean {
  return (state === 'saved' || state === 'failed') && text !== '' && questionEditedTs === question.editedTs;
}

/** A model that keeps people waiting this long is asked three times at most. */
const SLOW_MS = 30_000;
const SLOW_TRIES = 3;

/** What is refused will be refused again, and what stalls holds up its thread: people are told instead. */
function giveUpEarly(error: unknown, attempt: number, tookMs: number): never {
  const stalls = error instanceof ModelUnavailable && tookMs >= SLOW_MS && attempt >= SLOW_TRIES;
  if (stalls || error instanceof ModelRefused) throw new PermanentError(error.message, { cause: error });
  throw error;
}

async function stop(
  deps: AnswerMentionDeps,
  spot: Spot,
  ts: string,
  answer: Answer,
  fence: number,
): Promise<void> {
  const end = { state: 'stopped', parts: answer.parts } as const;
  await deps.answers.settle({ teamId: spot.teamId, id: answer.id }, fence, end);
  await hideWorking(deps, spot, ts);
}

/** The question or its project went between two tries: what the first one began ends here. */
async function stopBegun(
  deps: AnswerMentionDeps,
  key: AnswerKey,
  { fence, attempt }: JobContext,
): Promise<void> {
  const { teamId, channelId, questionTs } = key;
  const begun = await deps.answers.find(key);
  if (begun?.state === 'working' || begun?.state === 'saved')
    await deps.answers.settle({ teamId, id: begun.id }, fence, { state: 'stopped', parts: begun.parts });
  if (attempt > 1) await hideWorking(deps, { teamId, channelId, threadTs: null }, questionTs);
}

/** Showing that work has begun is a courtesy: an answer never fails for it. */
async function showWorking({ slack, log }: AnswerMentionDeps, spot: Spot, ts: string): Promise<void> {
  await slack
    .addReaction(spot, ts, WORKING)
    .catch((error: unknown) => log.debug(courtesy(spot, error), 'status_failed'));
}

async function hideWorking({ slack, log }: AnswerMentionDeps, spot: Spot, ts: string): Promise<void> {
  await slack
    .removeReaction(spot, ts, WORKING)
    .catch((error: unknown) => log.debug(courtesy(spot, error), 'status_failed'));
}

const courtesy = ({ teamId, channelId }: Spot, error: unknown): Record<string, unknown> => ({
  team: teamId,
  channel: channelId,
  err: error instanceof Error ? error.message : 'unknown',
});
