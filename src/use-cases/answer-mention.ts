import { randomBytes } from 'node:crypto';
import type { Answer, Message } from '../domain/conversation.ts';
import type { AnswerKey, AnswerStore } from '../ports/conversations.ts';
import { type JobContext, type JobHandler, PermanentError } from '../ports/jobs.ts';
import type { Log } from '../ports/log.ts';
import { ModelRefused, ModelUnavailable } from '../ports/model.ts';
import { type Outgoing, SlackGone, type Spot } from '../ports/slack.ts';
import { type ComposeAnswerDeps, createComposeAnswer } from './compose-answer.ts';
import { type DeliverOnceDeps, deliverNewest } from './deliver-once.ts';
import { reasonOf, wholeStory } from './failure.ts';
import { type AnswerPlace, placeOf } from './gather-records.ts';

export interface AnswerMentionDeps extends ComposeAnswerDeps, DeliverOnceDeps {
  answers: AnswerStore;
  log: Log;
}

const WORKING = 'eyes';

/**
 * Answers one mention in its thread. Every step can be repeated: the model's text is saved before it is delivered,
 * so that a crash never pays twice, and each part is delivered once. A question edited meanwhile is answered in its
 * newest form; a deleted one is not answered.
 */
export function createAnswerMention(deps: AnswerMentionDeps): JobHandler<'answer-mention'> {
  const composeAnswer = createComposeAnswer(deps);

  async function run({ channelId, ts }: { channelId: string; ts: string }, job: JobContext): Promise<void> {
    const { teamId, fence, signal } = job;
    const question = await deps.messages.find(teamId, channelId, ts);
    if (question === null) return;
    const key: AnswerKey = { teamId, channelId, questionTs: ts };
    const place = question.deleted ? null : await placeOf(deps, question);
    if (place === null) return stopBegun(deps, key, fence);
    const threadTs = place.conversation.threadTs ?? ts;
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
      const fresh = await composeForNewest(question, place, answer, job);
      await working;
      if (fresh === null) return stop(deps, spot, ts, answer, fence);
      answer = fresh;
    }
    signal.throwIfAborted();
    const parts = await deliver(deps, spot, answer, fence);
    await deps.answers.settle({ teamId, id: answer.id }, fence, 'delivered', parts);
    await hideWorking(deps, spot, ts);
  }

  /** Composes until the question stands still: the saved answer belongs to the text the person sees. */
  async function composeForNewest(
    first: Message,
    firstPlace: AnswerPlace,
    answer: Answer,
    job: JobContext,
  ): Promise<Answer | null> {
    let question = first;
    let place: AnswerPlace | null = firstPlace;
    while (place !== null) {
      const began = Date.now();
      const made = await composeAnswer(question, place, job.signal).catch((error: unknown) =>
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
    { channelId, ts }: { channelId: string; ts: string },
    { teamId, fence }: JobContext,
    error: unknown,
  ): Promise<void> {
    const found = await deps.answers.find({ teamId, channelId, questionTs: ts });
    if (found === null) return;
    const ref = { teamId, id: found.id };
    const reference = found.reference ?? randomBytes(4).toString('hex');
    deps.log.error({ team: teamId, answer: found.id, reference, err: wholeStory(error) }, 'answer_failed');
    // The channel is gone: there is nobody to tell.
    if (error instanceof SlackGone) return deps.answers.settle(ref, fence, 'stopped', found.parts);
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

const partKey = (answer: Answer, part: number): string => `answer:${answer.id}:${part}`;

/** Posts or updates every part; parts of a longer, earlier form are emptied. @returns the number of messages used. */
async function deliver(deps: AnswerMentionDeps, spot: Spot, answer: Answer, fence: number): Promise<number> {
  const texts = deps.slack.split(answer.text, answer.urls, answer.receipt);
  const since = answer.questionTs;
  const stamps: string[] = [];
  for (const [at, text] of texts.entries()) {
    const last = at === texts.length - 1;
    const { receipt } = answer;
    const message: Outgoing = { kind: 'answer', answerId: answer.id, text, receipt: last ? receipt : null };
    stamps.push(await deliverNewest(deps, { key: partKey(answer, at), spot, message, since, fence }));
  }
  for (let at = texts.length; at < answer.parts; at += 1) {
    await deliverNewest(deps, { key: partKey(answer, at), spot, message: { kind: 'emptied' }, since, fence });
  }
  const ts = stamps[0];
  if (ts !== undefined) await keepAnswer(deps, spot, answer, ts);
  return Math.max(texts.length, answer.parts);
}

/** The answer becomes a message of the conversation, for the next mention to see. */
async function keepAnswer(deps: AnswerMentionDeps, spot: Spot, answer: Answer, ts: string): Promise<void> {
  const { teamId, channelId } = spot;
  const { conversationId, threadTs, text, questionEditedTs, madeFor } = answer;
  const kept = await deps.messages.keep({
    teamId,
    conversationId,
    channelId,
    threadTs,
    ts,
    role: 'assistant',
    userId: 'milepost',
    content: text,
    clientMsgId: null,
    settled: true,
    madeFor,
    answerTo: answer.questionTs,
  });
  if (kept.as !== 'new')
    await deps.messages.edit(teamId, channelId, ts, text, questionEditedTs ?? answer.questionTs);
}

async function stop(
  deps: AnswerMentionDeps,
  spot: Spot,
  ts: string,
  answer: Answer,
  fence: number,
): Promise<void> {
  await deps.answers.settle({ teamId: spot.teamId, id: answer.id }, fence, 'stopped', answer.parts);
  await hideWorking(deps, spot, ts);
}

/** The question or its project went between two tries: what the first one began ends here. */
async function stopBegun({ answers }: AnswerMentionDeps, key: AnswerKey, fence: number): Promise<void> {
  const begun = await answers.find(key);
  if (begun === null || (begun.state !== 'working' && begun.state !== 'saved')) return;
  await answers.settle({ teamId: key.teamId, id: begun.id }, fence, 'stopped', begun.parts);
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
