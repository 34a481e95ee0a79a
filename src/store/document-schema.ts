import type { Types } from 'mongoose';
import type { Document, Passage } from '../domain/attachment.ts';
import { modelOf, storeSchema } from './schema.ts';

export interface DocumentRow extends Omit<Document, 'id'> {
  _id: Types.ObjectId;
  /** Its passages are all written. */
  complete: boolean;
  /** Grows whenever it was kept or attached: who saw no attachments removes it only while this stands still. */
  generation: number;
  /** When it was kept for an attachment that is not there yet; null once it is. */
  awaitedSince: Date | null;
  /** Being removed: nobody finds it any more. */
  gone: boolean;
}

export interface PassageRow extends Omit<Passage, 'id'> {
  _id: Types.ObjectId;
}

const documents = storeSchema<DocumentRow>({
  teamId: String,
  projectId: String,
  name: String,
  size: Number,
  hash: String,
  unread: String,
  createdBy: String,
  createdAt: Date,
  complete: Boolean,
  generation: Number,
  awaitedSince: Date,
  gone: Boolean,
});
documents.index({ teamId: 1, projectId: 1, hash: 1, name: 1 }, { unique: true });

const passages = storeSchema<PassageRow>({
  teamId: String,
  projectId: String,
  documentId: String,
  n: Number,
  text: String,
  tokens: Number,
});
passages.index({ teamId: 1, projectId: 1, documentId: 1, n: 1 }, { unique: true });

export const documentModel = modelOf('Document', 'documents', documents);
export const passageModel = modelOf('Passage', 'passages', passages);
