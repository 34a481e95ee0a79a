import type { Connection } from 'mongoose';
import type { Source } from '../domain/attachment.ts';
import { type AttachmentRow, attachmentModel, sourceModel } from './attachment-schema.ts';

/**
 * Adds sources to an attachment, then marks it (`generation`), so that a removal which saw none looks again.
 * @returns a function that gives false when the attachment was removed first; the sources are then taken back.
 */
export function createAddSources(connection: Connection) {
  const attachments = attachmentModel(connection);
  const sources = sourceModel(connection);

  return async ({ _id, teamId }: AttachmentRow, added: Source[]): Promise<boolean> => {
    const attachmentId = _id.toHexString();
    for (const { channelId, messageTs, userId } of added) {
      const filter = { teamId, channelId, messageTs, attachmentId };
      await sources.updateOne(filter, { $setOnInsert: { userId } }, { upsert: true });
    }
    const marked = await attachments.updateOne({ _id, teamId, gone: false }, { $inc: { generation: 1 } });
    if (marked.matchedCount === 1) return true;
    await sources.deleteMany({ teamId, attachmentId });
    return false;
  };
}
