import type { Connection } from 'mongoose';
import type { PageFacts } from '../domain/attachment.ts';
import { linkTitle } from '../domain/link.ts';
import { createAddSources } from './add-sources.ts';
import { createRemoval } from './attachment-removal.ts';
import { formerHashesOf } from './attachment-sameness.ts';
import { type AttachmentRow, attachmentModel, type SourceRow, sourceModel } from './attachment-schema.ts';
import { createWithdrawal } from './attachment-withdrawal.ts';
import { createDocumentReferences } from './document-references.ts';
import { isDuplicateKey } from './duplicate-key.ts';
import { byRef, hashOf } from './ids.ts';

/**
 * How two attachments of one place become one: the one that goes is marked as gone first, so that its sources stand
 * still while they go over. Whoever comes by one in that state finishes it (`finishMerge`), then looks again.
 */
export function createMerge(connection: Connection) {
  const attachments = attachmentModel(connection);
  const sources = sourceModel(connection);
  const addSources = createAddSources(connection);
  const { retire, removeSources, removeRow } = createRemoval(connection);
  const { withdrawOne } = createWithdrawal(connection);
  const { hold } = createDocumentReferences(connection);

  async function finishRemoval(row: AttachmentRow): Promise<void> {
    await removeSources(row);
    await removeRow(row);
  }

  /** Sources of version 0.1 say nothing of keys: until a key changes it is the attachment's own. */
  async function nameKeys({ _id, teamId, key }: AttachmentRow): Promise<void> {
    const unnamed = { teamId, attachmentId: _id.toHexString(), keys: { $exists: false } };
    await sources.updateMany(unnamed, { $set: { keys: [key] } });
  }

  /** @returns what was given; null when `there` was removed first. */
  async function giveSources(row: AttachmentRow, there: AttachmentRow): Promise<SourceRow[] | null> {
    const { _id, teamId, key, formerIds = [] } = row;
    const id = _id.toHexString();
    await nameKeys(there);
    const owed = await sources.find({ teamId, attachmentId: id }).lean();
    const keyed = owed.map(({ keys = [key], ...source }) => ({ ...source, keys }));
    const formerKeyHashes = formerHashesOf(row).filter((hash) => hash !== there.keyHash);
    const former = { formerIds: [id, ...formerIds], formerKeyHashes };
    return (await addSources(there, keyed, former)) ? owed : null;
  }

  /**
   * Nothing is held of the one that stays: it takes what was read of the other, unless a later reading failed. Of one
   * that is yet to be read itself that reading tells all but the text.
   */
  async function giveText(row: AttachmentRow, there: AttachmentRow): Promise<void> {
    const { teamId, projectId, documentId, unread, readAt = null, page = null } = row;
    const { _id, state, readAt: triedAt = null } = there;
    if (documentId === null || there.documentId !== null) return;
    if (state === 'failed' && triedAt !== null && readAt !== null && triedAt > readAt) return;
    // Held before anything refers to it: until its sources are given, the one that goes keeps the document.
    if (!(await hold({ teamId, projectId, documentId }, _id.toHexString()))) return;
    const outcome = { state: 'ready', unread, readAt, page, title: titleWith(page, there) } as const;
    const $set = state === 'pending' ? { documentId } : { documentId, ...outcome };
    await attachments.updateOne({ _id, teamId, gone: false, documentId: null }, { $set });
  }

  /**
   * What it was to become one with was removed: it stands for itself again, or for what has its key by now, unless
   * nobody shares it any more.
   */
  async function revive(row: AttachmentRow, mergedInto: string): Promise<void> {
    const { _id, teamId, projectId, milestoneId, key } = row;
    const filter = { _id, teamId, gone: true, mergedInto };
    if ((await sources.exists({ teamId, attachmentId: _id.toHexString() })) === null) {
      await attachments.updateOne(filter, { $unset: { mergedInto: 1 } });
      return finishRemoval(row);
    }
    const keyHash = hashOf(key);
    try {
      await attachments.updateOne(filter, { $set: { gone: false, keyHash }, $unset: { mergedInto: 1 } });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
      const there = await attachments.findOne({ teamId, projectId, milestoneId, keyHash }).lean();
      if (there === null) return;
      await attachments.updateOne(filter, { $set: { mergedInto: there._id.toHexString() } });
    }
  }

  /** Messages may have taken their sharing back after it was read what goes over. */
  async function takeBackWithdrawn({ _id, teamId }: AttachmentRow, given: SourceRow[], to: AttachmentRow) {
    const left = await sources.find({ teamId, attachmentId: _id.toHexString() }).lean();
    const row = await attachments.findOne({ _id, teamId }).lean();
    // Another call did all this, and has begun to remove the rest.
    if (row === null || row.sourcesGiven === true) return;
    for (const source of given)
      if (!left.some((one) => one._id.equals(source._id)))
        await withdrawOne({ teamId, id: to._id.toHexString() }, source);
  }

  async function finishMerge(row: AttachmentRow, mergedInto: string): Promise<void> {
    const { _id, teamId } = row;
    if (row.sourcesGiven !== true) {
      const there = await attachments.findOne(byRef({ teamId, id: mergedInto })).lean();
      const given = there === null || there.gone ? null : await giveSources(row, there);
      if (there === null || given === null) return revive(row, mergedInto);
      await takeBackWithdrawn(row, given, there);
      await giveText(row, there);
      await attachments.updateOne({ _id, teamId }, { $set: { sourcesGiven: true } });
    }
    await finishRemoval(row);
  }

  return {
    nameKeys,
    finishRemoval,
    finishMerge,

    /** Begins it, unless sources were added to this one meanwhile. What there is then is to be looked at afresh. */
    async merge(row: AttachmentRow, there: AttachmentRow): Promise<void> {
      const id = there._id.toHexString();
      const retired = await retire(row, id);
      if (retired !== null) await finishMerge(retired, id);
    },
  };
}

/** What the page calls itself, unless a person called it otherwise. */
function titleWith(page: PageFacts | null, { title, url }: AttachmentRow): string {
  const isUnnamed = url !== null && title === linkTitle({ url, label: null });
  return isUnnamed ? (page?.title ?? title) : title;
}
