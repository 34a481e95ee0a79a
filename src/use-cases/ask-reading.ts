import { createHash } from 'node:crypto';
import { type Attachment, canBeRead, isStale } from '../domain/attachment.ts';
import type { JobQueue } from '../ports/jobs.ts';

/** Queues the reading of attachments. The same reading asked for twice is one piece of work. */
export type AskReading = (attachments: Attachment[]) => Promise<void>;

/** So many attachments of a workspace are read at once: slow servers must not keep answers waiting. */
const READING_LANES = 6;

/** All readings of one attachment have one lane: none overtakes another. */
export function readingLane(attachmentId: string): string {
  const hash = createHash('sha256').update(attachmentId).digest();
  return `read:${hash.readUInt32BE(0) % READING_LANES}`;
}

export function createAskReading(jobs: JobQueue, now: () => number): AskReading {
  return async (attachments) => {
    for (const attachment of attachments) {
      if (!canBeRead(attachment)) continue;
      const { id, teamId, askedAt, readAt } = attachment;
      await jobs.enqueue({
        teamId,
        kind: 'read-attachment',
        key: `${id}:${askedAt.getTime()}:${readAt?.getTime() ?? ''}`,
        lane: readingLane(id),
        order: String(now()),
        payload: { attachmentId: id },
      });
    }
  };
}

/** Those among them that may have changed since they were read. */
export function staleAmong(attachments: Attachment[], now: number): Attachment[] {
  return attachments.filter((one) => isStale(one, now));
}
