import { buildCoachingContext, type CoachingRecords } from '../domain/coaching-context.ts';
import { buildContext, type Context, type ContextRecords } from '../domain/context.ts';
import type { Rank } from '../domain/context-sources.ts';
import type { Message } from '../domain/conversation.ts';
import type { PrivateScope, Scope } from '../domain/scope.ts';
import type { AttachmentStore, DocumentStore } from '../ports/attachments.ts';
import type { ContextEntryStore } from '../ports/context-entries.ts';
import type { MessageStore } from '../ports/conversations.ts';
import type { Slack } from '../ports/slack.ts';
import type { UserFactStore } from '../ports/user-facts.ts';
import type { PersonNames } from './person-names.ts';
import type { AnswerPlace, PlaceDeps, PrivatePlace, ProjectPlace } from './place-of.ts';

export interface GatherDeps extends PlaceDeps {
  messages: MessageStore;
  attachments: AttachmentStore;
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
 * project holds.
 */
export function gatherRecords(deps: GatherDeps, question: Message, place: AnswerPlace): Promise<Gathered> {
  return place.kind === 'project'
    ? gatherProject(deps, question, place)
    : gatherPrivate(deps, question, place);
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
  const [attachments, elsewhere, messages, entries] = await Promise.all([
    deps.attachments.listInScope(scope),
    scope.milestoneId === null ? 0 : deps.attachments.countElsewhere(scope),
    deps.messages.newest(ref, conversation.summary?.throughTs ?? '', question.ts, MESSAGE_WINDOW),
    deps.contextEntries.list(ref, { limit: MEMORY_WINDOW }),
  ]);
  const documentIds = attachments.flatMap((one) => (one.documentId === null ? [] : [one.documentId]));
  const [passages, names] = await Promise.all([
    documentIds.length === 0 ? [] : deps.documents.passagesOf(teamId, project.id, documentIds),
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
