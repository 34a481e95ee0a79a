import type { Connection } from 'mongoose';
import type { Attachment } from '../domain/attachment.ts';
import type { Ref } from '../domain/scope.ts';
import type { AttachmentStore, ReadingResult } from '../ports/attachments.ts';
import { createMerge } from './attachment-merge.ts';
import { byAnyId, createSameness, formerHashesOf } from './attachment-sameness.ts';
import { type AttachmentRow, attachmentModel, toAttachment } from './attachment-schema.ts';
import { createWithdrawal } from './attachment-withdrawal.ts';
import { createDocumentReferences } from './document-references.ts';
import { isDuplicateKey } from './duplicate-key.ts';
import { byRef, hashOf } from './ids.ts';

/** How what was read is written down: the outcome first, in one write, then the documents it concerns. */
export function createReading(connection: Connection): Pick<AttachmentStore, 'askReading' | 'finishReading'> {
  const attachments = attachmentModel(connection);
  const { hold, release, discardFor } = createDocumentReferences(connection);
  const { merge, finishMerge, nameKeys } = createMerge(connection);
  const { survivorOf } = createWithdrawal(connection);
  const { known, otherAt } = createSameness(connection);

  /** @returns the row as written; null when it changed since it was read or its place has the new key already. */
  async function write(row: AttachmentRow, result: ReadingResult, fence: number) {
    const { _id, teamId, documentId, formerDocumentId = null, readFence = null } = row;
    const isRekeyed = result.key !== undefined && result.key !== row.key;
    if (isRekeyed) await nameKeys(row);
    const former = isRekeyed ? formerHashesOf(row) : [];
    const replaced = result.documentId !== undefined && result.documentId !== documentId ? documentId : null;
    const $set = { ...fieldsOf(result), readAt: new Date(), readFence: fence, formerDocumentId: replaced };
    return attachments
      .findOneAndUpdate(
        { _id, teamId, gone: false, documentId, formerDocumentId, readFence },
        former.length === 0 ? { $set } : { $set, $addToSet: { formerKeyHashes: { $each: former } } },
        { returnDocument: 'after' },
      )
      .lean();
  }

  /** The place has the key already: becomes one with what is there. */
  async function mergeAt(row: AttachmentRow, result: ReadingResult, fence: number): Promise<void> {
    const { key = row.key, ...read } = result;
    const there = (await known(row, [hashOf(key)])).find((one) => !one._id.equals(row._id));
    if (there === undefined) return;
    const { documentId = null } = read;
    // Nothing is held of what is there: it takes over what is written down here first.
    if (there.documentId === null && documentId !== null && row.documentId !== documentId) {
      const written = await write(row, read, fence);
      if (written !== null) await settle(written);
    } else await merge(row, there);
  }

  async function writeOrMerge(row: AttachmentRow, result: ReadingResult, fence: number) {
    try {
      return await write(row, result, fence);
    } catch (error) {
      if (result.key === undefined || !isDuplicateKey(error)) throw error;
      await mergeAt(row, result, fence);
      return null;
    }
  }

  /**
   * Holds the document of a reading and lets the one go that it replaced.
   * @returns false when a later call changed the attachment meanwhile.
   */
  async function settle(row: AttachmentRow): Promise<boolean> {
    const { _id, teamId, projectId, documentId, readFence = null, formerDocumentId = null } = row;
    const id = _id.toHexString();
    const held = documentId === null || (await hold({ teamId, projectId, documentId }, id));
    if (formerDocumentId !== null) {
      await release({ teamId, documentId: formerDocumentId }, id);
      await attachments.updateOne(
        { _id, teamId, formerDocumentId, readFence },
        { $set: { formerDocumentId: null } },
      );
    }
    if (held) return true;
    // Without its document there is nothing to compare the page with: it is to be read whole.
    const started = await attachments.updateOne(
      { _id, teamId, gone: false, documentId, readFence },
      { $set: { documentId: null, state: 'pending', unread: null } },
    );
    if (started.matchedCount === 1) throw new Error('What was read was removed again: it is read once more.');
    return false;
  }

  /** What one that is gone became one with, if anything. What was kept for it is not needed any more. */
  async function afterRemoval(ref: Ref): Promise<Attachment | null> {
    await discardFor(ref.teamId, ref.id);
    const survivor = await survivorOf(ref);
    return survivor === null ? null : toAttachment(survivor);
  }

  return {
    async askReading(ref) {
      const here = byAnyId(ref);
      const latest = { returnDocument: 'after' } as const;
      const asked = await attachments
        .findOneAndUpdate(here, { $set: { askedAt: new Date() } }, latest)
        .lean();
      if (asked === null) return null;
      if (asked.documentId !== null) return toAttachment(asked);
      const $set = { state: 'pending', unread: null } as const;
      const pending = await attachments
        .findOneAndUpdate({ ...here, documentId: null }, { $set }, latest)
        .lean();
      return toAttachment(pending ?? asked);
    },

    async finishReading(ref, result, fence) {
      // Every step is looked at afresh, so that one that was cut short or overtaken is finished by the next.
      for (;;) {
        const row = await attachments.findOne(byRef(ref)).lean();
        if (row?.mergedInto !== undefined) {
          await finishMerge(row, row.mergedInto);
          continue;
        }
        if (row === null || row.gone) return afterRemoval(ref);
        const { teamId, readFence = 0, formerDocumentId = null } = row;
        if (readFence > fence) {
          if (result.documentId != null) await discardFor(teamId, ref.id, result.documentId);
          return toAttachment(row);
        }
        if (formerDocumentId !== null && formerDocumentId !== result.documentId) {
          await settle(row);
          continue;
        }
        const written = await writeOrMerge(row, result, fence);
        if (written === null || !(await settle(written))) continue;
        const same = result.key === undefined ? null : await otherAt(written, written.milestoneId);
        if (same !== null) {
          await merge(written, same);
          continue;
        }
        // A reading that ended before it was written down left its text waiting.
        await discardFor(teamId, ref.id);
        return toAttachment(written);
      }
    },
  };
}

function fieldsOf({ state, unread, documentId, key, title, page }: ReadingResult) {
  return {
    ...{ state, unread },
    ...(documentId === undefined ? {} : { documentId }),
    ...(key === undefined ? {} : { key, keyHash: hashOf(key) }),
    ...(title === undefined ? {} : { title }),
    ...(page === undefined ? {} : { page }),
  };
}
