import { MongoClient } from 'mongodb';
import type { TestProject } from 'vitest/node';
import { startEmbeddedMongo } from '../../src/store/embedded-mongo.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    mongoUri: string;
  }
}

/**
 * One MongoDB for the whole run: the one in MONGODB_URI, else a fresh mongod which refuses queries without an
 * index (`notablescan`) and knows failure points (`configureFailPoint`).
 */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const given = process.env.MONGODB_URI;
  if (given) {
    project.provide('mongoUri', given);
    return undefined;
  }
  const mongo = await startEmbeddedMongo({
    serverParameters: { notablescan: 'true', enableTestCommands: '1', syncdelay: '10' },
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
  await closeIdleFiles(mongo.uri);
  project.provide('mongoUri', mongo.uri);
  return () => mongo.stop();
}

/**
 * A run makes and drops hundreds of databases, and the files of each stay open for minutes: more than a process may have
 * open in the end. So they are closed as soon as nobody uses them.
 */
async function closeIdleFiles(uri: string): Promise<void> {
  const client = new MongoClient(uri);
  try {
    const files = 'file_manager=(close_idle_time=5,close_scan_interval=2,close_handle_minimum=100)';
    await client.db('admin').command({ setParameter: 1, wiredTigerEngineRuntimeConfig: files });
  } finally {
    await client.close();
  }
}
