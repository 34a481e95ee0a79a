import type { JobHandlers } from '../ports/jobs.ts';
import type { Log } from '../ports/log.ts';
import type { ClaimedJob, WorkQueue } from './queue.ts';
import { createRunner, describe, type RunnerOptions } from './runner.ts';

export interface WorkerOptions extends RunnerOptions {
  /** Jobs at once in this process. */
  concurrency: number;
  /** How often to look for work that other processes wrote or whose time has come. */
  pollMs: number;
  /** How long `stop` waits for running jobs before it aborts and releases them. */
  drainMs: number;
}

export const WORKER_DEFAULTS: WorkerOptions = {
  concurrency: 16,
  leaseMs: 30_000,
  pollMs: 500,
  maxAttempts: 8,
  backoffMs: 500,
  backoffCapMs: 30_000,
  drainMs: 20_000,
};

export interface Worker {
  start(): void;
  /** There may be work: look now. */
  wake(): void;
  /** Stops claiming, lets running jobs finish, releases what does not finish in time. */
  stop(): Promise<void>;
}

/** From this many payloads under way on, taking them in goes before working on them. */
const PRESSURE = 8;

/**
 * Runs jobs from the queue: one at a time in a lane, many lanes at once.
 * @param pressure how many payloads from Slack are being taken in right now. Slack waits three seconds for each, while
 *   a job can wait: under pressure one job is begun each `pollMs`.
 */
export function createWorker(
  queue: WorkQueue,
  handlers: JobHandlers,
  log: Log,
  pressure: () => number,
  options: WorkerOptions,
): Worker {
  const pressed = (): boolean => pressure() >= PRESSURE;
  const hasRoom = (): boolean => running.size < (pressed() ? 1 : options.concurrency);
  const run = createRunner(queue, handlers, log, options);
  const running = new Map<ClaimedJob, { done: Promise<void>; abort: AbortController }>();
  let stopping = false;
  let pumping: Promise<void> | null = null;
  let again = false;
  let timers: NodeJS.Timeout[] = [];

  function wake(): void {
    if (!pressed()) look();
  }

  function look(): void {
    if (stopping) return;
    again = true;
    pumping ??= pump().finally(() => {
      pumping = null;
      if (again && hasRoom()) wake();
    });
  }

  async function pump(): Promise<void> {
    while (again && !stopping && hasRoom()) {
      again = false;
      try {
        const job = await queue.claim(options.leaseMs);
        if (job === null) continue;
        again = true;
        launch(job);
      } catch (error) {
        log.warn({ err: describe(error) }, 'claim_failed');
      }
    }
  }

  function launch(job: ClaimedJob): void {
    const abort = new AbortController();
    const done = run(job, abort).finally(() => {
      running.delete(job);
      wake();
    });
    running.set(job, { done, abort });
  }

  return {
    start() {
      timers = [
        setInterval(look, options.pollMs),
        setInterval(() => {
          queue
            .repairLanes()
            .catch((error: unknown) => log.warn({ err: describe(error) }, 'lane_repair_failed'));
        }, options.leaseMs / 3),
      ];
      queue.repairLanes().catch((error: unknown) => log.warn({ err: describe(error) }, 'lane_repair_failed'));
      wake();
    },
    wake,
    async stop() {
      stopping = true;
      for (const timer of timers) clearInterval(timer);
      await pumping;
      const timeout = setTimeout(() => {
        for (const { abort } of running.values()) abort.abort(new Error('The process is stopping.'));
      }, options.drainMs);
      await Promise.all([...running.values()].map(({ done }) => done));
      clearTimeout(timeout);
    },
  };
}
