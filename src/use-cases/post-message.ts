import { isShared, type Message, type SharedConversation } from '../domain/conversation.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { MessageStore } from '../ports/conversations.ts';
import type { JobContext, JobHandler } from '../ports/jobs.ts';
import { SlackGone } from '../ports/slack.ts';
import type { TaskStore } from '../ports/tasks.ts';
import { deliverOnce } from './deliver-once.ts';
import { type OpenThreadDeps, openBotThread, showTaskCard } from './open-thread.ts';
import { slackTsOf } from './slack-time.ts';

export interface PostMessageDeps extends OpenThreadDeps {
  tasks: TaskStore;
  attachments: AttachmentStore;
  messages: MessageStore;
}

/** Posts a message that came through the API in its thread, opening the thread if need be; each part once. */
export function createPostMessage(deps: PostMessageDeps): JobHandler<'post-message'> {
  return {
    async run({ messageId }, job) {
      const message = await deps.messages.findById({ teamId: job.teamId, id: messageId });
      if (message === null || message.deleted) return;
      const conversation = await deps.conversations.findById({
        teamId: job.teamId,
        id: message.conversationId,
      });
      if (conversation === null || conversation.deleted || !isShared(conversation)) return;
      const project = await deps.projects.findById({ teamId: job.teamId, id: conversation.projectId });
      if (project === null || project.state === 'archived') return;
      try {
        await post(deps, message, conversation, job);
      } catch (error) {
        if (!(error instanceof SlackGone)) throw error;
      }
    },
  };
}

async function post(
  deps: PostMessageDeps,
  message: Message,
  conversation: SharedConversation,
  { fence }: JobContext,
): Promise<void> {
  const { teamId, channelId, id, content } = message;
  const author = message.userId.replace(/^bot:/u, '');
  const threadTs = await threadOf(deps, conversation, author, fence);
  const spot = { teamId, channelId, threadTs };
  const since = slackTsOf(new Date(Number(message.ts.split('.')[0]) * 1_000));
  const { projectId, milestoneId } = conversation;
  const attachments = await deps.attachments.listInScope({ teamId, projectId, milestoneId });
  const urls = attachments.flatMap(({ url }) => (url === null ? [] : [url]));
  const parts = deps.slack.split(content, urls, null);
  let first: string | null = null;
  for (const [at, text] of parts.entries()) {
    const { ts } = await deliverOnce(deps, {
      key: `message:${id}:${at}`,
      spot,
      message: { kind: 'bot-message', author, text },
      since,
      fence,
    });
    first ??= ts;
  }
  if (first !== null) await deps.messages.posted({ teamId, id }, first);
}

async function threadOf(
  deps: PostMessageDeps,
  conversation: SharedConversation,
  author: string,
  fence: number,
): Promise<string> {
  const { teamId, taskId, type, threadTs } = conversation;
  if (threadTs !== null) return threadTs;
  const task = taskId === null ? null : await deps.tasks.findById({ teamId, id: taskId });
  if (task === null) return openBotThread(deps, conversation, author, fence);
  return (await showTaskCard(deps, task, type === 'planning' ? 'planning' : 'task', fence)).threadTs;
}
