import type { Connection } from 'mongoose';
import type { Source } from '../domain/attachment.ts';
import { type AttachmentRow, attachmentModel, sourceModel } from './attachment-schema.ts';

/** A source with the keys under which it shares the attachment. */
export type KeyedSource = Source & { keys: string[] };

/**
 * Adds sources to an attachment, then marks it (`generation`), so that a removal which saw none looks again; with what
 * attachments that become one with it were known by.
 * @returns a function that gives false when the attachment was removed first; the sources are then taken back.
 */
export function createAddSources(connection: Connection) {
  const attachments = attachmentModel(connection);
  const sources = sourceModel(connection);

  return async (
    { _id, teamId }: AttachmentRow,
    added: KeyedSource[],
    former: { formerIds: string[]; formerKeyHashes: string[] } | null = null,
  ): Promise<boolean> => {
    const attachmentId = _id.toHexString();
    for (const { channelId, messageTs, userId, keys } of added) {
      const filter = { teamId, channelId, messageTs, attachmentId };
      const update = { $setOnInsert: { userId }, $addToSet: { keys: { $each: keys } } };
      await sources.updateOne(filter, update, { upsert: true });
    }
    const mark = { $inc: { generation: 1 }, ...(former === null ? {} : { $addToSet: eachOf(former) }) };
    const marked = await attachments.updateOne({ _id, teamId, gone: false }, mark);
    if (marked.matchedCount === 1) return true;
    for (const { channelId, messageTs } of added)
      await sources.deleteOne({ teamId, channelId, messageTs, attachmentId });
    return false;
  };
}

function eachOf({ formerIds, formerKeyHashes }: { formerIds: string[]; formerKeyHashes: string[] }) {
  return {
    formerIds: { $each: formerIds },
    ...(formerKeyHashes.length === 0 ? {} : { formerKeyHashes: { $each: formerKeyHashes } }),
  };
}
