import { Worker } from 'node:worker_threads';
import { replySchema, type Task, type TaskReply } from './messages.ts';

export interface ThreadLimits {
  /** For one task, without the start of its thread. */
  timeoutMs: number;
  /** Heap, in MB. */
  heapMb: number;
  /** Buffers, which do not count as heap, in MB. */
  bufferMb: number;
}

/** A worker thread. It can be used for one task after another until it is over. */
export interface Thread {
  /** The reply, or null when the task was too much for the thread. Rejects when the thread did not start or was ended. */
  run(task: Task): Promise<TaskReply | null>;
  isOver(): boolean;
  /** Ends it at once; a running task is rejected with `reason`. Resolves when nothing of it runs any more. */
  end(reason: unknown): Promise<void>;
}

interface Running {
  resolve(reply: TaskReply | null): void;
  reject(reason: unknown): void;
}

/** A machine that needs longer to start a thread is in trouble itself. */
const START_MS = 60_000;

/** Starts a thread. It does not keep the process alive while it has no task. */
export function createThread(limits: ThreadLimits): Thread {
  const worker = startWorker(limits);
  let ready = false;
  let over = false;
  let running: Running | null = null;
  let timer: NodeJS.Timeout | undefined;

  const settle = (act: (task: Running) => void) => {
    clearTimeout(timer);
    const task = running;
    running = null;
    worker.unref();
    if (task !== null) act(task);
  };
  const end = async (act: (task: Running) => void) => {
    over = true;
    settle(act);
    await worker.terminate();
  };
  const fail = (cause: unknown) => {
    if (over) return;
    const error = new Error('A thread to read files in could not be started', { cause });
    void end((task) => (ready ? task.resolve(null) : task.reject(error)));
  };
  const startTimer = () => {
    clearTimeout(timer);
    if (running !== null)
      timer = setTimeout(() => fail('it took too long'), ready ? limits.timeoutMs : START_MS);
  };
  worker.on('error', fail);
  worker.on('exit', fail);
  worker.on('message', (message: unknown) => {
    const { success, data: reply, error } = replySchema.safeParse(message);
    if (!success) return fail(error);
    if (reply.outcome === 'ready') {
      ready = true;
      startTimer();
    } else if (reply.outcome === 'unread' && reply.reason === 'too_large') {
      // The memory goes with the thread, and so does a parser that still waits for what it could not have.
      void end((task) => task.resolve(reply));
    } else settle((task) => task.resolve(reply));
  });
  return {
    run: (task) =>
      new Promise((resolve, reject) => {
        running = { resolve, reject };
        startTimer();
        // Somebody waits for this task, so the process must not end before it did.
        worker.ref();
        const bytes = new Uint8Array(task.bytes);
        worker.postMessage({ ...task, bytes }, [bytes.buffer]);
      }),
    isOver: () => over,
    end: (reason) => end((task) => task.reject(reason)),
  };
}

/** What is read comes from strangers: the thread sees no environment, and cannot write to the log of the app. */
function startWorker({ heapMb, bufferMb }: ThreadLimits): Worker {
  return new Worker(new URL('./worker.mjs', import.meta.url), {
    execArgv: [],
    env: {},
    stdout: true,
    stderr: true,
    workerData: { bufferMb },
    resourceLimits: { maxOldGenerationSizeMb: heapMb },
  });
}
