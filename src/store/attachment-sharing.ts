import type { Connection } from 'mongoose';
import type { Attachment } from '../domain/attachment.ts';
import { DomainError } from '../domain/errors.ts';
import type { AttachmentStore, NewAttachment } from '../ports/attachments.ts';
import { createAddSources } from './add-sources.ts';
import { createMerge } from './attachment-merge.ts';
import { createRemoval } from './attachment-removal.ts';
import { createSameness } from './attachment-sameness.ts';
import { type AttachmentRow, attachmentModel, sourceModel, toAttachment } from './attachment-schema.ts';
import { createWithdrawal } from './attachment-withdrawal.ts';
import { createDocumentReferences } from './document-references.ts';
import { byRef, hashOf } from './ids.ts';

/** How attachments come and go. Each call can be repeated after it was cut short, and finishes what was begun. */
export function createSharing(
  connection: Connection,
): Pick<AttachmentStore, 'attach' | 'withdraw' | 'remove' | 'finishCutShort'> {
  const attachments = attachmentModel(connection);
  const sources = sourceModel(connection);
  const addSources = createAddSources(connection);
  const { hold, release } = createDocumentReferences(connection);
  const { removeRow, removeSources, retire } = createRemoval(connection);
  const { rowOf, withdrawOne } = createWithdrawal(connection);
  const { merge, finishMerge, finishRemoval } = createMerge(connection);
  const { known } = createSameness(connection);

  async function upsert(attachment: NewAttachment): Promise<{ row: AttachmentRow; added: boolean }> {
    const { teamId, projectId, milestoneId, ...rest } = attachment;
    const now = new Date();
    const { value, lastErrorObject } = await attachments.findOneAndUpdate(
      { teamId, projectId, milestoneId, keyHash: hashOf(attachment.key) },
      { $setOnInsert: { ...rest, addedAt: now, askedAt: now, generation: 0, gone: false } },
      { upsert: true, returnDocument: 'after', includeResultMetadata: true, lean: true },
    );
    if (value === null) throw new Error('An upsert gave no attachment.');
    return { row: value, added: lastErrorObject?.updatedExisting === false };
  }

  /** @returns null when it is to be looked at afresh. */
  async function findOrAdd(
    attachment: NewAttachment,
  ): Promise<{ row: AttachmentRow; added: boolean } | null> {
    const hashes = [hashOf(attachment.key)];
    const [first, second] = await known(attachment, hashes);
    if (first === undefined) {
      const made = await upsert(attachment);
      if (!made.added) return made;
      // One that had this key may just have been given another.
      const [older] = (await known(attachment, hashes)).filter((one) => !one._id.equals(made.row._id));
      if (older === undefined) return made;
      await merge(made.row, older);
      return null;
    }
    if (second === undefined) return { row: first, added: false };
    await merge(second, first);
    return null;
  }

  /** @returns false when the document was removed before. */
  async function holdDocument(row: AttachmentRow, documentId: string | null): Promise<boolean> {
    if (documentId === null) return true;
    const { _id, teamId, projectId } = row;
    if (!(await hold({ teamId, projectId, documentId }, null))) return false;
    // Whoever removed the attachment meanwhile left the document to this call, which it was waiting for.
    const refers = await attachments.exists({ _id, teamId, documentId, gone: false });
    if (refers === null) await release({ teamId, documentId }, _id.toHexString());
    return true;
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
        const found = await findOrAdd(attachment);
        if (found === null) continue;
        const { row, added } = found;
        if (!(await addSources(row, [{ ...source, keys: [attachment.key] }]))) continue;
        if (await holdDocument(row, attachment.documentId)) return { attachment: toAttachment(row), added };
        await withdraw(row.teamId, source, [row._id.toHexString()]);
        throw documentGone();
      }
    },
    async remove(ref) {
      for (;;) {
        const row = await rowOf(ref);
        if (row === null) return null;
        if (row.mergedInto !== undefined) {
          await finishMerge(row, row.mergedInto);
          continue;
        }
        const gone = row.gone ? row : await retire(row);
        if (gone === null) continue;
        await removeSources(gone);
        return (await removeRow(gone)) ? toAttachment(gone) : null;
      }
    },
    async finishCutShort(ref) {
      for (;;) {
        const row = await attachments.findOne(byRef(ref)).lean();
        if (row?.mergedInto !== undefined) {
          await finishMerge(row, row.mergedInto);
          continue;
        }
        if (row === null) await sources.deleteMany({ teamId: ref.teamId, attachmentId: ref.id });
        else if (row.gone) await finishRemoval(row);
        return;
      }
    },
  };
}

function documentGone(): DomainError {
  return new DomainError('attachment_not_found', 'This document was removed a moment ago. Add it again.');
}
