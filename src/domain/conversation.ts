import type { AnswerEffects, WantedEntry } from './answer-effects.ts';
import type { MessageMetadata, MessageType } from './message-metadata.ts';
import type { Receipt } from './receipt.ts';

/**
 * A planning conversation is a type of its own: it is never listed among task threads nor taken for one
 * (docs/decisions/0006).
 */
export type ConversationType = 'project' | 'coaching' | 'task' | 'planning';
/** How the bot behaves: decides for itself, never proposes a specialist, prefers proposing one. */
export type ConversationMode = 'auto' | 'coaching' | 'task';

/** What stands for the older part of a long thread. */
export interface Summary {
  text: string;
  /** Slack ts of the newest message the summary was made from. */
  throughTs: string;
  /** How many messages it stands for. */
  messages: number;
}

/** The stored messages of one Slack thread, or of one person's direct messages with the bot. */
export interface Conversation {
  id: string;
  teamId: string;
  channelId: string;
  /** Slack ts of the thread's first message; null until it is opened in Slack, and for a coaching conversation. */
  threadTs: string | null;
  type: ConversationType;
  mode: ConversationMode;
  /** Null for what is one person's own. */
  projectId: string | null;
  /** Whose coaching conversation it is, or a task thread of it: nobody else's, and not for bots with a key. */
  userId: string | null;
  milestoneId: string | null;
  parentId: string | null;
  /** The task whose planning conversation or task thread it is, or null. */
  taskId: string | null;
  title: string;
  summary: Summary | null;
  /** Slack ts up to which it was emptied: nothing from then or before is stored or told any more. Empty: never. */
  since: string;
  /** How many times it was emptied. */
  resets: number;
  /** Deleted; it comes back, empty, when someone speaks to the bot in its thread. */
  deleted: boolean;
}

/** A conversation of a project, which its channel's members share. */
export type SharedConversation = Conversation & { projectId: string };

export function isShared(conversation: Conversation): conversation is SharedConversation {
  return conversation.projectId !== null && conversation.userId === null;
}

export type MessageRole = 'user' | 'assistant';

/** One stored turn. A deleted one keeps its ts and nothing else, so that a late event cannot bring it back. */
export interface Message {
  id: string;
  teamId: string;
  conversationId: string;
  channelId: string;
  /** Slack ts: the order of messages, and with team and channel their identity. */
  ts: string;
  role: MessageRole;
  type: MessageType;
  userId: string;
  content: string;
  /** Slack ts of the last edit, or null. */
  editedTs: string | null;
  deleted: boolean;
  /** True when its links were taken in, or its feedback was counted. */
  settled: boolean;
  /**
   * The milestone an answer of ours was made for, null at the project level. A thread can become a milestone later:
   * then an answer that read more than it may does not go along. Means nothing for what people say.
   */
  madeFor: string | null;
  /** For an answer of ours: the ts of the question it answers. Null for what people say. */
  answerTo: string | null;
  /**
   * In a planning conversation: how much feedback had come when this message did, itself included. Slack's ts is no
   * order of arrival, since an event may come minutes late. Null elsewhere and until it is counted.
   */
  arrival: number | null;
  /** What goes with its type (product.md 3.3); null for what people say. */
  metadata: MessageMetadata | null;
}

export type AnswerState = 'working' | 'saved' | 'delivered' | 'failed' | 'stopped';

/** One answer to one mention, from the moment work on it began. */
export interface Answer {
  id: string;
  teamId: string;
  conversationId: string;
  channelId: string;
  /** The thread it is given in; null in a direct message outside threads. */
  threadTs: string | null;
  questionTs: string;
  /** The edit of the question this answer belongs to; null for the unedited question. */
  questionEditedTs: string | null;
  askedBy: string;
  state: AnswerState;
  text: string;
  receipt: Receipt | null;
  /** The milestone whose scope it was made in, null at the project level. */
  madeFor: string | null;
  /** Addresses that may be live links in it. */
  urls: string[];
  /** Given to the person in place of a raw error; the log has the whole story under it. */
  reference: string | null;
  /** What is to follow from it besides its text; null when nothing does, and once it is carried out. */
  effects: AnswerEffects | null;
  /** What it remembered. */
  remembered: { about: WantedEntry['about']; id: string }[];
  /** Ids of the attachments it cites or quotes. */
  used: string[];
  /** Names of the tools the model called for it. */
  toolCalls: string[];
  /** How many Slack messages the answer has been given; parts beyond the newest text are emptied. */
  parts: number;
}
