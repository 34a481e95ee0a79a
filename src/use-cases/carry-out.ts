import { NO_EFFECTS, type WantedEntry } from '../domain/answer-effects.ts';
import { idsOf } from '../domain/attachment.ts';
import type { ContextEntry, EntrySources } from '../domain/context-entry.ts';
import type { Answer, Message } from '../domain/conversation.ts';
import { FACT_LIMIT, type UserFact } from '../domain/user-fact.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { ContextEntryStore } from '../ports/context-entries.ts';
import type { RememberedLine, Spot } from '../ports/slack.ts';
import type { UserFactStore } from '../ports/user-facts.ts';
import { type DeliverOnceDeps, deliverNewest } from './deliver-once.ts';
import type { AnswerPlace } from './place-of.ts';
import { type ProposeDeps, proposeDispatch } from './propose-dispatch.ts';
import { type ProposeTaskDeps, proposeTask } from './propose-task.ts';
import type { RefreshCards } from './refresh-cards.ts';
import { publishHome } from './refresh-homes.ts';

export interface CarryOutDeps extends DeliverOnceDeps, ProposeDeps, ProposeTaskDeps {
  attachments: AttachmentStore;
  contextEntries: ContextEntryStore;
  userFacts: UserFactStore;
  refreshCards: RefreshCards;
}

/** An answer that is delivered, with where it stands. */
export interface Answered {
  answer: Answer;
  question: Message;
  place: AnswerPlace;
  spot: Spot;
  fence: number;
}

/**
 * Does what an answer leads to besides its text: remembers, and proposes. Each step may be repeated; the answer is
 * settled afterwards.
 * @returns what was remembered.
 */
export async function carryOut(deps: CarryOutDeps, answered: Answered): Promise<Answer['remembered']> {
  const { answer } = answered;
  const { entries, refused, dispatch, task } = answer.effects ?? NO_EFFECTS;
  const isEdited = answer.questionEditedTs !== null;
  if (dispatch !== null || isEdited) await proposeDispatch(deps, answered, dispatch);
  if (task !== null || isEdited) await proposeTask(deps, answered, task);
  if (entries.length + refused.length === 0) return [];
  const remembered = await remember(deps, answered, entries);
  const { lines } = remembered;
  const { spot, fence } = answered;
  await deliverNewest(deps, {
    key: `remembered:${answer.id}:${answer.questionEditedTs ?? ''}`,
    spot,
    message: { kind: 'remembered', answerId: answer.id, lines, refused: [...refused, ...remembered.refused] },
    since: answer.questionTs,
    fence,
  });
  return lines.map(({ about, id }) => ({ about, id }));
}

const FULL = `I keep at most ${FACT_LIMIT} facts about a person. Have me forget some in my Home first.`;
const SOURCE_GONE = 'What it was learned from was removed meanwhile.';

async function remember(deps: CarryOutDeps, answered: Answered, entries: WantedEntry[]) {
  const lines: RememberedLine[] = [];
  const refused: { key: string; why: string }[] = [];
  for (const entry of entries) {
    const { about, key, value, sources } = entry;
    if (about === 'person' && answered.place.kind !== 'private') continue;
    // First of all: storing it takes the place of what is kept under the same key.
    const gone = await isAnyGone(deps, answered.answer.teamId, sources);
    const kept = gone ? null : await keep(deps, answered, entry);
    if (kept === null) refused.push({ key, why: gone ? SOURCE_GONE : FULL });
    // Looked at afterwards: whoever removes a source from now on finds what is stored.
    else if (await isAnyGone(deps, answered.answer.teamId, sources)) {
      await forget(deps, answered, about, kept);
      refused.push({ key, why: SOURCE_GONE });
    } else lines.push({ id: kept.id, about, key, value, updatedAt: kept.updatedAt });
  }
  await showMemory(deps, answered.place, answered.answer);
  return { lines, refused };
}

/** Null when it is not kept: there is no room for it, or no facts are kept in this place. */
async function keep(
  deps: CarryOutDeps,
  { answer, place }: Answered,
  { about, key, type, value, sources }: WantedEntry,
): Promise<Kept | null> {
  const { teamId, madeFor } = answer;
  if (about === 'conversation') {
    const conversation = { teamId, id: place.conversation.id };
    return deps.contextEntries.put(conversation, { key, type, value, sources, madeFor });
  }
  if (place.kind !== 'private') return null;
  return keepFact(deps, teamId, place.userId, { key, value, from: sources.messages });
}

type Kept = Pick<ContextEntry, 'id' | 'updatedAt'>;

async function forget(
  { contextEntries, userFacts }: CarryOutDeps,
  { answer: { teamId }, place }: Answered,
  about: WantedEntry['about'],
  { id, updatedAt }: Kept,
): Promise<void> {
  if (about === 'conversation') await contextEntries.forget({ teamId, id }, updatedAt);
  else if (place.kind === 'private') await userFacts.forget({ teamId, id }, place.userId, updatedAt);
}

/** True when an attachment or message was removed while the model was at work with it. */
async function isAnyGone(
  { attachments, messages }: CarryOutDeps,
  teamId: string,
  sources: EntrySources,
): Promise<boolean> {
  const ids = sources.attachmentIds;
  const left = ids.length === 0 ? new Set() : idsOf(await attachments.findMany(teamId, ids));
  if (ids.some((id) => !left.has(id))) return true;
  const found = await Promise.all(
    sources.messages.map(({ channelId, ts }) => messages.find(teamId, channelId, ts)),
  );
  return found.some((message) => message?.deleted === true);
}

/** Null when there are as many already; a known one is still brought up to date. */
async function keepFact(
  { userFacts }: CarryOutDeps,
  teamId: string,
  userId: string,
  fact: Pick<UserFact, 'key' | 'value' | 'from'>,
) {
  const isFull = (await userFacts.count(teamId, userId)) >= FACT_LIMIT;
  if (isFull && !(await userFacts.has(teamId, userId, fact.key))) return null;
  return userFacts.put(teamId, userId, fact);
}

async function showMemory(
  deps: CarryOutDeps,
  place: AnswerPlace,
  { id, teamId, questionEditedTs }: Answer,
): Promise<void> {
  const cause = `memory:${id}:${questionEditedTs ?? ''}`;
  if (place.kind === 'private') return publishHome(deps.jobs, teamId, place.userId, cause);
  const { projectId, milestoneId } = place.conversation;
  if (milestoneId !== null) await deps.refreshCards(teamId, projectId, milestoneId);
}
