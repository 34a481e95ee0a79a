import {
  FencedError,
  type JobContext,
  type JobHandler,
  type JobHandlers,
  type JobKind,
  OutageError,
  PermanentError,
  WaitError,
} from '../ports/jobs.ts';
import type { Log } from '../ports/log.ts';
import type { ClaimedJob, WorkQueue } from './queue.ts';

export interface RunnerOptions {
  /** How long a job is held without a heartbeat. */
  leaseMs: number;
  /** Tries before a job is given up. */
  maxAttempts: number;
  /** First delay between tries; it doubles up to `backoffCapMs`. */
  backoffMs: number;
  backoffCapMs: number;
}

/** While the other side is away, tries come as far apart as the fifth try of a failing job. */
const OUTAGE_STEP = 5;
/** After a day nobody waits for the job any more. */
const TOO_OLD_MS = 24 * 3_600_000;
const isTooOld = (job: ClaimedJob): boolean => Date.now() - job.id.getTimestamp().getTime() > TOO_OLD_MS;

/** Runs one claimed job to its end: done, due again, or given up with a notice. Never throws. */
export function createRunner(queue: WorkQueue, handlers: JobHandlers, log: Log, options: RunnerOptions) {
  // Payloads are written by this code base under the same kind: their type is what `enqueue` asked for.
  const handlerOf = (job: ClaimedJob): JobHandler<JobKind> => handlers[job.kind] as JobHandler<JobKind>;
  const payloadOf = (job: ClaimedJob): never => job.payload as never;

  return async function run(job: ClaimedJob, abort: AbortController): Promise<void> {
    const beat = setInterval(() => {
      queue.heartbeat(job, options.leaseMs).then(
        (kept) => kept || abort.abort(new FencedError()),
        (error: unknown) => log.warn({ ...fieldsOf(job), err: describe(error) }, 'heartbeat_failed'),
      );
    }, options.leaseMs / 3);
    try {
      await work(job, abort.signal);
    } catch (error) {
      // The queue itself cannot be reached: the lease runs out and the job is claimed again.
      log.error({ ...fieldsOf(job), err: describe(error) }, 'job_not_settled');
    } finally {
      clearInterval(beat);
    }
  };

  async function work(job: ClaimedJob, signal: AbortSignal): Promise<void> {
    const context = contextOf(job, signal);
    if (job.givenUp !== null) return giveUp(job, context, new PermanentError(job.givenUp));
    // A job that takes its process down never reaches `failed`; the count of its claims is what ends it.
    if (job.attempts > options.maxAttempts * 2)
      return giveUp(job, context, new PermanentError('claimed too often'));
    try {
      await handlerOf(job).run(payloadOf(job), context);
    } catch (error) {
      return failed(job, context, error);
    }
    await queue.finish(job);
    log.debug(fieldsOf(job), 'job_done');
  }

  async function failed(job: ClaimedJob, context: JobContext, error: unknown): Promise<void> {
    const fields = { ...fieldsOf(job), err: describe(error) };
    if (error instanceof FencedError) {
      log.warn(fields, 'job_fenced');
    } else if (error instanceof WaitError) {
      await queue.retry(job, error.seconds * 1_000, error.message, false);
    } else if (error instanceof OutageError && !isTooOld(job)) {
      log.warn(fields, 'job_waits');
      await queue.retry(job, backoff(OUTAGE_STEP), describe(error), false);
    } else if (context.signal.aborted) {
      await queue.retry(job, 0, 'released', false);
    } else if (error instanceof PermanentError || job.attempts >= options.maxAttempts) {
      log.error(fields, 'job_given_up');
      await giveUp(job, context, error);
    } else {
      log.warn(fields, 'job_failed');
      await queue.retry(job, backoff(job.attempts), describe(error), true);
    }
  }

  /** The notice comes before the burial: a crash in between repeats its repeatable effects, not the work. */
  async function giveUp(job: ClaimedJob, context: JobContext, cause: unknown): Promise<void> {
    try {
      await handlerOf(job).abandoned?.(payloadOf(job), context, cause);
    } catch (error) {
      log.warn({ ...fieldsOf(job), err: describe(error) }, 'notice_failed');
      if (error instanceof FencedError) return;
      const passes = (error instanceof WaitError || error instanceof OutageError) && !isTooOld(job);
      const delayMs = error instanceof WaitError ? error.seconds * 1_000 : backoff(OUTAGE_STEP);
      if (passes || job.attempts < options.maxAttempts * 2) {
        return queue.retryNotice(job, delayMs, describe(cause), !passes);
      }
    }
    await queue.bury(job, describe(cause));
  }

  /** Exponential with jitter: between half and all of `backoffMs · 2^(attempt - 1)`. */
  function backoff(attempt: number): number {
    const full = Math.min(options.backoffCapMs, options.backoffMs * 2 ** (attempt - 1));
    return Math.round(full * (0.5 + Math.random() / 2));
  }
}

function contextOf(job: ClaimedJob, signal: AbortSignal): JobContext {
  return { teamId: job.teamId, jobId: job.id.toHexString(), fence: job.fence, attempt: job.attempts, signal };
}

const fieldsOf = (job: ClaimedJob): Record<string, unknown> => ({
  job: job.id.toHexString(),
  kind: job.kind,
  team: job.teamId,
  attempt: job.attempts,
});

/** Name and message of an error, short, for logs and records; messages of ours hold no contents. */
export function describe(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.slice(0, 500);
}
