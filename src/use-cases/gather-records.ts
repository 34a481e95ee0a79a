import type { ContextRecords } from '../domain/context.ts';
import type { Conversation, Message } from '../domain/conversation.ts';
import type { Milestone, Project } from '../domain/project.ts';
import type { Scope } from '../domain/scope.ts';
import type { Task } from '../domain/task.ts';
import type { AttachmentStore, DocumentStore } from '../ports/attachments.ts';
import type { ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import type { TaskStore } from '../ports/tasks.ts';
import type { PersonNames } from './person-names.ts';

export interface GatherDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
  conversations: ConversationStore;
  messages: MessageStore;
  attachments: AttachmentStore;
  documents: DocumentStore;
  personNames: PersonNames;
  tasks: TaskStore;
}

/** How many messages are read for one answer; what is older is in the summary. */
export const MESSAGE_WINDOW = 200;

export interface Gathered {
  scope: Scope;
  records: ContextRecords;
}

/** The project and conversation a thread belongs to, with the milestones of the project in their order. */
export interface AnswerPlace {
  project: Project;
  conversation: Conversation;
  milestones: Milestone[];
}

function milestoneOf({ type, threadTs, milestoneId }: Conversation, milestones: Milestone[]): string | null {
  const ofTask = type === 'task' || type === 'planning';
  const found = milestones.find((one) => (ofTask ? one.id === milestoneId : one.threadTs === threadTs));
  return found?.id ?? null;
}

/** A task may have moved a moment ago: what may be read in its threads is decided by the task itself. */
export function placedAs({ milestoneId }: Task, conversation: Conversation): Conversation {
  return { ...conversation, milestoneId };
}

/** Where a question stands, or null where the bot answers nothing. */
export async function placeOf(deps: GatherDeps, question: Message): Promise<AnswerPlace | null> {
  const { teamId, channelId, conversationId } = question;
  const [project, conversation] = await Promise.all([
    deps.projects.findByChannel(teamId, channelId),
    deps.conversations.findById({ teamId, id: conversationId }),
  ]);
  if (project === null || conversation === null || project.state === 'archived') return null;
  const [milestones, task] = await Promise.all([
    deps.milestones.listByProject(teamId, project.id),
    conversation.taskId === null ? null : deps.tasks.findById({ teamId, id: conversation.taskId }),
  ]);
  return { project, conversation: task === null ? conversation : placedAs(task, conversation), milestones };
}

/**
 * Reads what an answer may be made from. The scope comes from the thread: the milestone bound to it, or the one of its
 * task, else the project level. The number of queries is fixed, whatever the project holds.
 */
export async function gatherRecords(
  deps: GatherDeps,
  question: Message,
  place: AnswerPlace,
): Promise<Gathered> {
  const { project, conversation, milestones } = place;
  const { teamId } = question;
  const scope: Scope = { teamId, projectId: project.id, milestoneId: milestoneOf(conversation, milestones) };
  const through = conversation.summary?.throughTs ?? '';
  const [attachments, elsewhere, messages] = await Promise.all([
    deps.attachments.listInScope(scope),
    scope.milestoneId === null ? 0 : deps.attachments.countElsewhere(scope),
    deps.messages.newest({ teamId, id: conversation.id }, through, question.ts, MESSAGE_WINDOW),
  ]);
  const documentIds = attachments.flatMap((one) => (one.documentId === null ? [] : [one.documentId]));
  const [passages, names] = await Promise.all([
    documentIds.length === 0 ? [] : deps.documents.passagesOf(teamId, project.id, documentIds),
    deps.personNames(teamId, [...messages, question]),
  ]);
  return {
    scope,
    records: {
      project,
      milestones,
      attachments,
      passages,
      conversation,
      messages,
      question,
      elsewhere,
      names,
    },
  };
}
