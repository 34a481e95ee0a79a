import type { Conversation } from '../domain/conversation.ts';
import type { Task } from '../domain/task.ts';
import type { ConversationStore } from '../ports/conversations.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';

export interface TaskConversationDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
  conversations: ConversationStore;
}

/** `planning`: feedback and plans; `task`: people's context and results (product.md 8.3). */
export type TaskConversationKind = 'planning' | 'task';

export const conversationKey = (kind: TaskConversationKind, taskId: string): string => `${kind}:${taskId}`;

/** One of a task's two conversations. It exists from its first use; its thread in Slack is opened by a job. */
export async function conversationOfTask(
  deps: TaskConversationDeps,
  task: Task,
  kind: TaskConversationKind,
): Promise<Conversation> {
  const { teamId, id: taskId, channelId, projectId, milestoneId, title } = task;
  const key = conversationKey(kind, taskId);
  const [known] = await deps.conversations.findByKeys(teamId, [key]);
  if (known !== undefined) return known;
  const parentId = await parentOf(deps, task);
  return deps.conversations.findOrOpen({
    teamId,
    key,
    channelId,
    type: kind,
    mode: 'auto',
    userId: null,
    projectId,
    milestoneId,
    parentId,
    taskId,
    title,
  });
}

/** The conversation of the task's milestone, or of its project; null while that has no thread. */
async function parentOf(
  { projects, milestones, conversations }: TaskConversationDeps,
  { teamId, projectId, milestoneId, channelId }: Task,
): Promise<string | null> {
  const threadTs =
    milestoneId === null
      ? (await projects.findById({ teamId, id: projectId }))?.cardTs
      : (await milestones.findById({ teamId, id: milestoneId }))?.threadTs;
  if (threadTs == null) return null;
  return (await conversations.findByThread(teamId, channelId, threadTs))?.id ?? null;
}
