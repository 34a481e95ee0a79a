import type { UnreadReason, Validators } from '../domain/attachment.ts';
import type { TextPart } from '../domain/passage-place.ts';

/** Content could not be read, and why. Trying again at once would not help. */
export interface Unread {
  outcome: 'unread';
  reason: UnreadReason;
}

/** What stands in a file. */
export interface FileContent {
  outcome: 'read';
  /** Never empty: without any text the outcome is unread. */
  parts: TextPart[];
  /** SHA-256 of the text, hex. */
  hash: string;
  /** Bytes of the original. */
  size: number;
}

/** What stands on a page. */
export interface PageContent extends FileContent {
  /** Where it lives: after redirects for good (301, 308). A temporary one, as to a notice, moves nothing. */
  url: string;
  title: string | null;
  language: string | null;
  canonicalUrl: string | null;
  validators: Validators;
}

/**
 * Reads what people attach. Whatever is behind an address or in a file, these resolve with content or a reason; they
 * throw only when `signal` is aborted or the process itself is in trouble.
 */
export interface Reader {
  /**
   * Opens a page, or a file on the web.
   * @param known given with the last reading: when the server says nothing changed, the outcome is `unchanged`.
   */
  readLink(
    url: string,
    known: Validators | null,
    signal: AbortSignal,
  ): Promise<PageContent | Unread | { outcome: 'unchanged' }>;
  /** Turns the bytes of a file into text. `name` only helps where the bytes do not say what they are. */
  readFile(name: string, bytes: Uint8Array, signal: AbortSignal): Promise<FileContent | Unread>;
}
