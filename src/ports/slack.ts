import type { Actor } from '../domain/actor.ts';
import type { Attachment, SlackFile } from '../domain/attachment.ts';
import type { ContextEntry } from '../domain/context-entry.ts';
import type { Dispatch } from '../domain/dispatch.ts';
import type { HomeContent } from '../domain/home.ts';
import type { Milestone, Project } from '../domain/project.ts';
import type { Receipt } from '../domain/receipt.ts';
import type { Task, TaskTally } from '../domain/task.ts';
import type { TaskProposal } from '../domain/task-proposal.ts';
import { OutageError, PermanentError, type Refused } from './jobs.ts';

/** What a message of ours says; the Slack adapter decides how it looks. */
export type Outgoing =
  | { kind: 'project-card'; project: Project; milestones: Milestone[]; attachments: number }
  | {
      kind: 'milestone-card';
      milestone: Milestone;
      attachments: number;
      mode: string;
      tasks: TaskTally;
      memory: MilestoneMemory;
    }
  /** One part of an answer in Slack's own markup; the last part carries the receipt. */
  | { kind: 'answer'; answerId: string; text: string; receipt: Receipt | null }
  | { kind: 'answer-failed'; answerId: string; reference: string; why: FailureReason }
  | { kind: 'emptied' }
  /** Takes the place of the card of a deleted milestone. */
  | { kind: 'milestone-deleted'; title: string; userId: string }
  | { kind: 'setup-invitation'; channelId: string }
  /** Opens the planning conversation of a task. */
  | { kind: 'planning-card'; task: Task; place: TaskPlace }
  /** Opens the task thread. */
  | { kind: 'task-card'; task: Task; place: TaskPlace }
  /** A version of the plan in the planning thread: its beginning, in Slack's own markup, and how to see all of it. */
  | { kind: 'plan'; task: Task; version: number; by: Actor; excerpt: string; whole: boolean }
  /** Where the planning of a task went on, in the thread where it was asked for. */
  | { kind: 'planning-started'; title: string; url: string }
  /** Feedback came for a task that is over. */
  | { kind: 'reopen-question'; task: Task }
  | { kind: 'planning-failed'; taskId: string; reference: string; why: FailureReason }
  /** One part of what a bot says, in Slack's own markup. */
  | { kind: 'bot-message'; author: string; text: string }
  /** First message of a thread that a bot opened. */
  | { kind: 'thread-opened'; author: string; title: string }
  /** A proposed specialist, and what became of it. */
  | { kind: 'dispatch-card'; dispatch: Dispatch; specialist: string; url: string | null }
  /** Opens the thread of a result: what was asked. */
  | { kind: 'dispatch-task'; specialist: string; task: string; by: string }
  /** One part of a result, in Slack's own markup; the last one carries the receipt. */
  | { kind: 'dispatch-result'; dispatchId: string; text: string; receipt: Receipt | null }
  /** In the thread it came from: the beginning of a result, in Slack's own markup, and where all of it is. */
  | { kind: 'dispatch-summary'; specialist: string; text: string; url: string; whole: boolean }
  /** Someone approved by a word what cannot be undone. */
  | { kind: 'confirm-dispatch'; dispatch: Dispatch; specialist: string; userId: string }
  /** A proposed task, and what became of it; with the address of its planning while that is open. */
  | { kind: 'task-proposal'; proposal: TaskProposal; url: string | null }
  /** What an answer remembered, and what it could not. */
  | { kind: 'remembered'; answerId: string; lines: RememberedLine[]; refused: { key: string; why: string }[] }
  /** "reset" in a direct message asks first. */
  | { kind: 'reset-question'; resets: number; facts: number }
  /** In a task's thread: a page its plan may go by says something else now. */
  | { kind: 'page-changed'; attachment: Attachment }
  | { kind: 'notice'; text: string };

/** One thing that was remembered, as its message shows it. */
export interface RememberedLine {
  id: string;
  about: 'conversation' | 'person';
  key: string;
  value: unknown;
  /** When it was stored: a value stored anew since is not forgotten by this line. Null when it is forgotten. */
  updatedAt: Date | null;
}

/** What the conversation of a milestone remembers: the newest, and how many in all. */
export interface MilestoneMemory {
  entries: ContextEntry[];
  total: number;
}

/** Where a task belongs, by name, with addresses of its threads where they are open. */
export interface TaskPlace {
  project: string;
  milestone: string | null;
  planningUrl: string | null;
  taskUrl: string | null;
}

/** Why there is no answer: the model was not to be had, it refused the request, or something else broke. */
export type FailureReason = 'unavailable' | 'refused' | 'broken';

/** What only one person sees. */
export type Whisper =
  | {
      kind: 'attached';
      attachments: Attachment[];
      section: string;
      messageTs: string;
      refused: Refused;
    }
  /** What was being read is read now, or turned out to be unreadable. */
  | { kind: 'reading-ended'; attachments: Attachment[]; section: string }
  | { kind: 'text'; text: string };

export interface Spot {
  teamId: string;
  channelId: string;
  threadTs: string | null;
}

export interface Person {
  userId: string;
  name: string;
  /** Single- or multi-channel guest. */
  guest: boolean;
  /** From another organisation. */
  outsider: boolean;
  /** An app. People remembered by version 0.1 do not say. */
  bot?: boolean;
}

/** What a person said in a thread before the bot kept it. */
export interface ThreadMessage {
  ts: string;
  userId: string;
  content: string;
  clientMsgId: string | null;
}

export interface ChannelInfo {
  channelId: string;
  name: string;
}

/**
 * Slack as the use cases need it. Posting is not repeated by the adapter: a call that may or may not have arrived
 * throws, and `findPosted` tells which on the next try.
 */
export interface Slack {
  /** Posts and carries `deliveryId` in the message, to be found again. @returns the Slack ts. */
  post(spot: Spot, message: Outgoing, deliveryId: string): Promise<string>;
  update(spot: Spot, ts: string, message: Outgoing, deliveryId: string): Promise<void>;
  /** The ts of our message that carries `deliveryId`, looking at what came after `sinceTs`. */
  findPosted(spot: Spot, deliveryId: string, sinceTs: string): Promise<string | null>;
  /** What people said in a thread so far, oldest first; at most about 1,000 messages. */
  readThread(spot: Spot): Promise<ThreadMessage[]>;
  whisper(spot: Spot, userId: string, message: Whisper): Promise<void>;
  addReaction(spot: Spot, ts: string, name: string): Promise<void>;
  removeReaction(spot: Spot, ts: string, name: string): Promise<void>;
  person(teamId: string, userId: string): Promise<Person>;
  channel(teamId: string, channelId: string): Promise<ChannelInfo>;
  /** True when this person is in the channel now. */
  isMember(teamId: string, channelId: string, userId: string): Promise<boolean>;
  /** Channels that both this person and the bot are in now. */
  sharedChannels(teamId: string, userId: string): Promise<ChannelInfo[]>;
  /** What Slack knows of a file; null when it is gone or closed to the bot. */
  file(teamId: string, fileId: string): Promise<SlackFile | null>;
  /**
   * The bytes of a shared file.
   * @throws DomainError `document_too_large` past `limit` bytes; the reason of `signal` when it ends.
   */
  download(teamId: string, url: string, limit: number, signal: AbortSignal): Promise<Uint8Array>;
  /**
   * An answer in Slack's markup, cut into messages at paragraph ends. Addresses not among `urls` are not live, and
   * citations such as [2] lead to the attachment they name.
   */
  split(markdown: string, urls: string[], receipt: Receipt | null): string[];
  /** The address of a message in Slack. */
  link(teamId: string, channelId: string, ts: string): Promise<string>;
  /** The address of a person's direct messages with the bot. */
  directLink(teamId: string): Promise<string>;
  /** Everybody in a channel now. */
  members(teamId: string, channelId: string): Promise<string[]>;
  /** Ids of the channels this person is in now, as far as the bot can see them. */
  channelsOf(teamId: string, userId: string): Promise<string[]>;
  /**
   * Shows a person their Home.
   * @param hash of the view it replaces, or null to replace whatever is there.
   * @returns the hash of what is shown now. @throws HomeMovedOn when another view was published meanwhile.
   */
  publishHome(teamId: string, userId: string, home: HomeContent, hash: string | null): Promise<string>;
}

/** Someone else published a newer Home. */
export class HomeMovedOn extends Error {
  constructor() {
    super('The Home was published again meanwhile.');
    this.name = 'HomeMovedOn';
  }
}

/** The message, thread or channel is gone or closed to the bot: trying again cannot help. */
export class SlackGone extends PermanentError {
  constructor(code: string) {
    super(`Slack answered ${code}.`);
    this.name = 'SlackGone';
  }
}

/** Slack itself or the way to it is down: a 5xx, a broken connection, no answer in time. */
export class SlackUnavailable extends OutageError {
  constructor(message = 'Slack could not be reached.', options?: ErrorOptions) {
    super(message, options);
    this.name = 'SlackUnavailable';
  }
}
