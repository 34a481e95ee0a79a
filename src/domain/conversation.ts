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

/** The stored messages of one Slack thread. */
export interface Conversation {
  id: string;
  teamId: string;
  channelId: string;
  /** Slack ts of the thread's first message; null until the thread is opened in Slack. */
  threadTs: string | null;
  type: ConversationType;
  mode: ConversationMode;
  projectId: string;
  milestoneId: string | null;
  parentId: string | null;
  /** The task whose planning conversation or task thread it is, or null. */
  taskId: string | null;
  title: string;
  summary: Summary | null;
}

export type MessageRole = 'user' | 'assistant';
export type MessageType = 'text' | 'agent_request' | 'agent_progress' | 'agent_result';

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
}

export type AnswerState = 'working' | 'saved' | 'delivered' | 'failed' | 'stopped';

/** One answer to one mention, from the moment work on it began. */
export interface Answer {
  id: string;
  teamId: string;
  conversationId: string;
  channelId: string;
  threadTs: string;
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
  /** How many Slack messages the answer has been given; parts beyond the newest text are emptied. */
  parts: number;
}
