import { DomainError } from './errors.ts';

export const ENTRY_TYPES = ['domain', 'preference', 'project', 'technology'] as const;
export type EntryType = (typeof ENTRY_TYPES)[number];

/** What something remembered was learned from: when that is removed, it is forgotten (product.md 6.4). */
export interface EntrySources {
  messages: { channelId: string; ts: string }[];
  attachmentIds: string[];
}

export const NO_SOURCES: EntrySources = { messages: [], attachmentIds: [] };

/** Something remembered for one conversation under a key (product.md 6.1). */
export interface ContextEntry {
  id: string;
  teamId: string;
  conversationId: string;
  key: string;
  type: EntryType;
  /** Any JSON. */
  value: unknown;
  updatedAt: Date;
  sources: EntrySources;
  /**
   * The milestone whose scope it was learned in, null at the project level: a thread that becomes a milestone later does
   * not take along what was read elsewhere.
   */
  madeFor: string | null;
}

export const ENTRY_KEY_LIMIT = 255;
export const ENTRY_VALUE_BYTES = 16_384;

/** @throws DomainError `context_entry_too_large` */
export function checkEntry(key: string, value: unknown): void {
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? '', 'utf8');
  if (Array.from(key).length <= ENTRY_KEY_LIMIT && bytes <= ENTRY_VALUE_BYTES) return;
  throw new DomainError(
    'context_entry_too_large',
    'A key has at most 255 characters and a value at most 16 KB of JSON. Keep what matters, or attach the rest as a document.',
  );
}

/** A value as people and models read it: a text as it is, anything else as JSON. */
export function valueText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
