import type { Actor } from '../domain/actor.ts';
import { signature } from '../domain/actor.ts';
import type { Conversation, Message, MessageRole } from '../domain/conversation.ts';
import { DomainError } from '../domain/errors.ts';
import { checkMetadata, type MessageMetadata, type MessageType } from '../domain/message-metadata.ts';
import type { ConversationStore, MessageStore } from '../ports/conversations.ts';
import type { JobQueue } from '../ports/jobs.ts';
import { threadLane } from './lanes.ts';
import { taskLane } from './settle-task.ts';

export interface AddMessageDeps {
  conversations: ConversationStore;
  messages: MessageStore;
  jobs: JobQueue;
}

export interface AddedMessage {
  conversation: Conversation;
  by: Actor;
  role: MessageRole;
  type: MessageType;
  metadata: MessageMetadata | null;
  /** Markdown. */
  content: string;
  /** Makes it one message when it is sent twice. */
  key: string;
  arrival: number | null;
}

/** Characters (code points) of one message through the API. */
export const MESSAGE_LIMIT = 40_000;

export type AddMessage = (added: AddedMessage) => Promise<Message>;

/**
 * Adds a message of a bot to a conversation; a job posts it in the conversation's thread, which it opens if need be. A
 * deleted conversation begins again with it.
 * @throws DomainError `message_empty`, `message_too_long`, `metadata_invalid`
 */
export function createAddMessage({ conversations, messages, jobs }: AddMessageDeps): AddMessage {
  return async ({ conversation, by, role, type, metadata, content, key, arrival }) => {
    checkContent(content);
    checkMetadata(type, metadata);
    const { teamId, channelId, taskId } = conversation;
    if (conversation.deleted) await conversations.setDeleted({ teamId, id: conversation.id }, false);
    const message = await messages.append({
      teamId,
      conversationId: conversation.id,
      channelId,
      role,
      type,
      metadata,
      userId: signature(by),
      content,
      clientMsgId: key,
      madeFor: conversation.milestoneId,
      arrival,
    });
    await jobs.enqueue({
      teamId,
      kind: 'post-message',
      key: message.id,
      lane:
        taskId === null ? threadLane(channelId, conversation.threadTs ?? conversation.id) : taskLane(taskId),
      order: `message:${message.ts}`,
      payload: { messageId: message.id },
    });
    return message;
  };
}

function checkContent(content: string): void {
  if (content.trim() === '') throw new DomainError('message_empty', 'The message is empty. Send its text.');
  if (content.length > MESSAGE_LIMIT && Array.from(content).length > MESSAGE_LIMIT) {
    throw new DomainError(
      'message_too_long',
      'A message has at most 40,000 characters. Send it in several, or attach it as a document.',
    );
  }
}
