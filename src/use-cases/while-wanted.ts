/** How often it is looked whether somebody still wants what is being worked on. */
const LOOK_MS = 1_000;

/**
 * Does a piece of work and ends it as soon as nobody wants it any more.
 * @param isWanted asked every second, and whenever the work calls `check`, which throws when the answer is no.
 * @returns null when it was no longer wanted.
 */
export async function whileWanted<T>(
  signal: AbortSignal,
  isWanted: () => Promise<boolean>,
  work: (signal: AbortSignal, check: () => Promise<void>) => Promise<T>,
): Promise<T | null> {
  const unwanted = new AbortController();
  const either = AbortSignal.any([signal, unwanted.signal]);
  const look = async (): Promise<void> => {
    if (!(await isWanted())) unwanted.abort();
  };
  // Looking is a courtesy here; `check` is what decides.
  const looking = setInterval(() => void look().catch(() => undefined), LOOK_MS);
  try {
    return await work(either, async () => {
      await look();
      either.throwIfAborted();
    });
  } catch (error) {
    if (unwanted.signal.aborted && !signal.aborted) return null;
    throw error;
  } finally {
    clearInterval(looking);
  }
}
