import type { Conversation } from '../domain/conversation.ts';
import type { Task } from '../domain/task.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import type { Outgoing, Spot, TaskPlace } from '../ports/slack.ts';
import { type DeliverOnceDeps, deliverNewest, deliverOnce } from './deliver-once.ts';
import { slackTsOf } from './slack-time.ts';
import {
  conversationOfTask,
  type TaskConversationDeps,
  type TaskConversationKind,
} from './task-conversations.ts';

export interface OpenThreadDeps extends DeliverOnceDeps, TaskConversationDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
}

/**
 * The card of one of a task's conversations: posted once, in the channel, and its thread is the conversation; drawn
 * anew when it stands already. Only jobs of the task's lane call this, so that no two post it at once.
 * @returns the conversation with its thread.
 */
export async function showTaskCard(
  deps: OpenThreadDeps,
  task: Task,
  kind: TaskConversationKind,
  fence: number,
): Promise<Conversation & { threadTs: string }> {
  const { teamId, id, channelId } = task;
  const conversation = await conversationOfTask(deps, task, kind);
  const message: Outgoing = {
    kind: kind === 'planning' ? 'planning-card' : 'task-card',
    task,
    place: await placeOfTask(deps, task),
  };
  const spot: Spot = { teamId, channelId, threadTs: null };
  const since = slackTsOf(task.createdAt);
  if (conversation.threadTs === null) await deps.conversations.opening({ teamId, id: conversation.id });
  const threadTs = await deliverNewest(deps, { key: `${kind}-card:${id}`, spot, message, since, fence });
  if (conversation.threadTs === null)
    await deps.conversations.opened({ teamId, id: conversation.id }, threadTs);
  return { ...conversation, threadTs };
}

/** The names around a task, and where its threads are. */
export async function placeOfTask(deps: OpenThreadDeps, task: Task): Promise<TaskPlace> {
  const { teamId, id, channelId, projectId, milestoneId } = task;
  const [project, milestone, both] = await Promise.all([
    deps.projects.findById({ teamId, id: projectId }),
    milestoneId === null ? null : deps.milestones.findById({ teamId, id: milestoneId }),
    deps.conversations.findByKeys(teamId, [`planning:${id}`, `task:${id}`]),
  ]);
  const urlOf = async (type: TaskConversationKind): Promise<string | null> => {
    const threadTs = both.find((one) => one.type === type)?.threadTs ?? null;
    return threadTs === null ? null : deps.slack.link(teamId, channelId, threadTs);
  };
  return {
    project: project?.name ?? '',
    milestone: milestone?.title ?? null,
    planningUrl: await urlOf('planning'),
    taskUrl: await urlOf('task'),
  };
}

/** Opens the thread of a conversation that a bot made, once. */
export async function openBotThread(
  deps: OpenThreadDeps,
  conversation: Conversation,
  author: string,
  fence: number,
): Promise<string> {
  if (conversation.threadTs !== null) return conversation.threadTs;
  const { teamId, id, channelId, title } = conversation;
  await deps.conversations.opening({ teamId, id });
  const { ts } = await deliverOnce(deps, {
    key: `thread:${id}`,
    spot: { teamId, channelId, threadTs: null },
    message: { kind: 'thread-opened', author, title },
    since: '0',
    fence,
  });
  await deps.conversations.opened({ teamId, id }, ts);
  return ts;
}
