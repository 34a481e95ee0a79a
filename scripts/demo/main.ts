import { HELP, readOptions } from './options.ts';
import type { Started } from './start-demo.ts';
import { thingsToTry } from './things-to-try.ts';

/** How long stopping may take before the process ends all the same; guards then end what it started. */
const STOP_LIMIT_MS = 15_000;
/** When a part has died the others often wait for it in vain. */
const STOP_AFTER_FAILURE_LIMIT_MS = 3_000;

const running: Started[] = [];
let ending = false;

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.do === 'help') return say(HELP);
  if (options.do === 'refuse') return end(1, options.why);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => end(0, 'Stopping …'));
  // Loaded late, so that a wrong option is answered at once and a signal is heard from the beginning.
  const { startDemo } = await import('./start-demo.ts');
  const demo = await startDemo({
    slackPort: options.slackPort,
    dataDir: '.data',
    environment: process.env,
    say,
    onStarted: watch,
  });
  if (!ending) say(thingsToTry(demo, performance.now() / 1000));
}

function watch(started: Started): void {
  running.push(started);
  started.exited?.then((code) => {
    const how = code === null ? 'was ended by a signal' : `ended with exit code ${code}`;
    return end(1, `${started.name} ${how}, so the demo stops. Start it again with: npm run demo`);
  });
}

/** Stops what runs, the newest first, and then this process. Only the first call counts. */
async function end(code: number, words: string): Promise<void> {
  if (ending) return;
  ending = true;
  (code === 0 ? process.stdout : process.stderr).write(`${words}\n`);
  setTimeout(() => process.exit(1), code === 0 ? STOP_LIMIT_MS : STOP_AFTER_FAILURE_LIMIT_MS);
  for (const one of running.reverse()) {
    await one.stop().catch((error: unknown) => {
      process.stderr.write(`${one.name} did not stop in order: ${messageOf(error)}\n`);
    });
  }
  process.exit(code);
}

function say(text: string): void {
  if (!ending) process.stdout.write(`${text}\n`);
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

main().catch((error: unknown) => end(1, `The demo could not start. ${messageOf(error)}`));
