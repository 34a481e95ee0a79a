import { loadavg } from 'node:os';
import { createLog } from '../../src/log.ts';
import { connectStores } from '../../src/store/connect.ts';
import { readCorpus } from './context/corpus.ts';
import { reportQuality } from './context/quality.ts';
import { createTextIndex } from './context/text-index.ts';
import { reportTime } from './context/time.ts';

/** The aims of a context: the passage that answers a question is in it, nothing foreign is, and it is made quickly. */
export async function measureContext(mongoUri: string): Promise<void> {
  const log = createLog('silent');
  const corpus = await readCorpus();
  const { connection, close } = await connectStores(`${mongoUri}bench_context_index`, log);
  await reportQuality(corpus, await createTextIndex(connection, corpus));
  await close();
  console.log(`load average before measuring: ${loadavg()[0]?.toFixed(1)}`);
  await reportTime(mongoUri, corpus, log);
}
