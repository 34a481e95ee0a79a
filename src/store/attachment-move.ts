import type { Connection } from 'mongoose';
import type { Attachment } from '../domain/attachment.ts';
import type { Ref } from '../domain/scope.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import { createMerge } from './attachment-merge.ts';
import { createSameness } from './attachment-sameness.ts';
import { type AttachmentRow, attachmentModel, toAttachment } from './attachment-schema.ts';
import { createWithdrawal } from './attachment-withdrawal.ts';
import { isDuplicateKey } from './duplicate-key.ts';

/** How attachments change places. What a place has already is looked for before and after. */
export function createMove(connection: Connection): Pick<AttachmentStore, 'move' | 'releaseMilestone'> {
  const attachments = attachmentModel(connection);
  const { merge, finishMerge, finishRemoval } = createMerge(connection);
  const { otherAt } = createSameness(connection);
  const { rowOf } = createWithdrawal(connection);

  async function relocate({ _id, teamId }: AttachmentRow, milestoneId: string | null): Promise<void> {
    try {
      await attachments.updateOne({ _id, teamId, gone: false }, { $set: { milestoneId } });
    } catch (error) {
      if (!isDuplicateKey(error)) throw error;
    }
  }

  /** @param from only what hangs at this milestone moves, when it is given. */
  async function move(ref: Ref, milestoneId: string | null, from?: string): Promise<Attachment | null> {
    // Every step is looked at afresh, so that one that was cut short or overtaken is finished by the next.
    for (;;) {
      const row = await rowOf(ref);
      if (row === null) return null;
      if (row.mergedInto !== undefined) await finishMerge(row, row.mergedInto);
      else if (row.gone) await finishRemoval(row);
      else {
        if (from !== undefined && row.milestoneId !== from) return toAttachment(row);
        const there = await otherAt(row, milestoneId);
        if (there !== null) await merge(row, there);
        else if (row.milestoneId === milestoneId) return toAttachment(row);
        else await relocate(row, milestoneId);
      }
    }
  }

  return {
    move: (ref, milestoneId) => move(ref, milestoneId),
    async releaseMilestone(teamId, projectId, milestoneId) {
      const rows = await attachments.find({ teamId, projectId, milestoneId }).lean();
      for (const { _id } of rows) await move({ teamId, id: _id.toHexString() }, null, milestoneId);
    },
  };
}
