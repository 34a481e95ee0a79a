import type { ContextEntry, EntryType } from '../domain/context-entry.ts';
import type { Ref } from '../domain/scope.ts';

export type NewEntry = Pick<ContextEntry, 'key' | 'type' | 'value' | 'sources' | 'madeFor'>;

/** What is removed: a message of Slack's or an attachment. */
export type RemovedSource = { channelId: string; ts: string } | { attachmentId: string };

/** What is remembered for a conversation: one value for each key. */
export interface ContextEntryStore {
  /** Stores a value, over the one that was there. @returns what is stored now. */
  put(conversation: Ref, entry: NewEntry): Promise<ContextEntry>;
  /** Newest first; at most `limit`, older than `before` when given. */
  list(
    conversation: Ref,
    query: { type?: EntryType; before?: { updatedAt: Date; id: string }; limit: number },
  ): Promise<ContextEntry[]>;
  count(conversation: Ref): Promise<number>;
  findById(ref: Ref): Promise<ContextEntry | null>;
  findByKeys(conversation: Ref, keys: string[]): Promise<ContextEntry[]>;
  /** @param updatedAt when given, a value that was stored anew since stays. @returns false when it was not there. */
  forget(ref: Ref, updatedAt?: Date): Promise<boolean>;
  /**
   * Forgets what names this as its source.
   * @param onlyAsked only what that very message asked to be remembered.
   * @returns what was forgotten.
   */
  forgetFrom(teamId: string, source: RemovedSource, onlyAsked?: boolean): Promise<ContextEntry[]>;
  /** Forgets everything of a conversation. @returns how many entries. */
  removeAll(conversation: Ref): Promise<number>;
}
