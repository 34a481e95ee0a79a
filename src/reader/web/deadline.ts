/** A signal that ends with another one or when its time is over. */
export interface Deadline {
  signal: AbortSignal;
  /** True when the time was over first. */
  passed(): boolean;
  /** Must be called when the work is done; nothing is left behind then. */
  clear(): void;
}

/** Starts the clock. */
export function startDeadline(outer: AbortSignal, ms: number): Deadline {
  const controller = new AbortController();
  const end = (): void => controller.abort(outer.reason);
  const timer = setTimeout(() => controller.abort(new Error(`${ms} ms are over`)), ms);
  if (outer.aborted) end();
  outer.addEventListener('abort', end, { once: true });
  return {
    signal: controller.signal,
    passed: () => controller.signal.aborted && !outer.aborted,
    clear() {
      clearTimeout(timer);
      outer.removeEventListener('abort', end);
    },
  };
}
