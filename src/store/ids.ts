import { createHash } from 'node:crypto';
import { Types } from 'mongoose';
import type { Ref } from '../domain/scope.ts';

const NOTHING = new Types.ObjectId('0'.repeat(24));

/** The stored form of an id. Text that is no id becomes one that no record has: it is not found, never an error. */
export function objectId(id: string): Types.ObjectId {
  return /^[0-9a-f]{24}$/u.test(id) ? new Types.ObjectId(id) : NOTHING;
}

/** The filter for one record of one workspace. */
export function byRef(ref: Ref): { _id: Types.ObjectId; teamId: string } {
  return { _id: objectId(ref.id), teamId: ref.teamId };
}

/** A key of any length as one of fixed length, for unique indexes. */
export function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}
