import type { Message } from '../domain/conversation.ts';

/** Stands after every message. */
const LAST = '9999999999.999999';

/** What a model is asked last, as a message that nobody sent. */
export function askedLast(
  asked: Pick<Message, 'teamId' | 'conversationId' | 'channelId' | 'userId' | 'content' | 'metadata'>,
): Message {
  return {
    ...asked,
    id: '',
    ts: LAST,
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
