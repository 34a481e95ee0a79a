import type { Types } from 'mongoose';
import type { Attachment, Source } from '../domain/attachment.ts';
import { anyString, modelOf, storeSchema } from './schema.ts';

export interface AttachmentRow extends Omit<Attachment, 'id'> {
  _id: Types.ObjectId;
  /** Hash of `key`, which can have 2,000 characters. */
  keyHash: string;
  /** Grows whenever a source was added: who looked at its sources removes it only while this stands still. */
  generation: number;
  /** Being removed. The row goes last, so that a removal that was cut short can be taken up by its id. */
  gone: boolean;
}

interface SourceRow extends Source {
  _id: Types.ObjectId;
  teamId: string;
  attachmentId: string;
}

export const BY_PLACE = { teamId: 1, projectId: 1, milestoneId: 1, addedAt: 1, _id: 1 } as const;

const attachments = storeSchema<AttachmentRow>({
  teamId: String,
  projectId: String,
  milestoneId: String,
  kind: String,
  key: String,
  keyHash: String,
  documentId: String,
  url: String,
  linkType: String,
  title: String,
  unread: String,
  addedBy: String,
  addedAt: Date,
  generation: Number,
  gone: Boolean,
});
attachments.index({ teamId: 1, projectId: 1, milestoneId: 1, keyHash: 1 }, { unique: true });
attachments.index({ teamId: 1, projectId: 1, addedAt: 1, _id: 1 });
attachments.index(BY_PLACE);
attachments.index({ teamId: 1, documentId: 1 }, { partialFilterExpression: { documentId: anyString } });

const sources = storeSchema<SourceRow>({
  teamId: String,
  attachmentId: String,
  channelId: String,
  messageTs: String,
  userId: String,
});
sources.index({ teamId: 1, channelId: 1, messageTs: 1, attachmentId: 1 }, { unique: true });
sources.index({ teamId: 1, attachmentId: 1 });

export const attachmentModel = modelOf('Attachment', 'attachments', attachments);
export const sourceModel = modelOf('AttachmentSource', 'attachment_sources', sources);

export function toAttachment({ _id, keyHash, generation, gone, ...attachment }: AttachmentRow): Attachment {
  return { id: _id.toHexString(), ...attachment };
}
