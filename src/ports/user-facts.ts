import type { Ref } from '../domain/scope.ts';
import type { UserFact } from '../domain/user-fact.ts';

/** What is remembered about people: one value for each person and key. */
export interface UserFactStore {
  /** Stores a value, over the one that was there. @returns what is stored now. */
  put(teamId: string, userId: string, fact: Pick<UserFact, 'key' | 'value' | 'from'>): Promise<UserFact>;
  /** Newest first. */
  list(teamId: string, userId: string, query: { skip: number; limit: number }): Promise<UserFact[]>;
  count(teamId: string, userId: string): Promise<number>;
  /** True when something is kept under this key. */
  has(teamId: string, userId: string, key: string): Promise<boolean>;
  /**
   * Forgets a fact of this person's own. @param updatedAt when given, a value that was stored anew since stays.
   * @returns false when it was not there.
   */
  forget(ref: Ref, userId: string, updatedAt?: Date): Promise<boolean>;
  /**
   * Forgets what was learned from a message.
   * @param onlyAsked only what that very message asked to be remembered.
   * @returns what was forgotten.
   */
  forgetFrom(
    teamId: string,
    message: { channelId: string; ts: string },
    onlyAsked?: boolean,
  ): Promise<UserFact[]>;
}
