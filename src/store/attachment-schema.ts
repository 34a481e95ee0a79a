import { Schema, type Types } from 'mongoose';
import type { Attachment, Source } from '../domain/attachment.ts';
import { anyString, modelOf, storeSchema } from './schema.ts';

/** Those of version 0.1 were read when they were attached, or never, and none became one with another. */
type Added = 'file' | 'state' | 'readAt' | 'askedAt' | 'page' | 'formerIds';

export interface AttachmentRow extends Omit<Attachment, 'id' | Added>, Partial<Pick<Attachment, Added>> {
  _id: Types.ObjectId;
  /** Hash of `key`, which can have 2,000 characters. */
  keyHash: string;
  /** Grows whenever a source was added: who looked at its sources removes it only while this stands still. */
  generation: number;
  /** Being removed. The row goes last, so that a removal that was cut short can be taken up by its id. */
  gone: boolean;
  /** Being removed because it becomes one with this other one, which takes its sources over first. */
  mergedInto?: string;
  /** It did. */
  sourcesGiven?: boolean;
  /** Of the job whose reading it holds. */
  readFence?: number;
  /** The document which that reading replaced, until it is let go. */
  formerDocumentId?: string | null;
  /** Hashes of the keys that it, and those that became one with it, had before. */
  formerKeyHashes?: string[];
}

export interface SourceRow extends Source {
  _id: Types.ObjectId;
  teamId: string;
  attachmentId: string;
  /** What the attachment's key was whenever this message shared it; those of version 0.1 do not say. */
  keys?: string[];
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
  file: Schema.Types.Mixed,
  state: String,
  unread: String,
  readAt: Date,
  askedAt: Date,
  page: Schema.Types.Mixed,
  addedBy: String,
  addedAt: Date,
  generation: Number,
  gone: Boolean,
  mergedInto: String,
  sourcesGiven: Boolean,
  readFence: Number,
  formerDocumentId: String,
  formerIds: { type: [String], default: undefined },
  formerKeyHashes: { type: [String], default: undefined },
});
attachments.index({ teamId: 1, projectId: 1, milestoneId: 1, keyHash: 1 }, { unique: true });
attachments.index({ teamId: 1, projectId: 1, addedAt: 1, _id: 1 });
attachments.index(BY_PLACE);
attachments.index(
  { teamId: 1, projectId: 1, milestoneId: 1, formerKeyHashes: 1 },
  { partialFilterExpression: { formerKeyHashes: anyString } },
);
attachments.index({ teamId: 1, documentId: 1 }, { partialFilterExpression: { documentId: anyString } });
attachments.index({ teamId: 1, formerIds: 1 }, { partialFilterExpression: { formerIds: anyString } });

const sources = storeSchema<SourceRow>({
  teamId: String,
  attachmentId: String,
  channelId: String,
  messageTs: String,
  userId: String,
  keys: { type: [String], default: undefined },
});
sources.index({ teamId: 1, channelId: 1, messageTs: 1, attachmentId: 1 }, { unique: true });
sources.index({ teamId: 1, attachmentId: 1 });

export const attachmentModel = modelOf('Attachment', 'attachments', attachments);
export const sourceModel = modelOf('AttachmentSource', 'attachment_sources', sources);

/** False while it is being removed. One that becomes one with another is there until that has taken all over. */
export function isThere({ gone, mergedInto, sourcesGiven }: AttachmentRow): boolean {
  return !gone || (mergedInto !== undefined && sourcesGiven !== true);
}

export function toAttachment(row: AttachmentRow): Attachment {
  const {
    _id,
    keyHash,
    generation,
    gone,
    mergedInto,
    sourcesGiven,
    readFence,
    formerDocumentId,
    formerKeyHashes,
    ...attachment
  } = row;
  const { kind, unread, addedAt } = attachment;
  const { file = null, page = null, askedAt = addedAt, formerIds = [] } = attachment;
  const { state = unread === null ? 'ready' : 'failed' } = attachment;
  // Version 0.1 opened no pages.
  const { readAt = kind === 'link' ? null : addedAt } = attachment;
  return { id: _id.toHexString(), ...attachment, file, state, readAt, askedAt, page, formerIds };
}
