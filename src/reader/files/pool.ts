import type { Task, TaskReply } from './messages.ts';
import { createThread, type Thread, type ThreadLimits } from './thread.ts';

export interface PoolLimits extends ThreadLimits {
  /** Threads at once; further tasks wait in line. */
  workers: number;
}

export interface Pool {
  /**
   * The reply of a worker thread, or null when the task took too long or too much memory, or broke its thread. Rejects
   * when `signal` is aborted, after `close`, and when no thread can be started.
   */
  run(task: Task, signal: AbortSignal): Promise<TaskReply | null>;
  /** Ends all threads. What still runs or waits is rejected. */
  close(): Promise<void>;
}

interface Job {
  task: Task;
  resolve(reply: TaskReply | null): void;
  reject(reason: unknown): void;
}

/** Worker threads that are kept between tasks, and replaced by new ones after a task that was too much for them. */
export function createPool({ workers, ...limits }: PoolLimits): Pool {
  const running = new Map<Job, Thread>();
  const waiting: Job[] = [];
  let idle: Thread[] = [];
  let closed: Error | null = null;

  const work = async (job: Job, thread: Thread) => {
    running.set(job, thread);
    try {
      job.resolve(await thread.run(job.task));
    } catch (error) {
      job.reject(error);
    } finally {
      running.delete(job);
      if (!thread.isOver()) idle.push(thread);
      next();
    }
  };
  const next = () => {
    while (closed === null && running.size < workers) {
      const job = waiting.shift();
      if (job === undefined) return;
      idle = idle.filter((thread) => !thread.isOver());
      void work(job, idle.pop() ?? createThread(limits));
    }
  };
  const drop = (job: Job, reason: unknown) => {
    const at = waiting.indexOf(job);
    if (at !== -1) waiting.splice(at, 1);
    job.reject(reason);
    void running.get(job)?.end(reason);
  };

  return {
    async run(task, signal) {
      signal.throwIfAborted();
      if (closed !== null) throw closed;
      let aborted: () => void = () => undefined;
      try {
        return await new Promise((resolve, reject) => {
          const job = { task, resolve, reject };
          aborted = () => drop(job, signal.reason);
          signal.addEventListener('abort', aborted);
          waiting.push(job);
          next();
        });
      } finally {
        signal.removeEventListener('abort', aborted);
      }
    },
    async close() {
      const reason = new Error('The reader of files is closed');
      closed = reason;
      for (const job of waiting.splice(0)) job.reject(reason);
      await Promise.all([...running.values(), ...idle].map((thread) => thread.end(reason)));
    },
  };
}
