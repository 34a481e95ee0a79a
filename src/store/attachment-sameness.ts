import type { Connection } from 'mongoose';
import type { Place, Ref } from '../domain/scope.ts';
import { type AttachmentRow, attachmentModel } from './attachment-schema.ts';
import { hashOf, objectId } from './ids.ts';

/** The filter for an attachment by its id, or by one that it had before it became one with another. */
export function byAnyId({ teamId, id }: Ref) {
  return {
    teamId,
    gone: false,
    $or: [
      { _id: objectId(id), teamId },
      { teamId, formerIds: id },
    ],
  };
}

/** Hashes of the keys that are to find it once it has another one. */
export function formerHashesOf({ key, formerKeyHashes = [] }: AttachmentRow): string[] {
  // A document has an id by which nobody shares it, and the attachment may hold another one since.
  const isDocument = objectId(key).toHexString() === key;
  return isDocument ? formerKeyHashes : [...formerKeyHashes, hashOf(key)];
}

/** Hashes of all keys by which it is the same attachment in its place. */
export function hashesOf({ key, formerKeyHashes = [] }: AttachmentRow): string[] {
  return [hashOf(key), ...formerKeyHashes];
}

/** Which attachments of a place are the same thing. */
export function createSameness(connection: Connection) {
  const attachments = attachmentModel(connection);

  /** Those in a place that have one of these keys or had it before, oldest first. More than one are to become one. */
  async function known(place: Place & { teamId: string }, hashes: string[]): Promise<AttachmentRow[]> {
    const { teamId, projectId, milestoneId } = place;
    const here = { teamId, projectId, milestoneId };
    const $or = [
      { ...here, keyHash: { $in: hashes } },
      { ...here, formerKeyHashes: { $in: hashes } },
    ];
    const rows = await attachments.find({ teamId, gone: false, $or }).lean();
    return rows.sort(
      (a, b) =>
        a.addedAt.getTime() - b.addedAt.getTime() || (a._id.toHexString() < b._id.toHexString() ? -1 : 1),
    );
  }

  return {
    known,
    /** What is the same as this one at a milestone, or in the project. */
    async otherAt(row: AttachmentRow, milestoneId: string | null): Promise<AttachmentRow | null> {
      const rows = await known({ ...row, milestoneId }, hashesOf(row));
      return rows.find((one) => !one._id.equals(row._id)) ?? null;
    },
  };
}
