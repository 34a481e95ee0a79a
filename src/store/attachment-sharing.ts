import type { Connection } from 'mongoose';
import { DomainError } from '../domain/errors.ts';
import type { AttachmentStore, NewAttachment } from '../ports/attachments.ts';
import { type AttachmentRow, attachmentModel, sourceModel, toAttachment } from './attachment-schema.ts';
import { createAttachmentSources } from './attachment-sources.ts';
import { createDocumentReferences } from './document-references.ts';
import { byRef, hashOf, objectId } from './ids.ts';

/** How attachments come and go. Each call can be repeated after it was cut short, and finishes what was begun. */
export function createSharing(
  connection: Connection,
): Pick<AttachmentStore, 'attach' | 'withdraw' | 'remove'> {
  const attachments = attachmentModel(connection);
  const sources = sourceModel(connection);
  const { add, removeBare } = createAttachmentSources(connection);
  const { announceRemoval, hold, sweep } = createDocumentReferences(connection);

  async function upsert(attachment: NewAttachment): Promise<{ row: AttachmentRow; added: boolean }> {
    const { teamId, projectId, milestoneId, ...rest } = attachment;
    const { value, lastErrorObject } = await attachments.findOneAndUpdate(
      { teamId, projectId, milestoneId, keyHash: hashOf(attachment.key) },
      { $setOnInsert: { ...rest, addedAt: new Date(), generation: 0 } },
      { upsert: true, returnDocument: 'after', includeResultMetadata: true, lean: true },
    );
    if (value === null) throw new Error('An upsert gave no attachment.');
    return { row: value, added: lastErrorObject?.updatedExisting === false };
  }

  const withdraw: AttachmentStore['withdraw'] = async (teamId, { channelId, messageTs }, ids) => {
    const attachmentId = { $in: ids };
    await sources.deleteMany({ teamId, channelId, messageTs, attachmentId });
    // Before the sources that are left: one added after this point shows in the generation.
    const rows = await attachments.find({ _id: { $in: ids.map(objectId) }, teamId }).lean();
    const owed = new Set(await sources.distinct('attachmentId', { teamId, attachmentId }));
    const gone: AttachmentRow[] = [];
    for (const row of rows.filter(({ _id }) => !owed.has(_id.toHexString()))) {
      await announceRemoval(row);
      const removed = await removeBare(row);
      if (removed !== null) gone.push(removed);
    }
    await sweep(teamId, ids);
    return gone.map(toAttachment);
  };

  return {
    withdraw,
    async attach(attachment, source) {
      for (;;) {
        const { row, added } = await upsert(attachment);
        if (!(await add(row, [source]))) continue;
        if (await hold(row)) return { attachment: toAttachment(row), added };
        await withdraw(row.teamId, source, [row._id.toHexString()]);
        throw documentGone();
      }
    },
    async remove(ref) {
      const row = await attachments.findOne(byRef(ref)).lean();
      if (row !== null) await announceRemoval(row);
      const removed = await attachments.findOneAndDelete(byRef(ref)).lean();
      // After the attachment: a source added until then goes as well, one added later brings it back.
      await sources.deleteMany({ teamId: ref.teamId, attachmentId: ref.id });
      await sweep(ref.teamId, [ref.id]);
      return removed === null ? null : toAttachment(removed);
    },
  };
}

function documentGone(): DomainError {
  return new DomainError('attachment_not_found', 'This document was removed a moment ago. Add it again.');
}
