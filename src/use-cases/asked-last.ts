import type { Message } from '../domain/conversation.ts';
import { AFTER_ALL } from './slack-time.ts';

/** What a model is asked last, as a message that nobody sent. */
export function askedLast(
  asked: Pick<Message, 'teamId' | 'conversationId' | 'channelId' | 'userId' | 'content' | 'metadata'>,
): Message {
  return {
    ...asked,
    id: '',
    ts: AFTER_ALL,
    role: 'user',
    type: 'text',
    editedTs: null,
    deleted: false,
    settled: true,
    madeFor: null,
    answerTo: null,
    arrival: null,
  };
}
