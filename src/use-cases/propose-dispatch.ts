import type { WantedDispatch } from '../domain/answer-effects.ts';
import { DISPATCH_DAYS } from '../domain/dispatch.ts';
import type { Answered } from './carry-out.ts';
import { type ChangeDispatchDeps, withdrawDispatch } from './change-dispatch.ts';
import type { SettleDispatchDeps } from './settle-dispatch.ts';

export interface ProposeDeps extends ChangeDispatchDeps, SettleDispatchDeps {}

const DAY_MS = 86_400_000;

/**
 * Proposes what an answer wants done, once for this form of the question; what an earlier form of it proposed and nobody
 * has decided is taken back. Nothing runs before a person has approved.
 */
export async function proposeDispatch(
  deps: ProposeDeps,
  { answer, question, place, spot }: Omit<Answered, 'fence'>,
  wanted: WantedDispatch | null,
): Promise<void> {
  const { teamId, channelId, questionTs } = answer;
  const origin = `answer:${answer.id}:${answer.questionEditedTs ?? ''}`;
  const earlier = await deps.dispatches.listByQuestion(teamId, channelId, questionTs);
  const known =
    wanted === null ? null : (await propose(deps, origin, { answer, question, place, spot }, wanted)).id;
  for (const { id } of earlier) if (id !== known) await withdrawDispatch(deps, { teamId, id });
}

async function propose(
  deps: ProposeDeps,
  origin: string,
  { answer, question, place, spot }: Omit<Answered, 'fence'>,
  wanted: WantedDispatch,
) {
  const { teamId, channelId, questionTs, madeFor, used } = answer;
  const proposedAt = new Date(deps.now());
  const { dispatch } = await deps.dispatches.create({
    teamId,
    conversationId: place.conversation.id,
    channelId,
    threadTs: spot.threadTs,
    projectId: place.kind === 'project' ? place.project.id : null,
    userId: place.kind === 'private' ? place.userId : null,
    questionTs,
    askedBy: question.userId,
    ...wanted,
    madeFor,
    sources: used,
    proposedAt,
    expiresAt: new Date(proposedAt.getTime() + DISPATCH_DAYS * DAY_MS),
    origin,
  });
  await deps.settleDispatch(dispatch);
  return dispatch;
}
