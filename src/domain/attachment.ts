import type { LinkType } from './link.ts';
import type { PassagePlace } from './passage-place.ts';

/** How far the reading of an attachment is. */
export type ReadState = 'pending' | 'ready' | 'failed';

/** Why the content of an attachment could not be read; every reader, person or model, is told. */
export type UnreadReason =
  | 'needs_sign_in'
  | 'not_found'
  | 'too_large'
  | 'type_not_supported'
  | 'blocked_address'
  | 'timed_out'
  | 'unreachable'
  | 'empty'
  | 'scanned'
  | 'encrypted'
  | 'damaged'
  | 'too_complex'
  | 'download_failed'
  /** Attached by version 0.1, which opened no pages. */
  | 'page_not_opened';

/**
 * A text we hold: of an uploaded file, a pasted text, or what stood on a page when it was read. Stored once per project
 * however often it is attached, and never changed: a page that says something else is another document.
 */
export interface Document {
  id: string;
  teamId: string;
  projectId: string;
  name: string;
  /** Bytes of the original. */
  size: number;
  /** SHA-256 of the content, hex: the same content in one project is one document. */
  hash: string;
  createdBy: string;
  createdAt: Date;
}

/** A piece of a document that fits a prompt. */
export interface Passage {
  id: string;
  teamId: string;
  projectId: string;
  documentId: string;
  /** Position in the document, from 0. */
  n: number;
  text: string;
  tokens: number;
  /** Where it stands; passages of version 0.1 do not say. */
  place: PassagePlace;
}

/** A document or a link in one place. */
export interface Attachment {
  id: string;
  teamId: string;
  projectId: string;
  milestoneId: string | null;
  kind: 'document' | 'link';
  /** What makes it the same attachment in one place: the canonical address or the document's id. */
  key: string;
  documentId: string | null;
  url: string | null;
  linkType: LinkType | null;
  title: string;
  /** The uploaded file behind a document, to read it again; null for links and pasted texts. */
  file: SlackFile | null;
  state: ReadState;
  /** Why it failed, or, while `state` is ready, why a page could not be read again since. */
  unread: UnreadReason | null;
  /** When it was last read or tried; null before. */
  readAt: Date | null;
  /** When a person or a message last asked for it to be read. */
  askedAt: Date;
  page: PageFacts | null;
  addedBy: string;
  addedAt: Date;
  /** Ids of attachments that became one with it: the same text or page, or the same thing moved to its place. */
  formerIds: string[];
}

/** Every id by which these are known, also from before some of them became one. */
export function idsOf(attachments: Pick<Attachment, 'id' | 'formerIds'>[]): Set<string> {
  return new Set(attachments.flatMap(({ id, formerIds }) => [id, ...formerIds]));
}

/** A file as Slack keeps it. */
export interface SlackFile {
  id: string;
  name: string;
  /** Bytes. */
  size: number;
  /** Where its bytes are, for the bot's token alone; empty when Slack did not say. */
  url: string;
  /** Where people open it in Slack; empty when Slack did not say. */
  permalink: string;
}

/** What was learned of a page besides its text. */
export interface PageFacts {
  /** What it calls itself. */
  title: string | null;
  /** Such as `de` or `en-GB`. */
  language: string | null;
  /** The address it gives as its own. It is told, and decides nothing. */
  canonicalUrl: string | null;
  /** SHA-256 of what stood there when it was last read, hex. */
  hash: string;
  validators: Validators;
}

/** What a server gave to ask whether a page changed (RFC 9110, 13.1). */
export interface Validators {
  etag: string | null;
  lastModified: string | null;
}

/** Why an attachment is there: a message that shared it, or a person who added it by hand (no message). */
export interface Source {
  channelId: string;
  messageTs: string;
  userId: string;
}

export const UNREAD_SENTENCE: Record<UnreadReason, string> = {
  needs_sign_in: 'it can only be read after signing in',
  not_found: 'there is nothing at its address any more',
  too_large: 'it is larger than the limit',
  type_not_supported: 'this type of file cannot be read',
  blocked_address: 'its address is not on the public web',
  timed_out: 'its server took too long to answer',
  unreachable: 'its server could not be reached',
  empty: 'there is no text in it',
  scanned: 'it holds pictures of text only, as from a scanner',
  encrypted: 'it is protected by a password',
  damaged: 'the file is damaged or not what its name says',
  too_complex: 'reading it took too long or too much memory',
  download_failed: 'Slack did not hand it out, as with files that are kept elsewhere',
  page_not_opened: 'the page was not opened yet',
};

/** Pictures, sound, films, archives and programs: nothing is fetched to find out that they hold no text. */
const NO_TEXT =
  /\.(?:png|jpe?g|gif|webp|heic|heif|bmp|tiff?|ico|psd|ai|sketch|fig|mp[34]|m4[av]|mov|avi|mkv|webm|wav|ogg|flac|aac|zip|gz|tgz|bz2|xz|7z|rar|tar|dmg|iso|exe|dll|bin|apk|jar|woff2?|ttf|otf)$/iu;

/** True when a file's name says that there is no text in it. */
export function holdsNoText(name: string): boolean {
  return NO_TEXT.test(name);
}

/** Links are read again when they are used and were last read longer ago than this. */
export const STALE_MS = 24 * 60 * 60_000;

/** True for links and uploaded files; a pasted text is all there is of it. */
export function canBeRead({ kind, file }: Pick<Attachment, 'kind' | 'file'>): boolean {
  return kind === 'link' || file !== null;
}

/** True while a reading that someone asked for is not over: also of what was read before. */
export function isBeingRead({ kind, file, state, askedAt, readAt }: Attachment): boolean {
  return state === 'pending' || (canBeRead({ kind, file }) && readAt !== null && askedAt > readAt);
}

/** True when a page may have changed since it was read, so that using it is to read it again. */
export function isStale({ kind, state, readAt }: Attachment, now: number): boolean {
  return kind === 'link' && state !== 'pending' && now - (readAt?.getTime() ?? 0) > STALE_MS;
}

/** Where people open an attachment: its own address, or its file in Slack. */
export function addressOf({ url, file }: Pick<Attachment, 'url' | 'file'>): string | null {
  return url ?? (file === null || file.permalink === '' ? null : file.permalink);
}
