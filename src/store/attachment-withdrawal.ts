import type { Connection } from 'mongoose';
import type { Attachment } from '../domain/attachment.ts';
import type { Ref } from '../domain/scope.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import { createRemoval } from './attachment-removal.ts';
import { type AttachmentRow, attachmentModel, sourceModel, toAttachment } from './attachment-schema.ts';
import { byRef } from './ids.ts';

type Message = Parameters<AttachmentStore['withdraw']>[1];

/** How one message takes its sharing of one attachment back, whatever that becomes meanwhile. */
export function createWithdrawal(connection: Connection) {
  const attachments = attachmentModel(connection);
  const sources = sourceModel(connection);
  const { removeRow, removeSources, retire } = createRemoval(connection);

  /** What one that is gone became one with. */
  async function survivorOf({ teamId, id }: Ref): Promise<AttachmentRow | null> {
    return attachments.findOne({ teamId, formerIds: id, gone: false }).lean();
  }

  /** What is there under an id or a former one, also while it is being removed. */
  async function rowOf(ref: Ref): Promise<AttachmentRow | null> {
    return (await attachments.findOne(byRef(ref)).lean()) ?? survivorOf(ref);
  }

  /**
   * Here the sources go last of all: by them `listByMessage` finds what was not finished.
   * @returns the attachment, when this call removed it.
   */
  async function withdrawOne(ref: Ref, message: Message): Promise<Attachment | null> {
    const { channelId, messageTs } = message;
    const ours = { teamId: ref.teamId, attachmentId: ref.id, channelId, messageTs };
    const others = { teamId: ref.teamId, attachmentId: ref.id, $nor: [{ channelId, messageTs }] };
    for (;;) {
      const row = await attachments.findOne(byRef(ref)).lean();
      if (row === null || row.mergedInto !== undefined) {
        await sources.deleteOne(ours);
        const id = row?.mergedInto ?? (await survivorOf(ref))?._id.toHexString();
        return id === undefined ? null : withdrawOne({ ...ref, id }, message);
      }
      if (!row.gone && (await sources.exists(others)) !== null) {
        const { deletedCount } = await sources.deleteOne(ours);
        if (deletedCount === 0 && (await attachments.exists({ ...byRef(ref), gone: false })) !== null)
          return null;
        // The others may be taking theirs back at this moment, each leaving it to the other to remove it; or it is
        // just becoming one with another.
        continue;
      }
      const gone = row.gone ? row : await retire(row);
      if (gone === null) continue;
      const removed = await removeRow(gone);
      await removeSources(gone);
      return removed ? toAttachment(gone) : null;
    }
  }

  return { rowOf, survivorOf, withdrawOne };
}
