import type { UnreadReason } from '../../domain/attachment.ts';
import type { Unread } from '../../ports/reader.ts';

/** The outcome that says why there is nothing to read. */
export const unread = (reason: UnreadReason): Unread => ({ outcome: 'unread', reason });
