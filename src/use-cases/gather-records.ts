import type { Attachment, Passage } from '../domain/attachment.ts';
import { buildCoachingContext, type CoachingRecords } from '../domain/coaching-context.ts';
import { buildContext, type Context, type ContextRecords } from '../domain/context.ts';
import type { Rank } from '../domain/context-sources.ts';
import type { Message } from '../domain/conversation.ts';
import type { PrivateScope, Scope } from '../domain/scope.ts';
import type { DocumentStore } from '../ports/attachments.ts';
import type { ContextEntryStore } from '../ports/context-entries.ts';
import type { MessageStore } from '../ports/conversations.ts';
import type { Slack } from '../ports/slack.ts';
import type { UserFactStore } from '../ports/user-facts.ts';
import { type AwaitReadingDeps, awaitReading } from './await-reading.ts';
import type { PersonNames } from './person-names.ts';
import type { AnswerPlace, PlaceDeps, PrivatePlace, ProjectPlace } from './place-of.ts';

export interface GatherDeps extends PlaceDeps, AwaitReadingDeps {
  messages: MessageStore;
  documents: DocumentStore;
  contextEntries: ContextEntryStore;
  userFacts: UserFactStore;
  slack: Slack;
  personNames: PersonNames;
}

/** How many messages are read for one answer; what is older is in the summary. */
export const MESSAGE_WINDOW = 200;
/** How many context entries, facts and tasks are read for one answer. */
const MEMORY_WINDOW = 100;

/** What an answer may be made from, with where it stands. */
export type Gathered =
  | { kind: 'project'; scope: Scope; records: ContextRecords }
  | { kind: 'private'; scope: PrivateScope; records: CoachingRecords };

/**
 * Reads what an answer may be made from. The scope comes from the place. The number of queries is fixed, whatever the
 * project holds, unless something in it is being read at this moment. @throws WaitError while it is
 */
export function gatherRecords(
  deps: GatherDeps,
  question: Message,
  place: AnswerPlace,
  signal: AbortSignal,
): Promise<Gathered> {
  return place.kind === 'project'
    ? gatherWhenRead(deps, question, place, signal)
    : gatherPrivate(deps, question, place);
}

/** As `gatherProject`, once what was shared a moment ago is read, and what may be out of date was looked at. */
export async function gatherWhenRead(
  deps: GatherDeps,
  question: Message,
  place: ProjectPlace,
  signal: AbortSignal,
): Promise<Gathered & { kind: 'project' }> {
  const gathered = await gatherProject(deps, question, place);
  const isNews = await awaitReading(deps, gathered.records.attachments, signal);
  return isNews ? gatherProject(deps, question, place) : gathered;
}

/** @param instructions what the model is told first, when it is not to answer a question. */
export function contextOf(gathered: Gathered, budget: number, rank: Rank, instructions?: string): Context {
  return gathered.kind === 'project'
    ? buildContext(gathered.scope, gathered.records, budget, rank, instructions)
    : buildCoachingContext(gathered.scope, gathered.records, budget, instructions);
}

export async function gatherProject(
  deps: GatherDeps,
  question: Message,
  { project, conversation, milestones }: ProjectPlace,
): Promise<Gathered & { kind: 'project' }> {
  const { teamId } = question;
  const scope: Scope = { teamId, projectId: project.id, milestoneId: conversation.milestoneId };
  const ref = { teamId, id: conversation.id };
  const [listed, elsewhere, messages, entries] = await Promise.all([
    deps.attachments.listInScope(scope),
    scope.milestoneId === null ? 0 : deps.attachments.countElsewhere(scope),
    deps.messages.newest(ref, conversation.summary?.throughTs ?? '', question.ts, MESSAGE_WINDOW),
    deps.contextEntries.list(ref, { limit: MEMORY_WINDOW }),
  ]);
  const [{ attachments, passages }, names] = await Promise.all([
    withPassages(deps, scope, listed),
    deps.personNames(teamId, [...messages, question]),
  ]);
  return {
    kind: 'project',
    scope,
    records: {
      project,
      milestones,
      attachments,
      passages,
      conversation,
      messages,
      question,
      entries,
      elsewhere,
      names,
    },
  };
}

/** A page that is read again at this moment changes over to another document: then the newer one is looked for. */
const LOOKS = 3;

async function withPassages(
  { attachments: store, documents }: GatherDeps,
  scope: Scope,
  listed: Attachment[],
): Promise<{ attachments: Attachment[]; passages: Passage[] }> {
  let attachments = listed;
  for (let look = 1; ; look += 1) {
    const ids = attachments.flatMap((one) => (one.documentId === null ? [] : [one.documentId]));
    const passages = ids.length === 0 ? [] : await documents.passagesOf(scope.teamId, scope.projectId, ids);
    const held = new Set(passages.map((passage) => passage.documentId));
    // Of files that could not be read version 0.1 kept documents without any text.
    const lacks = ({ state, documentId }: Attachment): boolean =>
      state === 'ready' && documentId !== null && !held.has(documentId);
    if (look === LOOKS || !attachments.some(lacks)) return { attachments, passages };
    attachments = await store.listInScope(scope);
  }
}

async function gatherPrivate(
  deps: GatherDeps,
  question: Message,
  { conversation, userId }: PrivatePlace,
): Promise<Gathered & { kind: 'private' }> {
  const { teamId } = question;
  const ref = { teamId, id: conversation.id };
  const [facts, entries, messages, channels] = await Promise.all([
    deps.userFacts.list(teamId, userId, { skip: 0, limit: MEMORY_WINDOW }),
    deps.contextEntries.list(ref, { limit: MEMORY_WINDOW }),
    deps.messages.newest(ref, conversation.summary?.throughTs ?? '', question.ts, MESSAGE_WINDOW),
    deps.slack.channelsOf(teamId, userId),
  ]);
  const projects = await deps.projects.listByChannels(teamId, channels);
  const ids = projects.map((project) => project.id);
  const [tasks, names] = await Promise.all([
    ids.length === 0 ? [] : deps.tasks.listOwn(teamId, userId, ids, MEMORY_WINDOW),
    deps.personNames(teamId, [...messages, question]),
  ]);
  return {
    kind: 'private',
    scope: { teamId, userId },
    records: { conversation, messages, question, facts, entries, projects, tasks, names },
  };
}
