import type { UnreadReason } from '../../domain/attachment.ts';

/** Thrown where the reason is found, and turned into an outcome at the door of the worker thread. */
export class Unreadable extends Error {
  readonly reason: UnreadReason;

  constructor(reason: UnreadReason) {
    super(`A file cannot be read: ${reason}`);
    this.reason = reason;
  }
}
