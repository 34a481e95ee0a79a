import { randomBytes } from 'node:crypto';
import { MongoClient } from 'mongodb';
import { afterAll, inject } from 'vitest';
import './global-setup.ts';

/** A URI of the run's MongoDB with a database name of its own, e.g. `…/t_queue_5f0c9a1b`. Nothing is created. */
export function freshDatabaseUri(nameHint: string): string {
  const hint = nameHint.replaceAll(/[^A-Za-z0-9]+/g, '_').slice(0, 40);
  return withDatabase(inject('mongoUri'), `t_${hint}_${randomBytes(4).toString('hex')}`);
}

/** Deletes the database which the URI names. */
export async function dropDatabase(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    await client.db().dropDatabase();
  } finally {
    await client.close();
  }
}

/**
 * For the top of a test file or of a `describe`: a database of its own, dropped when its tests are over. The URI
 * can be used at once, in `beforeAll` as well; close your connections in an `afterAll` declared after this call.
 */
export function useMongo(nameHint = 'test'): { readonly uri: string } {
  const uri = freshDatabaseUri(nameHint);
  afterAll(() => dropDatabase(uri));
  return { uri };
}

/** Not the URL class: a MongoDB URI may name several hosts. */
function withDatabase(uri: string, database: string): string {
  const [, base, given = '', query = ''] =
    /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(uri) ?? [];
  if (base === undefined) throw new Error(`MONGODB_URI is not a MongoDB connection string`);
  const options = new URLSearchParams(query);
  // The database in the path is also where the user is looked up, unless authSource says otherwise.
  if (base.includes('@') && !options.has('authSource')) options.set('authSource', given || 'admin');
  const text = options.toString();
  return `${base}/${database}${text === '' ? '' : `?${text}`}`;
}
