import type {
  Answer,
  Conversation,
  ConversationMode,
  ConversationType,
  Message,
  Summary,
} from '../domain/conversation.ts';
import type { MessageMetadata } from '../domain/message-metadata.ts';
import type { Ref } from '../domain/scope.ts';

export interface NewConversation {
  teamId: string;
  channelId: string;
  threadTs: string;
  type: ConversationType;
  projectId: string;
  milestoneId: string | null;
  title: string;
}

/** A conversation whose thread is opened in Slack later. */
export interface NewUnopened extends Omit<NewConversation, 'threadTs' | 'projectId'> {
  projectId: string | null;
  /** Whose private conversation led to it; null in a project. */
  userId: string | null;
  mode: ConversationMode;
  /** What makes it one conversation when it is asked for twice, such as `planning:<task id>`. */
  key: string;
  parentId: string | null;
  taskId: string | null;
}

/** Conversations of projects: what is private is never listed. */
export interface ConversationQuery {
  teamId: string;
  types: ConversationType[];
  projectId?: string;
  parentId?: string;
  /** Id of the last conversation of the page before. */
  after?: string;
  limit: number;
}

export type ConversationChange = Partial<
  Pick<Conversation, 'mode' | 'milestoneId' | 'title' | 'projectId' | 'channelId'>
>;

/** Conversations: one for each thread, also when two first messages come at once. */
export interface ConversationStore {
  findByThread(teamId: string, channelId: string, threadTs: string): Promise<Conversation | null>;
  findById(ref: Ref): Promise<Conversation | null>;
  findOrCreate(conversation: NewConversation): Promise<Conversation>;
  /** The one conversation under its key, made when there is none. */
  findOrOpen(conversation: NewUnopened): Promise<Conversation>;
  /** A person's one coaching conversation, made when there is none. */
  findOrCreateCoaching(person: { teamId: string; userId: string; channelId: string }): Promise<Conversation>;
  findCoaching(teamId: string, userId: string): Promise<Conversation | null>;
  /**
   * Empties a conversation once: what it was up to `since` counts no more, its title and summary go, and a summary under
   * way is void. The messages themselves are removed by `MessageStore.removeThrough`.
   * @param resets as it was read. @returns null when it was emptied meanwhile.
   */
  empty(ref: Ref, resets: number, since: string): Promise<Conversation | null>;
  /** Hides a conversation from every list until it is revived. */
  setDeleted(ref: Ref, deleted: boolean): Promise<void>;
  /** The conversations under these keys, in any order. */
  findByKeys(teamId: string, keys: string[]): Promise<Conversation[]>;
  /** The thread of a conversation is about to be opened in Slack. */
  opening(ref: Ref): Promise<void>;
  /** Writes down where the thread of a conversation was opened, once; a thread that has a conversation keeps it. */
  opened(ref: Ref, threadTs: string): Promise<void>;
  /** True when a thread of this channel began to be opened since, and is not written down yet. */
  isOpening(teamId: string, channelId: string, since: Date): Promise<boolean>;
  /** Newest first. */
  list(query: ConversationQuery): Promise<Conversation[]>;
  change(ref: Ref, change: ConversationChange): Promise<void>;
  /** The conversation of a milestone's thread becomes the project's. */
  releaseMilestone(teamId: string, milestoneId: string): Promise<void>;
  /** Stores a summary unless a message it was made from changed in between (`revision` as read). */
  setSummary(ref: Ref, revision: number, summary: Summary): Promise<boolean>;
  /** Drops the summary if it was made from the message at `ts`, and makes one under way void. */
  dropSummary(teamId: string, channelId: string, threadTs: string, ts: string): Promise<void>;
  /** The same for a conversation that has no thread. */
  dropSummaryOf(ref: Ref, ts: string): Promise<void>;
  /** Grows with every edit and deletion of a message. */
  revisionOf(ref: Ref): Promise<number>;
}

export interface NewMessage {
  teamId: string;
  conversationId: string;
  channelId: string;
  threadTs: string;
  ts: string;
  role: Message['role'];
  userId: string;
  content: string;
  clientMsgId: string | null;
  /** False while links in it are to be taken in. */
  settled: boolean;
  /** For an answer of ours: the milestone it was made for, null at the project level. */
  madeFor: string | null;
  /** For an answer of ours: the ts of its question. */
  answerTo: string | null;
  metadata: MessageMetadata | null;
}

/** A message that did not come from Slack; it is posted there afterwards. */
export interface AppendedMessage extends Omit<NewMessage, 'ts' | 'threadTs' | 'settled' | 'answerTo'> {
  type: Message['type'];
  /** For what follows from a question: its ts. */
  answerTo?: string;
  /** Makes it one message when it is appended twice. */
  clientMsgId: string;
  arrival: number | null;
}

export interface Kept {
  /**
   * `known`: the same ts was kept before; `duplicate`: the same client_msg_id under another ts; `deleted`: it was
   * deleted before it arrived.
   */
  as: 'new' | 'known' | 'duplicate' | 'deleted';
  /** True when its links were taken in before (see `settle`). */
  settled: boolean;
}

/** Messages, ordered by Slack ts. */
export interface MessageStore {
  /** Keeps a message once. */
  keep(message: NewMessage): Promise<Kept>;
  /** Marks that the links of a message were taken in. */
  settle(teamId: string, channelId: string, ts: string): Promise<void>;
  find(teamId: string, channelId: string, ts: string): Promise<Message | null>;
  findById(ref: Ref): Promise<Message | null>;
  /** Adds a message at the end, once for its `clientMsgId`; its ts is this moment, whenever it is posted. */
  append(message: AppendedMessage): Promise<Message>;
  /** An appended message stands in Slack under this ts: its deletion there is found by it. */
  posted(ref: Ref, ts: string): Promise<void>;
  /** Counts a message of a planning conversation as feedback and settles it. */
  arrived(teamId: string, channelId: string, ts: string, arrival: number): Promise<void>;
  /**
   * The newest messages after `afterTs` (exclusive) that a question at `questionTs` follows, at most `limit`,
   * ascending: what was said before it, and our answers to earlier questions, also where they came after it.
   */
  newest(ref: Ref, afterTs: string, questionTs: string, limit: number): Promise<Message[]>;
  /** True when feedback stands in a planning conversation that arrived after so much of it, or is not counted yet. */
  hasFeedbackAfter(conversation: Ref, arrival: number): Promise<boolean>;
  /** The newest messages of all, at most `limit`, ascending. */
  latest(ref: Ref, limit: number): Promise<Message[]>;
  /** The oldest messages after `afterTs` (exclusive), at most `limit`, ascending. */
  oldest(ref: Ref, afterTs: string, beforeTs: string, limit: number): Promise<Message[]>;
  /** Changes the text unless a newer edit is known; feedback is then to be counted anew. @returns the message when it changed. */
  edit(
    teamId: string,
    channelId: string,
    ts: string,
    content: string,
    editedTs: string,
    metadata?: MessageMetadata | null,
  ): Promise<Message | null>;
  /** Empties the message and keeps its ts, also when it has not arrived yet. @returns what it was, if known. */
  erase(teamId: string, channelId: string, ts: string): Promise<Message | null>;
  /** Where messages stand that cite or quote an attachment (`metadata.used`), deleted ones not. */
  listMadeFrom(
    teamId: string,
    attachmentId: string,
  ): Promise<Pick<Message, 'teamId' | 'conversationId' | 'ts'>[]>;
  /** Empties what cites or quotes an attachment (`metadata.used`). @returns what these messages were. */
  eraseMadeFrom(teamId: string, attachmentId: string): Promise<Message[]>;
  /** Removes the messages of a conversation up to `throughTs`, with later answers to them. @returns how many. */
  removeThrough(conversation: Ref, throughTs: string): Promise<number>;
  /** The ts of the newest message, also of one in Slack that stands for an appended one; '0' when there is none. */
  newestTs(conversation: Ref): Promise<string>;
}

export interface AnswerKey {
  teamId: string;
  channelId: string;
  questionTs: string;
}

/** What a model call came to. */
export type MadeAnswer = Pick<
  Answer,
  'text' | 'receipt' | 'urls' | 'madeFor' | 'questionEditedTs' | 'effects' | 'toolCalls' | 'used'
>;

/** Answers. Every write names the fence of the job that makes it: one that lost its lease writes nothing. */
export interface AnswerStore {
  /** Finds or creates the answer to a question and takes it over for this fence. @throws FencedError */
  begin(
    key: AnswerKey,
    start: Pick<Answer, 'conversationId' | 'threadTs' | 'askedBy'>,
    fence: number,
  ): Promise<Answer>;
  find(key: AnswerKey): Promise<Answer | null>;
  findById(ref: Ref): Promise<Answer | null>;
  /** Saves the model's text before it is delivered. @throws FencedError */
  save(ref: Ref, fence: number, made: MadeAnswer): Promise<Answer>;
  /** Ends the work on it; its effects are carried out, or never will be. @throws FencedError */
  settle(
    ref: Ref,
    fence: number,
    end: { state: 'delivered' | 'stopped'; parts: number; remembered?: Answer['remembered'] },
  ): Promise<void>;
  /** @throws FencedError */
  fail(ref: Ref, fence: number, reference: string): Promise<Answer>;
  /** Takes the name of a removed attachment from every receipt, and the text from every answer that used it. */
  eraseMadeFrom(teamId: string, attachmentId: string): Promise<void>;
  /** Takes the text from the answer to a question, and what was to follow from it. */
  erase(key: AnswerKey): Promise<void>;
  /** Removes the answers of a conversation to questions up to `throughTs`. */
  removeThrough(conversation: Ref, throughTs: string): Promise<void>;
  /** One vote a person, the last one counts. */
  vote(ref: Ref, userId: string, vote: 'up' | 'down'): Promise<void>;
}

export type { ConversationMode };
