import type { Conversation } from '../domain/conversation.ts';
import type { SharedLink } from '../domain/link.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { JobQueue, SharedFile } from '../ports/jobs.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import type { AttachShared } from './attach-shared.ts';

/** A person's message as Slack told of it, with the links and files in it. */
export interface IncomingMessage {
  teamId: string;
  channelId: string;
  ts: string;
  /** Slack ts of the thread it was written in; null for a message of the channel or a direct message. */
  threadTs: string | null;
  userId: string;
  /** Plain text; mentions stay as `<@U…>`. */
  content: string;
  clientMsgId: string | null;
  mentionsBot: boolean;
  direct: boolean;
  links: SharedLink[];
  files: SharedFile[];
  /** Host of this workspace, such as `acme.slack.com`, when known. */
  workspaceHost: string | null;
}

export interface ReceiveMessageDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
  conversations: ConversationStore;
  messages: MessageStore;
  attachments: AttachmentStore;
  jobs: JobQueue;
  attachShared: AttachShared;
}

export type ReceiveMessage = (message: IncomingMessage) => Promise<void>;

/**
 * Takes in a person's message: keeps it, attaches the links in it, queues the answer to a mention. When it resolves
 * everything is written, so that the event may be acknowledged; running it again for the same message adds nothing.
 */
export function createReceiveMessage(deps: ReceiveMessageDeps): ReceiveMessage {
  return async (message) => {
    const { teamId, channelId, ts } = message;
    const threadTs = message.threadTs ?? ts;
    const known = message.direct ? null : await deps.conversations.findByThread(teamId, channelId, threadTs);
    const conversation = known ?? (await openConversation(deps, message, threadTs));
    if (conversation === null) return;

    const { userId, content, clientMsgId } = message;
    const kept = await deps.messages.keep({
      teamId,
      conversationId: conversation.id,
      channelId,
      threadTs,
      ts,
      role: 'user',
      userId,
      content,
      clientMsgId,
    });
    if (kept.as === 'duplicate' || kept.as === 'deleted') return;
    if (!kept.settled) await takeInAttachments(deps, message, conversation);
    if (message.mentionsBot) {
      await deps.jobs.enqueue({
        teamId,
        kind: 'answer-mention',
        key: `${channelId}:${ts}`,
        lane: threadLane(channelId, threadTs),
        order: `${ts}:2-answer`,
        payload: { channelId, ts },
      });
    }
  };
}

/** One thread is one lane: its answers come in the order of their questions. */
export function threadLane(channelId: string, threadTs: string): string {
  return `thread:${channelId}:${threadTs}`;
}

/**
 * The conversation of a thread that has none yet: of a milestone or the project card at its first message, of any
 * other place at its first mention (product.md 3.1). Null where the bot has no business; outside any project a
 * mention gets an explanation instead.
 */
async function openConversation(
  deps: ReceiveMessageDeps,
  message: IncomingMessage,
  threadTs: string,
): Promise<Conversation | null> {
  const { teamId, channelId, mentionsBot, direct } = message;
  const project = direct ? null : await deps.projects.findByChannel(teamId, channelId);
  if (project === null) {
    if (mentionsBot || direct) await explainSetup(deps, message);
    return null;
  }
  if (project.state === 'archived') return null;
  const milestone =
    message.threadTs === null ? null : await deps.milestones.findByThread(teamId, channelId, threadTs);
  if (milestone === null && !mentionsBot && threadTs !== project.cardTs) return null;
  return deps.conversations.findOrCreate({
    teamId,
    channelId,
    threadTs,
    type: 'project',
    projectId: project.id,
    milestoneId: milestone?.id ?? null,
    title: milestone?.title ?? project.name,
  });
}

/** Links and files count once: taking them in again after someone pressed Undo would bring them back. */
async function takeInAttachments(
  { attachShared, attachments, jobs, messages }: ReceiveMessageDeps,
  message: IncomingMessage,
  conversation: Conversation,
): Promise<void> {
  const { teamId, channelId, ts, userId, links, files } = message;
  if (conversation.milestoneId === null || (links.length === 0 && files.length === 0)) return;
  const { threadTs } = conversation;
  await attachShared({ conversation, ts, userId, links, workspaceHost: message.workspaceHost });
  if (files.length > 0) {
    await jobs.enqueue({
      teamId,
      kind: 'keep-files',
      key: `${channelId}:${ts}`,
      lane: threadLane(channelId, threadTs),
      order: `${ts}:1-files`,
      payload: { channelId, threadTs, ts, userId, files },
    });
  }
  // Deleted while its links were attached: what it attached goes with it.
  if ((await messages.find(teamId, channelId, ts))?.deleted === true) {
    const shared = await attachments.listByMessage(teamId, channelId, ts);
    await attachments.withdraw(
      teamId,
      { channelId, messageTs: ts },
      shared.map((one) => one.id),
    );
  }
  await messages.settle(teamId, channelId, ts);
}

function explainSetup(
  { jobs }: ReceiveMessageDeps,
  { teamId, channelId, ts, threadTs }: IncomingMessage,
): Promise<void> {
  return jobs.enqueue({
    teamId,
    kind: 'explain-setup',
    key: `${channelId}:${ts}`,
    lane: threadLane(channelId, threadTs ?? ts),
    order: ts,
    payload: { channelId, threadTs: threadTs ?? ts, ts },
  });
}
