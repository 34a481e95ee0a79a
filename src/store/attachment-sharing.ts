import type { Connection } from 'mongoose';
import type { Attachment } from '../domain/attachment.ts';
import { DomainError } from '../domain/errors.ts';
import type { Ref } from '../domain/scope.ts';
import type { AttachmentStore, NewAttachment } from '../ports/attachments.ts';
import { createAddSources } from './add-sources.ts';
import { createRemoval } from './attachment-removal.ts';
import { type AttachmentRow, attachmentModel, sourceModel, toAttachment } from './attachment-schema.ts';
import { createDocumentReferences } from './document-references.ts';
import { byRef, hashOf } from './ids.ts';

type Message = Parameters<AttachmentStore['withdraw']>[1];

/** How attachments come and go. Each call can be repeated after it was cut short, and finishes what was begun. */
export function createSharing(
  connection: Connection,
): Pick<AttachmentStore, 'attach' | 'withdraw' | 'remove'> {
  const attachments = attachmentModel(connection);
  const sources = sourceModel(connection);
  const addSources = createAddSources(connection);
  const { hold } = createDocumentReferences(connection);
  const { removeRow, removeSources, retire } = createRemoval(connection);

  async function upsert(attachment: NewAttachment): Promise<{ row: AttachmentRow; added: boolean }> {
    const { teamId, projectId, milestoneId, ...rest } = attachment;
    const { value, lastErrorObject } = await attachments.findOneAndUpdate(
      { teamId, projectId, milestoneId, keyHash: hashOf(attachment.key) },
      { $setOnInsert: { ...rest, addedAt: new Date(), generation: 0, gone: false } },
      { upsert: true, returnDocument: 'after', includeResultMetadata: true, lean: true },
    );
    if (value === null) throw new Error('An upsert gave no attachment.');
    return { row: value, added: lastErrorObject?.updatedExisting === false };
  }

  /** Here the sources go last of all: by them `listByMessage` finds what was not finished. */
  async function withdrawOne(ref: Ref, { channelId, messageTs }: Message): Promise<Attachment | null> {
    const ours = { teamId: ref.teamId, attachmentId: ref.id, channelId, messageTs };
    const others = { teamId: ref.teamId, attachmentId: ref.id, $nor: [{ channelId, messageTs }] };
    for (;;) {
      const row = await attachments.findOne(byRef(ref)).lean();
      if (row === null) break;
      if (!row.gone && (await sources.exists(others)) !== null) {
        const { deletedCount } = await sources.deleteOne(ours);
        if (deletedCount === 0) return null;
        // The others may be taking theirs back at this moment, each leaving it to the other to remove it.
        continue;
      }
      if (!row.gone && !(await retire(row))) continue;
      const removed = await removeRow(row);
      await removeSources(row);
      return removed ? toAttachment(row) : null;
    }
    await sources.deleteOne(ours);
    return null;
  }

  const withdraw: AttachmentStore['withdraw'] = async (teamId, message, ids) => {
    const gone: Attachment[] = [];
    for (const id of new Set(ids)) {
      const removed = await withdrawOne({ teamId, id }, message);
      if (removed !== null) gone.push(removed);
    }
    return gone;
  };

  return {
    withdraw,
    async attach(attachment, source) {
      for (;;) {
        const { row, added } = await upsert(attachment);
        if (!(await addSources(row, [source]))) continue;
        if (await hold(row)) return { attachment: toAttachment(row), added };
        await withdraw(row.teamId, source, [row._id.toHexString()]);
        throw documentGone();
      }
    },
    async remove(ref) {
      for (;;) {
        const row = await attachments.findOne(byRef(ref)).lean();
        if (row === null) return null;
        if (!row.gone && !(await retire(row))) continue;
        await removeSources(row);
        return (await removeRow(row)) ? toAttachment(row) : null;
      }
    },
  };
}

function documentGone(): DomainError {
  return new DomainError('attachment_not_found', 'This document was removed a moment ago. Add it again.');
}
