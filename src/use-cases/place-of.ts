import {
  type Conversation,
  isShared,
  type Message,
  type SharedConversation,
} from '../domain/conversation.ts';
import type { Milestone, Project } from '../domain/project.ts';
import type { Task } from '../domain/task.ts';
import type { ConversationStore } from '../ports/conversations.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import type { TaskStore } from '../ports/tasks.ts';

export interface PlaceDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
  conversations: ConversationStore;
  tasks: TaskStore;
}

/** A thread of a project, with the milestones of the project in their order. */
export interface ProjectPlace {
  kind: 'project';
  project: Project;
  conversation: SharedConversation;
  milestones: Milestone[];
}

/** A person's own conversation, or a task thread of it. */
export interface PrivatePlace {
  kind: 'private';
  userId: string;
  conversation: Conversation;
  /** How many times the person's coaching conversation was emptied when this was read. */
  resets: number;
}

/** Where a question stands. */
export type AnswerPlace = ProjectPlace | PrivatePlace;

/** Nested task threads: one led to the other. */
const DEEPEST = 10;

/** Where a question stands, or null where the bot answers nothing. */
export async function placeOf(deps: PlaceDeps, question: Message): Promise<AnswerPlace | null> {
  const { teamId, conversationId, ts } = question;
  const conversation = await deps.conversations.findById({ teamId, id: conversationId });
  if (conversation === null || ts <= conversation.since) return null;
  return placeOfConversation(deps, conversation);
}

/** As `placeOf`, for a conversation as it is now. */
export async function placeOfConversation(
  deps: PlaceDeps,
  conversation: Conversation,
): Promise<AnswerPlace | null> {
  const { teamId, channelId } = conversation;
  if (conversation.userId !== null) return privatePlace(deps, conversation, conversation.userId);
  if (!isShared(conversation)) return null;
  const project = await deps.projects.findByChannel(teamId, channelId);
  if (project === null || project.state === 'archived') return null;
  const milestones = await deps.milestones.listByProject(teamId, project.id);
  const milestoneId = await milestoneOf(deps, conversation, milestones);
  return { kind: 'project', project, milestones, conversation: { ...conversation, milestoneId } };
}

/**
 * A task thread of a coaching conversation counts as emptied with it: what led to it was said before. It has no summary,
 * which could hold more.
 */
async function privatePlace(
  { conversations }: PlaceDeps,
  conversation: Conversation,
  userId: string,
): Promise<PrivatePlace> {
  if (conversation.type === 'coaching')
    return { kind: 'private', userId, conversation, resets: conversation.resets };
  const coaching = await conversations.findCoaching(conversation.teamId, userId);
  const since = [conversation.since, coaching?.since ?? ''].reduce((one, other) =>
    one > other ? one : other,
  );
  const emptied = { ...conversation, since, summary: null };
  return { kind: 'private', userId, conversation: emptied, resets: coaching?.resets ?? 0 };
}

/**
 * The milestone whose scope a conversation has: the one bound to its thread; of a task, the task's; of another task
 * thread, its parent's, whatever that has become since (product.md 5.6).
 */
async function milestoneOf(
  deps: PlaceDeps,
  conversation: Conversation,
  milestones: Milestone[],
): Promise<string | null> {
  let at = conversation;
  for (let depth = 0; depth < DEEPEST; depth += 1) {
    if (at.type === 'project') return milestones.find((one) => one.threadTs === at.threadTs)?.id ?? null;
    const parent = at.taskId === null && at.parentId !== null ? at.parentId : null;
    const found =
      parent === null ? null : await deps.conversations.findById({ teamId: at.teamId, id: parent });
    if (found === null) break;
    at = found;
  }
  const task = at.taskId === null ? null : await deps.tasks.findById({ teamId: at.teamId, id: at.taskId });
  const milestoneId = (task === null ? at : placedAs(task, at)).milestoneId;
  return milestones.find((one) => one.id === milestoneId)?.id ?? null;
}

/** A task may have moved a moment ago: what may be read in its threads is decided by the task itself. */
export function placedAs<C extends Conversation>({ milestoneId }: Task, conversation: C): C {
  return { ...conversation, milestoneId };
}

/**
 * True while what was read at a place may still be told. A conversation of a project is emptied rarely and by nobody who
 * waits for an answer in it; a private one by the very person who does.
 */
export async function isStillThere(
  { conversations }: Pick<PlaceDeps, 'conversations'>,
  place: AnswerPlace,
): Promise<boolean> {
  if (place.kind === 'project') return true;
  const { teamId } = place.conversation;
  return ((await conversations.findCoaching(teamId, place.userId))?.resets ?? 0) === place.resets;
}
