import type { Task } from '../domain/task.ts';
import type { ConversationStore } from '../ports/conversations.ts';
import type { Slack } from '../ports/slack.ts';
import { conversationKey } from './task-conversations.ts';

export interface TaskUrlDeps {
  conversations: ConversationStore;
  slack: Slack;
}

/** Each task with the address of its task thread, else of its planning thread; null while none is open. */
export async function taskUrls(
  { conversations, slack }: TaskUrlDeps,
  tasks: Task[],
): Promise<{ task: Task; url: string | null }[]> {
  const [first] = tasks;
  if (first === undefined) return [];
  const keys = tasks.flatMap(({ id }) => [conversationKey('task', id), conversationKey('planning', id)]);
  const found = await conversations.findByKeys(first.teamId, keys);
  return Promise.all(
    tasks.map(async (task) => {
      const own = found.filter((one) => one.taskId === task.id && one.threadTs !== null);
      const open = own.find((one) => one.type === 'task') ?? own[0];
      const url =
        open?.threadTs == null ? null : await slack.link(task.teamId, task.channelId, open.threadTs);
      return { task, url };
    }),
  );
}
