import { person } from '../domain/actor.ts';
import type { SlackFile } from '../domain/attachment.ts';
import { type Conversation, isShared, type SharedConversation } from '../domain/conversation.ts';
import { wordIn } from '../domain/dispatch.ts';
import type { SharedLink } from '../domain/link.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { MessageStore } from '../ports/conversations.ts';
import type { AttachShared } from './attach-shared.ts';
import {
  type FindConversationDeps,
  openConversation,
  privateConversation,
} from './conversation-of-message.ts';
import type { GiveFeedback } from './give-feedback.ts';
import { laneOf, threadLane } from './lanes.ts';
import { planAskedFor } from './start-planning.ts';

/** A person's message as Slack told of it, with the links and files in it. */
export interface IncomingMessage {
  teamId: string;
  channelId: string;
  ts: string;
  /** Slack ts of the thread it was written in; null for a message of the channel or a direct message. */
  threadTs: string | null;
  userId: string;
  /** An app wrote it, if need be in a person's name: it is heard, and decides nothing. */
  byBot: boolean;
  /** Plain text; mentions stay as `<@U…>`. */
  content: string;
  clientMsgId: string | null;
  mentionsBot: boolean;
  direct: boolean;
  links: SharedLink[];
  files: SlackFile[];
  /** Host of this workspace, such as `acme.slack.com`, when known. */
  workspaceHost: string | null;
}

export interface ReceiveMessageDeps extends FindConversationDeps {
  messages: MessageStore;
  attachments: AttachmentStore;
  attachShared: AttachShared;
  giveFeedback: GiveFeedback;
}

const REMEMBERED_THREADS = 10_000;

/** @param how `edited`: it is heard of by an edit first, so its words decide nothing. */
export type ReceiveMessage = (message: IncomingMessage, how?: { edited: boolean }) => Promise<void>;

/**
 * Takes in a person's message: keeps it, attaches the links in it, queues the answer to a mention. When it resolves
 * everything is written, so that the event may be acknowledged; running it again for the same message adds nothing.
 */
export function createReceiveMessage(deps: ReceiveMessageDeps): ReceiveMessage {
  const threads = new Map<string, Conversation>();

  /** A thread keeps its conversation for good, so words alone need no look-up; where links go is looked up each time. */
  async function conversationOf(message: IncomingMessage, threadTs: string): Promise<Conversation | null> {
    const { teamId, channelId, links, files } = message;
    const key = `${teamId}:${channelId}:${threadTs}`;
    const remembered = links.length + files.length === 0 ? threads.get(key) : undefined;
    if (remembered !== undefined) return remembered;
    const known = await deps.conversations.findByThread(teamId, channelId, threadTs);
    const conversation = known ?? (await openConversation(deps, message, threadTs));
    if (threads.size >= REMEMBERED_THREADS) threads.clear();
    if (conversation !== null) threads.set(key, conversation);
    return conversation;
  }

  return async (message, { edited } = { edited: false }) => {
    const { teamId, channelId, ts, direct } = message;
    const threadTs = message.threadTs ?? ts;
    const conversation = await (direct
      ? privateConversation(deps, message)
      : conversationOf(message, threadTs));
    // Said before the conversation was emptied, and told of late.
    if (conversation === null || ts <= conversation.since) return;

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
      settled: !isToBeTakenIn(message, conversation),
      madeFor: null,
      answerTo: null,
      metadata: null,
    });
    if (kept.as === 'duplicate' || kept.as === 'deleted') return;
    if (direct && (await isEmptiedSince(deps, conversation, ts))) return;
    if (conversation.type === 'planning') {
      if (!kept.settled) await deps.giveFeedback(conversation, message, person(userId));
    } else if (conversation.type === 'project' && isShared(conversation)) {
      await takeInAttachments(deps, message, conversation, kept.settled);
    }
    await react(deps, message, conversation, threadTs, !edited && !message.byBot);
  };
}

/** The conversation was emptied while this message was being kept. */
async function isEmptiedSince(
  { conversations, messages }: ReceiveMessageDeps,
  { teamId, id }: Conversation,
  ts: string,
): Promise<boolean> {
  const now = await conversations.findById({ teamId, id });
  if (now === null || ts > now.since) return false;
  await messages.removeThrough({ teamId, id }, now.since);
  return true;
}

/** In a planning thread everything is feedback, also what begins with "plan"; a private one plans nothing. */
export function asksForPlan({ type, userId }: Conversation, content: string): boolean {
  return type !== 'planning' && userId === null && planAskedFor(content) !== null;
}

/** Feedback in a planning thread is counted; in a milestone's thread links are taken in, elsewhere not. */
function isToBeTakenIn({ links }: IncomingMessage, { type, milestoneId }: Conversation): boolean {
  return type === 'planning' || (type === 'project' && links.length > 0 && milestoneId !== null);
}

const RESET = /^[\s\p{P}]*(?:@Milepost)?[\s\p{P}]*reset[\s\p{P}]*$/iu;

/**
 * A mention is answered, or begins to be planned when it asks for that (product.md 8.2); a direct message needs no
 * mention. A word that may decide about a proposal is looked at as such first, whoever it was said to.
 */
async function react(
  { jobs }: ReceiveMessageDeps,
  message: IncomingMessage,
  conversation: Conversation,
  threadTs: string,
  mayDecide: boolean,
): Promise<void> {
  const { teamId, channelId, ts, content, direct } = message;
  const mention = message.mentionsBot || direct;
  const lane = laneOf(conversation, threadTs);
  const job = { teamId, key: `${channelId}:${ts}`, lane, order: `${ts}:2-answer` };
  const payload = { channelId, ts, ...(direct ? { inThread: message.threadTs } : {}) };
  if (conversation.type === 'coaching' && RESET.test(content)) {
    const { threadTs: inThread } = message;
    // As below: nobody waits for the answer they want forgotten.
    return jobs.enqueue({
      ...job,
      kind: 'ask-reset',
      lane: `decide:${lane}`,
      payload: { channelId, ts, inThread },
    });
  }
  if (conversation.type !== 'planning' && mayDecide && wordIn(content) !== null) {
    // Not in the thread's own lane: a specialist can be stopped, and approved, while an answer is under way.
    const decide = { ...payload, mention, lane };
    return jobs.enqueue({ ...job, kind: 'decide-by-word', lane: `decide:${lane}`, payload: decide });
  }
  if (!mention) return;
  if (asksForPlan(conversation, content)) {
    return jobs.enqueue({ ...job, kind: 'start-planning', payload: { channelId, ts } });
  }
  return jobs.enqueue({ ...job, kind: 'answer-mention', payload });
}

/**
 * Links and files count once: taking them in again after someone pressed Undo would bring them back. Links by
 * `settled`, files by the key of their job, since of the two events of a mention only one may name them.
 */
async function takeInAttachments(
  { attachShared, attachments, jobs, messages }: ReceiveMessageDeps,
  message: IncomingMessage,
  conversation: SharedConversation,
  settled: boolean,
): Promise<void> {
  const { teamId, channelId, ts, userId, links, files, workspaceHost } = message;
  if (conversation.milestoneId === null) return;
  const threadTs = conversation.threadTs ?? ts;
  if (files.length > 0) {
    await jobs.enqueue({
      teamId,
      kind: 'keep-files',
      key: `${channelId}:${ts}`,
      lane: threadLane(channelId, threadTs),
      order: `${ts}:1-files`,
      payload: { channelId, threadTs, ts, userId, files, mention: message.mentionsBot },
    });
  }
  if (settled || links.length === 0) return;
  await attachShared({ conversation, ts, userId, links, workspaceHost });
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
