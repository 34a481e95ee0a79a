import { idsOf } from '../domain/attachment.ts';
import type { Receipt } from '../domain/receipt.ts';
import type { AttachmentStore } from '../ports/attachments.ts';

/** A receipt in which what was removed since is there by number only: its name went with it. */
export async function unnamed(
  attachments: AttachmentStore,
  teamId: string,
  receipt: Receipt,
): Promise<Receipt> {
  const ids = receipt.items.map((item) => item.attachmentId);
  const left = idsOf(await attachments.findMany(teamId, ids));
  const removed = { title: 'Removed since', url: null };
  return {
    ...receipt,
    items: receipt.items.map((item) => (left.has(item.attachmentId) ? item : { ...item, ...removed })),
  };
}
