import type { ContextEntry, EntryType } from '../domain/context-entry.ts';
import type { Ref } from '../domain/scope.ts';

/** What is remembered for a conversation: one value for each key. */
export interface ContextEntryStore {
  /** Stores a value, over the one that was there. @returns what is stored now. */
  put(conversation: Ref, entry: Pick<ContextEntry, 'key' | 'type' | 'value'>): Promise<ContextEntry>;
  /** Newest first; at most `limit`, older than `before` when given. */
  list(
    conversation: Ref,
    query: { type?: EntryType; before?: { updatedAt: Date; id: string }; limit: number },
  ): Promise<ContextEntry[]>;
}
