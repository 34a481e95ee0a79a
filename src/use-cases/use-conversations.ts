import type { Actor } from '../domain/actor.ts';
import { type ContextEntry, checkEntry } from '../domain/context-entry.ts';
import type { Conversation, Message, MessageRole } from '../domain/conversation.ts';
import { DomainError } from '../domain/errors.ts';
import { basisOf } from '../domain/planning-text.ts';
import { cleanTitle } from '../domain/project.ts';
import type { Place, Ref } from '../domain/scope.ts';
import type { ContextEntryStore } from '../ports/context-entries.ts';
import type { ConversationQuery, ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import type { TaskStore } from '../ports/tasks.ts';
import type { AddMessage } from './add-message.ts';
import { checkPlace } from './attach-by-hand.ts';
import { findTask } from './change-task.ts';
import type { GiveFeedback } from './give-feedback.ts';
import { activeProject } from './set-up-project.ts';
import { conversationOfTask } from './task-conversations.ts';

export interface UseConversationsDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
  conversations: ConversationStore;
  messages: MessageStore;
  contextEntries: ContextEntryStore;
  tasks: TaskStore;
  addMessage: AddMessage;
  giveFeedback: GiveFeedback;
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
  content: string;
  /** Makes it one message when it is sent twice. */
  key: string;
}

/** Stands after every message. */
const LAST = '9999999999.999999';

/** Conversations for bots outside: all of the workspace but people's private ones, which do not exist for them. */
export function createUseConversations(deps: UseConversationsDeps) {
  const { projects, milestones, conversations, messages, contextEntries } = deps;

  async function find(ref: Ref): Promise<Conversation> {
    const conversation = await conversations.findById(ref);
    if (conversation !== null && conversation.type !== 'coaching') return conversation;
    throw notFound('There is no such conversation. List the conversations to see which there are.');
  }

  async function say(conversation: Conversation, { by, role, content, key }: Said): Promise<Message> {
    const { teamId, projectId, type } = conversation;
    await activeProject(projects, { teamId, id: projectId });
    const added = { conversation, by, role, type: 'text', content, key, arrival: null } as const;
    if (type !== 'planning' || role !== 'user') return deps.addMessage(added);
    const message = await deps.addMessage(added);
    if (message.arrival === null) await deps.giveFeedback(conversation, message, by);
    return message;
  }

  return {
    /** @throws DomainError `conversation_not_found`, also for a person's private one */
    find,

    list: (query: ConversationQuery): Promise<Conversation[]> =>
      conversations.list({ ...query, types: query.types.filter((type) => type !== 'coaching') }),

    /**
     * THE conversation of a project or one of its milestones: the thread of its card.
     * @throws DomainError `conversation_not_found` while the card is not posted yet, `project_not_found`,
     *   `project_archived`, `milestone_not_in_project`
     */
    async ofPlace(teamId: string, place: Place): Promise<{ conversation: Conversation; made: boolean }> {
      const project = await activeProject(projects, { teamId, id: place.projectId });
      await checkPlace(milestones, teamId, place);
      const milestone =
        place.milestoneId === null ? null : await milestones.findById({ teamId, id: place.milestoneId });
      const threadTs = milestone === null ? project.cardTs : milestone.threadTs;
      if (threadTs === null) {
        throw new DomainError(
          'conversation_not_found',
          'The card that opens this conversation is not posted yet. Try again in a moment.',
        );
      }
      const { channelId } = project;
      const known = await conversations.findByThread(teamId, channelId, threadTs);
      if (known !== null) return { conversation: known, made: false };
      const title = milestone?.title ?? project.name;
      const thread = { teamId, channelId, threadTs, type: 'project', ...place, title } as const;
      return { conversation: await conversations.findOrCreate(thread), made: true };
    },

    /**
     * A thread for one piece of work, in the scope of the conversation it came from. Its thread in Slack opens with its
     * first message.
     * @throws DomainError `conversation_not_found`, `milestone_not_in_project`, `project_archived`
     */
    async openTaskThread(
      teamId: string,
      { parentId, place, title, key }: NewTaskThread,
    ): Promise<{ conversation: Conversation; made: boolean }> {
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
        projectId,
        milestoneId,
        parentId,
        taskId: null,
        title: cleanTitle(title === '' ? parent.title : title, 'task'),
      });
      return { conversation, made: known === undefined };
    },

    /** Messages of a conversation, oldest first, from the one after `afterTs`. */
    async messages(ref: Ref, afterTs: string | null, limit: number): Promise<Message[]> {
      await find(ref);
      return messages.oldest(ref, afterTs ?? '0', LAST, limit);
    },

    /**
     * Stores a message at once; a job posts it. In a planning conversation a user's message is feedback.
     * @throws DomainError `conversation_not_found`, `message_empty`, `message_too_long`, `project_archived`
     */
    async say(ref: Ref, said: Said): Promise<Message> {
      return say(await find(ref), said);
    },

    /** The planning conversation of a task, with what a plan made from this page is based on. */
    async readPlanning(ref: Ref, afterTs: string | null, limit: number) {
      const task = await findTask(deps, ref);
      const { id, teamId } = await conversationOfTask(deps, task, 'planning');
      const page = await messages.oldest({ teamId, id }, afterTs ?? '0', LAST, limit);
      // Of a page in between it is known only what stands on it.
      const seen = page.length < limit ? task.feedback : Math.max(0, ...page.map((one) => one.arrival ?? 0));
      return { conversationId: id, messages: page, basedOn: basisOf(page, seen) };
    },

    /** @throws DomainError `task_not_found`, `message_empty`, `message_too_long`, `project_archived` */
    async sayInPlanning(task: Ref, said: Said): Promise<Message> {
      return say(await conversationOfTask(deps, await findTask(deps, task), 'planning'), said);
    },

    /** What is remembered for a conversation, newest first. */
    async context(ref: Ref, query: Parameters<ContextEntryStore['list']>[1]): Promise<ContextEntry[]> {
      await find(ref);
      return contextEntries.list(ref, query);
    },

    /** @throws DomainError `conversation_not_found`, `context_entry_too_large` */
    async remember(ref: Ref, entry: Pick<ContextEntry, 'key' | 'type' | 'value'>): Promise<ContextEntry> {
      await find(ref);
      checkEntry(entry.key, entry.value);
      return contextEntries.put(ref, entry);
    },
  };
}

export type UseConversations = ReturnType<typeof createUseConversations>;

function checkSamePlace(parent: Conversation, place: Partial<Place> | null): void {
  const { projectId = parent.projectId, milestoneId = parent.milestoneId } = place ?? {};
  if (projectId === parent.projectId && milestoneId === parent.milestoneId) return;
  throw new DomainError(
    'milestone_not_in_project',
    'A task thread belongs to the project and milestone of its parent. Leave both out, or name the parent’s.',
  );
}

const notFound = (sentence: string): DomainError => new DomainError('conversation_not_found', sentence);
