import { ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';
import type { ClaimedJob, WorkQueue } from '../../src/jobs/queue.ts';
import { createRunner } from '../../src/jobs/runner.ts';
import { createWorker, WORKER_DEFAULTS } from '../../src/jobs/worker.ts';
import {
  FencedError,
  type JobHandlers,
  OutageError,
  PermanentError,
  WaitError,
} from '../../src/ports/jobs.ts';
import { captureLog } from '../support/log.ts';

/** A queue that hands out what it is given and writes down what is asked of it. */
function notedQueue(jobs: ClaimedJob[] = []): WorkQueue & { notes: string[] } {
  const notes: string[] = [];
  return {
    notes,
    enqueue: async () => undefined,
    claim: async () => jobs.shift() ?? null,
    heartbeat: async () => true,
    finish: async (job) => void notes.push(`finish ${job.lane}`),
    retry: async (_, delay, __, counts) =>
      void notes.push(`retry ${delay > 0 ? 'later' : 'at once'} ${counts ? 'counts' : 'free'}`),
    retryNotice: async (_, __, ___, counts) => void notes.push(`notice later ${counts ? 'counts' : 'free'}`),
    bury: async () => void notes.push('bury'),
    repairLanes: async () => undefined,
  };
}

const claimed = (attempts: number, lane = 'a'): ClaimedJob => ({
  id: new ObjectId(),
  teamId: 'T1',
  kind: 'answer-mention',
  lane,
  payload: { channelId: 'C1', ts: '1' },
  fence: 1,
  attempts,
  givenUp: null,
});

const handlersWith = (
  run: () => Promise<void>,
  abandoned: () => Promise<void> = async () => undefined,
): JobHandlers =>
  // Only this kind is claimed here.
  ({ 'answer-mention': { run, abandoned } }) as unknown as JobHandlers;

function gate(): { promise: Promise<void>; resolve: () => void } {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, resolve: () => open() };
}

async function outcome(error: Error, attempts = 1, abandoned?: () => Promise<void>): Promise<string[]> {
  const queue = notedQueue();
  const fail = async (): Promise<void> => Promise.reject(error);
  const run = createRunner(queue, handlersWith(fail, abandoned), captureLog(), WORKER_DEFAULTS);
  await run(claimed(attempts), new AbortController());
  return queue.notes;
}

describe('A job that fails', () => {
  it('is tried again later', async () => {
    expect(await outcome(new Error('no luck'))).toEqual(['retry later counts']);
  });

  it('is given up with its notice after the eighth try', async () => {
    const told: string[] = [];
    expect(await outcome(new Error('no luck'), 8, async () => void told.push('notice'))).toEqual(['bury']);
    expect(told).toEqual(['notice']);
  });

  it('is given up at once when trying again cannot help', async () => {
    expect(await outcome(new PermanentError('wrong key'))).toEqual(['bury']);
  });

  it('waits as long as the other side asked, without using up a try', async () => {
    expect(await outcome(new WaitError(2), 8)).toEqual(['retry later free']);
  });

  it('writes nothing when another worker has taken it over', async () => {
    expect(await outcome(new FencedError())).toEqual([]);
  });

  it('shows its notice later when it could not be shown, without running again, and is buried in the end', async () => {
    const mute = async (): Promise<void> => Promise.reject(new Error('no words'));
    expect(await outcome(new Error('no luck'), 8, mute)).toEqual(['notice later counts']);
    expect(await outcome(new Error('no luck'), 16, mute)).toEqual(['bury']);
    const away = async (): Promise<void> => Promise.reject(new OutageError('Slack is away'));
    expect(await outcome(new Error('no luck'), 16, away)).toEqual(['notice later free']);
  });

  it('runs only for its notice once it was given up', async () => {
    const queue = notedQueue();
    const did: string[] = [];
    const handlers = handlersWith(
      async () => void did.push('work'),
      async () => void did.push('notice'),
    );
    const run = createRunner(queue, handlers, captureLog(), WORKER_DEFAULTS);
    await run({ ...claimed(9), givenUp: 'Error: no luck' }, new AbortController());
    expect(did).toEqual(['notice']);
    expect(queue.notes).toEqual(['bury']);
  });

  it('waits for the other side to come back, without using up a try', async () => {
    expect(await outcome(new OutageError('Slack is away'), 8)).toEqual(['retry later free']);
  });

  it('is given up when it takes its process down each time', async () => {
    const queue = notedQueue();
    let ran = false;
    const run = createRunner(
      queue,
      handlersWith(async () => {
        ran = true;
      }),
      captureLog(),
      WORKER_DEFAULTS,
    );
    await run(claimed(17), new AbortController());
    expect(queue.notes).toEqual(['bury']);
    expect(ran).toBe(false);
  });
});

describe('A worker', () => {
  it('finishes what runs before it stops, and claims nothing more', async () => {
    const queue = notedQueue([claimed(1, 'a'), claimed(1, 'b')]);
    const { promise: opened, resolve: open } = gate();
    const { promise: began, resolve: begin } = gate();
    const handlers = handlersWith(async () => {
      begin();
      await opened;
    });
    const worker = createWorker(queue, handlers, captureLog(), () => 0, {
      ...WORKER_DEFAULTS,
      concurrency: 1,
    });
    worker.start();
    await began;
    const stopped = worker.stop();
    open();
    await stopped;
    expect(queue.notes).toEqual(['finish a']);
  });

  it('releases what does not finish in time, without using up a try', async () => {
    const queue = notedQueue([claimed(1)]);
    const { promise: began, resolve: begin } = gate();
    const handlers = {
      'answer-mention': {
        run: (_: unknown, { signal }: { signal: AbortSignal }) =>
          new Promise((_resolve, reject) => {
            begin();
            signal.addEventListener('abort', () => reject(signal.reason));
          }),
      },
    } as unknown as JobHandlers;
    const worker = createWorker(queue, handlers, captureLog(), () => 0, { ...WORKER_DEFAULTS, drainMs: 0 });
    worker.start();
    await began;
    await worker.stop();
    expect(queue.notes).toEqual(['retry at once free']);
  });

  it('runs one job at a time while many payloads from Slack are being taken in', async () => {
    const queue = notedQueue([claimed(1, 'a'), claimed(1, 'b')]);
    let most = 0;
    let now = 0;
    const { promise: finished, resolve: finish } = gate();
    const handlers = handlersWith(async () => {
      now += 1;
      most = Math.max(most, now);
      await Promise.resolve();
      now -= 1;
      if (queue.notes.length === 1) finish();
    });
    const worker = createWorker(queue, handlers, captureLog(), () => 100, WORKER_DEFAULTS);
    worker.start();
    await finished;
    await worker.stop();
    expect(most).toBe(1);
  });
});
