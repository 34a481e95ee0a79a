import type { Actor } from '../domain/actor.ts';
import { type ContextEntry, checkEntry, NO_SOURCES } from '../domain/context-entry.ts';
import {
  type Conversation,
  isShared,
  type Message,
  type MessageRole,
  type SharedConversation,
} from '../domain/conversation.ts';
import type { Dispatch, DispatchState } from '../domain/dispatch.ts';
import { DomainError } from '../domain/errors.ts';
import type { MessageMetadata, MessageType } from '../domain/message-metadata.ts';
import { basisOf } from '../domain/planning-text.ts';
import { cleanTitle } from '../domain/project.ts';
import type { Place, Ref } from '../domain/scope.ts';
import type { ContextEntryStore } from '../ports/context-entries.ts';
import type {
  ConversationQuery,
  ConversationStore,
  MessageStore,
  NewConversation,
} from '../ports/conversations.ts';
import type { DispatchStore } from '../ports/dispatches.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import type { TaskStore } from '../ports/tasks.ts';
import type { AddMessage } from './add-message.ts';
import { checkPlace } from './attach-by-hand.ts';
import { findTask } from './change-task.ts';
import type { GiveFeedback } from './give-feedback.ts';
import type { RefreshCards } from './refresh-cards.ts';
import { activeProject } from './set-up-project.ts';
import { AFTER_ALL } from './slack-time.ts';
import { conversationOfTask } from './task-conversations.ts';

export interface UseConversationsDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
  conversations: ConversationStore;
  messages: MessageStore;
  contextEntries: ContextEntryStore;
  dispatches: DispatchStore;
  tasks: TaskStore;
  addMessage: AddMessage;
  giveFeedback: GiveFeedback;
  refreshCards: RefreshCards;
  /** Deletes a conversation with its task threads. @returns how many of these there were. */
  deleteConversation: (ref: Ref) => Promise<{ taskThreads: number }>;
}

/** Who opens a task thread under which conversation. */
export interface NewTaskThread {
  parentId: string;
  /** What the caller takes for the parent's place, to be checked; null when they do not say. */
  place: Partial<Place> | null;
  title: string;
  /** Makes it one thread when it is asked for twice. */
  key: string;
}

export interface Said {
  by: Actor;
  role: MessageRole;
  type: MessageType;
  metadata: MessageMetadata | null;
  content: string;
  /** Makes it one message when it is sent twice. */
  key: string;
}

/** Every state of a dispatch. */
export const DISPATCH_STATES = [
  'proposed',
  'approved',
  'running',
  'succeeded',
  'failed',
  'declined',
  'expired',
] as const satisfies readonly DispatchState[];
/** Dispatches of a conversation that can be listed, the newest. */
const DISPATCHES_LISTED = 100;

/** Conversations for bots outside: all of the workspace but people's private ones, which do not exist for them. */
export function createUseConversations(deps: UseConversationsDeps) {
  const { projects, milestones, conversations, messages, contextEntries } = deps;

  async function find(ref: Ref): Promise<SharedConversation> {
    const conversation = await conversations.findById(ref);
    if (conversation === null || conversation.deleted) throw notFound();
    return sharedOnly(conversation);
  }

  async function say(conversation: SharedConversation, said: Said): Promise<Message> {
    const { teamId, projectId, type } = conversation;
    await activeProject(projects, { teamId, id: projectId });
    const message = await deps.addMessage({ ...said, conversation, arrival: null });
    if (type === 'planning' && said.role === 'user' && message.arrival === null) {
      await deps.giveFeedback(conversation, message, said.by);
    }
    return message;
  }

  /** A page of what stands after `afterTs` and was not emptied. */
  function pageOf({ teamId, id, since }: Conversation, afterTs: string | null, limit: number) {
    const after = afterTs ?? '0';
    return messages.oldest({ teamId, id }, after > since ? after : since, AFTER_ALL, limit);
  }

  /** The conversation of a thread; a deleted one begins again. */
  async function inThread(thread: NewConversation): Promise<{ conversation: Conversation; made: boolean }> {
    const { teamId, channelId, threadTs } = thread;
    const known = await conversations.findByThread(teamId, channelId, threadTs);
    if (known === null) return { conversation: await conversations.findOrCreate(thread), made: true };
    if (!known.deleted) return { conversation: known, made: false };
    const ref = { teamId, id: known.id };
    await conversations.setDeleted(ref, false);
    await conversations.change(ref, { title: thread.title });
    return { conversation: { ...known, title: thread.title, deleted: false }, made: true };
  }

  return {
    /** @throws DomainError `conversation_not_found`, also for a deleted one and for a person's private one */
    find,

    async list(query: ConversationQuery): Promise<SharedConversation[]> {
      const types = query.types.filter((type) => type !== 'coaching');
      return (await conversations.list({ ...query, types })).filter(isShared);
    },

    /**
     * THE conversation of a project or one of its milestones: the thread of its card.
     * @throws DomainError `conversation_not_found` while the card is not posted yet, `project_not_found`,
     *   `project_archived`, `milestone_not_in_project`
     */
    async ofPlace(
      teamId: string,
      place: Place,
    ): Promise<{ conversation: SharedConversation; made: boolean }> {
      const project = await activeProject(projects, { teamId, id: place.projectId });
      await checkPlace(milestones, teamId, place);
      const milestone =
        place.milestoneId === null ? null : await milestones.findById({ teamId, id: place.milestoneId });
      const threadTs = milestone === null ? project.cardTs : milestone.threadTs;
      if (threadTs === null) {
        throw notFound('The card that opens this conversation is not posted yet. Try again in a moment.');
      }
      const { channelId } = project;
      const title = milestone?.title ?? project.name;
      const { conversation, made } = await inThread({
        teamId,
        channelId,
        threadTs,
        type: 'project',
        ...place,
        title,
      });
      return { conversation: sharedOnly(conversation), made };
    },

    /**
     * A thread for one piece of work, in the scope of the conversation it came from. Its thread in Slack opens with its
     * first message.
     * @throws DomainError `conversation_not_found`, `milestone_not_in_project`, `project_archived`
     */
    async openTaskThread(
      teamId: string,
      { parentId, place, title, key }: NewTaskThread,
    ): Promise<{ conversation: SharedConversation; made: boolean }> {
      const parent = await find({ teamId, id: parentId });
      checkSamePlace(parent, place);
      await activeProject(projects, { teamId, id: parent.projectId });
      const [known] = await conversations.findByKeys(teamId, [key]);
      const { channelId, projectId, milestoneId } = parent;
      const conversation = await conversations.findOrOpen({
        teamId,
        key,
        channelId,
        type: 'task',
        mode: 'auto',
        userId: null,
        projectId,
        milestoneId,
        parentId,
        taskId: null,
        title: cleanTitle(title === '' ? parent.title : title, 'task'),
      });
      return { conversation: sharedOnly(conversation), made: known === undefined };
    },

    /** Messages of a conversation, oldest first, from the one after `afterTs`. */
    async messages(ref: Ref, afterTs: string | null, limit: number): Promise<Message[]> {
      return pageOf(await find(ref), afterTs, limit);
    },

    /**
     * Stores a message at once; a job posts it. In a planning conversation a user's message is feedback.
     * @throws DomainError `conversation_not_found`, `message_empty`, `message_too_long`, `metadata_invalid`,
     *   `project_archived`
     */
    async say(ref: Ref, said: Said): Promise<Message> {
      return say(await find(ref), said);
    },

    /** The planning conversation of a task, with what a plan made from this page is based on. */
    async readPlanning(ref: Ref, afterTs: string | null, limit: number) {
      const task = await findTask(deps, ref);
      const conversation = await conversationOfTask(deps, task, 'planning');
      const page = await pageOf(conversation, afterTs, limit);
      // Of a page in between it is known only what stands on it.
      const seen = page.length < limit ? task.feedback : Math.max(0, ...page.map((one) => one.arrival ?? 0));
      return { conversationId: conversation.id, messages: page, basedOn: basisOf(page, seen) };
    },

    /** @throws DomainError `task_not_found`, `message_empty`, `message_too_long`, `project_archived` */
    async sayInPlanning(task: Ref, said: Said): Promise<Message> {
      return say(sharedOnly(await conversationOfTask(deps, await findTask(deps, task), 'planning')), said);
    },

    /** What is remembered for a conversation, newest first. */
    async context(ref: Ref, query: Parameters<ContextEntryStore['list']>[1]): Promise<ContextEntry[]> {
      await find(ref);
      return contextEntries.list(ref, query);
    },

    /** @throws DomainError `conversation_not_found`, `context_entry_too_large` */
    async remember(ref: Ref, entry: Pick<ContextEntry, 'key' | 'type' | 'value'>): Promise<ContextEntry> {
      const { projectId, milestoneId } = await find(ref);
      checkEntry(entry.key, entry.value);
      const stored = await contextEntries.put(ref, { ...entry, sources: NO_SOURCES, madeFor: milestoneId });
      if (milestoneId !== null) await deps.refreshCards(ref.teamId, projectId, milestoneId);
      return stored;
    },

    /** What specialists were proposed for in a conversation, newest first; at most the newest 100. */
    async dispatches(ref: Ref): Promise<Dispatch[]> {
      await find(ref);
      return deps.dispatches.listByConversation(ref, [...DISPATCH_STATES], DISPATCHES_LISTED);
    },

    /**
     * Deletes what is stored of a conversation, and its task threads. What stands in Slack stays there.
     * @returns how many task threads went with it.
     * @throws DomainError `conversation_not_found`, also when it was deleted before
     */
    async remove(ref: Ref): Promise<{ taskThreads: number }> {
      await find(ref);
      return deps.deleteConversation(ref);
    },
  };
}

export type UseConversations = ReturnType<typeof createUseConversations>;

function checkSamePlace(parent: SharedConversation, place: Partial<Place> | null): void {
  const { projectId = parent.projectId, milestoneId = parent.milestoneId } = place ?? {};
  if (projectId === parent.projectId && milestoneId === parent.milestoneId) return;
  throw new DomainError(
    'milestone_not_in_project',
    'A task thread belongs to the project and milestone of its parent. Leave both out, or name the parent’s.',
  );
}

/** A private conversation does not exist for bots. @throws DomainError `conversation_not_found` */
function sharedOnly(conversation: Conversation): SharedConversation {
  if (isShared(conversation)) return conversation;
  throw notFound();
}

function notFound(
  sentence = 'There is no such conversation. List the conversations to see which there are.',
): DomainError {
  return new DomainError('conversation_not_found', sentence);
}
