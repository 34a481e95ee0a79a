import type { Connection } from 'mongoose';
import type { Source } from '../domain/attachment.ts';
import { type AttachmentRow, attachmentModel, sourceModel } from './attachment-schema.ts';

export type AttachmentSources = ReturnType<typeof createAttachmentSources>;

/** Which messages and people an attachment is owed to. */
export function createAttachmentSources(connection: Connection) {
  const attachments = attachmentModel(connection);
  const sources = sourceModel(connection);

  /**
   * Adds sources to an attachment, then marks it (`generation`), so that a removal which saw no sources gives up.
   * @returns false when the attachment was removed first; the sources are taken back.
   */
  async function add({ _id, teamId }: AttachmentRow, added: Source[]): Promise<boolean> {
    const attachmentId = _id.toHexString();
    for (const { channelId, messageTs, userId } of added) {
      const filter = { teamId, channelId, messageTs, attachmentId };
      await sources.updateOne(filter, { $setOnInsert: { userId } }, { upsert: true });
    }
    const marked = await attachments.updateOne({ _id, teamId }, { $inc: { generation: 1 } });
    if (marked.matchedCount === 1) return true;
    await sources.deleteMany({ teamId, attachmentId });
    return false;
  }

  /** Removes an attachment unless a source was added since `row` was read. */
  async function removeBare({ _id, teamId, generation }: AttachmentRow): Promise<AttachmentRow | null> {
    return attachments.findOneAndDelete({ _id, teamId, generation }).lean();
  }

  return { add, removeBare };
}
