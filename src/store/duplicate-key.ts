import { mongo } from 'mongoose';

/** True when a unique index refused a write: another call was first. */
export function isDuplicateKey(error: unknown): boolean {
  return error instanceof mongo.MongoServerError && error.code === 11000;
}
