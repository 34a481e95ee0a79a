import { config as loadDotenv } from 'dotenv';
import { startMilepost } from './compose.ts';
import { readConfig } from './config.ts';
import { createLog } from './log.ts';
import { startEmbeddedMongo } from './store/embedded-mongo.ts';

/** How long a stop may take before the process ends all the same; jobs then go on elsewhere when their lease ends. */
const STOP_DEADLINE_MS = 30_000;

async function main(): Promise<void> {
  loadDotenv({ quiet: true });
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const say = (line: string): void => log.info({}, line);
  const mongo =
    config.mongoUri === null ? await startEmbeddedMongo({ dataDir: '.data/mongo', onProgress: say }) : null;
  const milepost = await startMilepost(config, mongo?.uri ?? config.mongoUri ?? '', log);

  let stopping = false;
  const stop = (signal: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref();
    milepost
      .stop()
      .then(() => mongo?.stop())
      .then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: String(error) }, 'stop_failed');
          process.exit(1);
        },
      );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('unhandledRejection', (error) => log.error({ err: String(error) }, 'unhandled_rejection'));
}

main().catch((error: unknown) => {
  const text = error instanceof Error ? error.message : String(error);
  process.stderr.write(`Milepost could not start.\n${text}\n`);
  process.exit(1);
});
