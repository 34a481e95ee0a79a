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
    serverParameters: { notablescan: 'true', enableTestCommands: '1' },
    onProgress: (line) => process.stderr.write(`${line}\n`),
  });
  project.provide('mongoUri', mongo.uri);
  return () => mongo.stop();
}
