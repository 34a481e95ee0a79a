import { Schema, type Types } from 'mongoose';
import type { Document, Passage } from '../domain/attachment.ts';
import { anyString, modelOf, storeSchema } from './schema.ts';

export interface DocumentRow extends Omit<Document, 'id'> {
  _id: Types.ObjectId;
  /** Its passages are all written. */
  complete: boolean;
  /** How many they are, once they are; version 0.1 did not count them. */
  passageCount?: number;
  /** Grows whenever it was kept or attached: who saw no attachments removes it only while this stands still. */
  generation: number;
  /** When it was kept for an attachment that does not hold it yet; null once that does. */
  awaitedSince: Date | null;
  /** That attachment; null, and missing in rows of version 0.1, for one that was not there when it was kept. */
  awaitedBy?: string | null;
  /** Being removed: nobody finds it any more. */
  gone: boolean;
}

export interface PassageRow extends Omit<Passage, 'id' | 'place'> {
  _id: Types.ObjectId;
  /** Passages of version 0.1 have none. */
  place?: Passage['place'];
}

const documents = storeSchema<DocumentRow>({
  teamId: String,
  projectId: String,
  name: String,
  size: Number,
  hash: String,
  createdBy: String,
  createdAt: Date,
  complete: Boolean,
  passageCount: Number,
  generation: Number,
  awaitedSince: Date,
  awaitedBy: String,
  gone: Boolean,
});
documents.index({ teamId: 1, projectId: 1, hash: 1, name: 1 }, { unique: true });
documents.index({ teamId: 1, awaitedBy: 1 }, { partialFilterExpression: { awaitedBy: anyString } });

const passages = storeSchema<PassageRow>({
  teamId: String,
  projectId: String,
  documentId: String,
  n: Number,
  text: String,
  tokens: Number,
  place: Schema.Types.Mixed,
});
passages.index({ teamId: 1, projectId: 1, documentId: 1, n: 1 }, { unique: true });

export const documentModel = modelOf('Document', 'documents', documents);
export const passageModel = modelOf('Passage', 'passages', passages);

/** Without what is private to the store, and without what rows of version 0.1 tell besides. */
export function toDocument(row: DocumentRow): Document {
  const { _id, teamId, projectId, name, size, hash, createdBy, createdAt } = row;
  return { id: _id.toHexString(), teamId, projectId, name, size, hash, createdBy, createdAt };
}

/** One object that nobody changes: those who read the same passages may compare and remember it as itself. */
export function toPassage({ _id, place = {}, ...passage }: PassageRow): Passage {
  if (place.rows !== undefined) Object.freeze(place.rows);
  return Object.freeze({ id: _id.toHexString(), ...passage, place: Object.freeze(place) });
}
