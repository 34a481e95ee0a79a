import type { LinkType } from './link.ts';

/** Why the content of an attachment could not be read; every reader is told. */
export type UnreadReason =
  | 'type_not_supported'
  | 'too_large'
  | 'not_found'
  | 'empty'
  | 'download_failed'
  | 'page_not_opened';

/** A text we hold: an uploaded file or a pasted text. Stored once per project however often it is attached. */
export interface Document {
  id: string;
  teamId: string;
  projectId: string;
  name: string;
  /** Bytes of the original. */
  size: number;
  /** SHA-256 of the content, hex: the same content in one project is one document. */
  hash: string;
  /** Null when the content was read. */
  unread: UnreadReason | null;
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
  unread: UnreadReason | null;
  addedBy: string;
  addedAt: Date;
}

/** Why an attachment is there: a message that shared it, or a person who added it by hand (no message). */
export interface Source {
  channelId: string;
  messageTs: string;
  userId: string;
}

export const UNREAD_SENTENCE: Record<UnreadReason, string> = {
  type_not_supported: 'this type of file cannot be read',
  too_large: 'the file is larger than the limit',
  not_found: 'the file was not found',
  empty: 'there is no text in it',
  download_failed: 'Slack did not hand the file out',
  page_not_opened: 'pages are not opened yet, only its address is known',
};

const TEXT_EXTENSIONS = new Set(['txt', 'text', 'md', 'markdown', 'csv', 'json', 'log', 'tsv']);

/** True when a file of this name is text that can be kept as it is. */
export function isPlainTextFile(name: string): boolean {
  const extension = /\.([a-z0-9]+)$/iu.exec(name)?.[1];
  return extension !== undefined && TEXT_EXTENSIONS.has(extension.toLowerCase());
}
