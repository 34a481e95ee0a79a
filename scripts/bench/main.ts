import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { startEmbeddedMongo } from '../../src/store/embedded-mongo.ts';
import { measureContext } from './context.ts';
import { measureEvents } from './events.ts';
import { measurePlanning } from './planning.ts';
import { startSlackStub } from './slack-stub.ts';

/** `npm run bench`, or a part of it: `npm run bench -- --only events`, `npm run bench:context`. */
const PARTS = { events: measureEvents, planning: measurePlanning, context: measureContext };

const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
if (only !== undefined && !Object.hasOwn(PARTS, only)) {
  console.error(`There is no part “${only}”. Give one of: ${Object.keys(PARTS).join(', ')}.`);
  process.exit(1);
}
console.log(`Node ${process.version}, ${cpus().length} cores, everything on this machine`);
const mongo = await startEmbeddedMongo({ onProgress: (line) => console.log(line) });
const slack = await startSlackStub();
for (const [name, measure] of Object.entries(PARTS)) {
  if (only === undefined || only === name) await measure(mongo.uri, slack);
}
slack.close();
await mongo.stop();
process.exit(0);
