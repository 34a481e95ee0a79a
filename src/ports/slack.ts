import type { Attachment } from '../domain/attachment.ts';
import type { Milestone, Project } from '../domain/project.ts';
import type { Receipt } from '../domain/receipt.ts';
import { OutageError, PermanentError, type Refused, type SharedFile } from './jobs.ts';

/** What a message of ours says; the Slack adapter decides how it looks. */
export type Outgoing =
  | { kind: 'project-card'; project: Project; milestones: Milestone[]; attachments: number }
  | { kind: 'milestone-card'; milestone: Milestone; attachments: number; mode: string }
  /** One part of an answer in Slack's own markup; the last part carries the receipt. */
  | { kind: 'answer'; answerId: string; text: string; receipt: Receipt | null }
  | { kind: 'answer-failed'; answerId: string; reference: string; why: FailureReason }
  | { kind: 'emptied' }
  /** Takes the place of the card of a deleted milestone. */
  | { kind: 'milestone-deleted'; title: string; userId: string }
  | { kind: 'setup-invitation'; channelId: string }
  | { kind: 'notice'; text: string };

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
  file(teamId: string, fileId: string): Promise<SharedFile | null>;
  /** The bytes of a shared file. @throws DomainError `document_too_large` past `limit` bytes. */
  download(teamId: string, url: string, limit: number): Promise<Uint8Array>;
  /**
   * An answer in Slack's markup, cut into messages at paragraph ends. Addresses not among `urls` are not live, and
   * citations such as [2] lead to the attachment they name.
   */
  split(markdown: string, urls: string[], receipt: Receipt | null): string[];
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
