import type { Conversation } from '../domain/conversation.ts';

/** One thread is one lane: its answers come in the order of their questions. */
export function threadLane(channelId: string, threadTs: string): string {
  return `thread:${channelId}:${threadTs}`;
}

/** A person's own conversation is one lane, whatever thread of their direct messages they write in. */
export const privateLane = (userId: string): string => `direct:${userId}`;

export function laneOf({ userId, channelId }: Conversation, threadTs: string): string {
  return userId === null ? threadLane(channelId, threadTs) : privateLane(userId);
}
