import { setTimeout as delay } from 'node:timers/promises';
import type { Attachment } from '../domain/attachment.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import { WaitError } from '../ports/jobs.ts';
import { type AskReading, staleAmong } from './ask-reading.ts';

export interface AwaitReadingDeps {
  attachments: AttachmentStore;
  askReading: AskReading;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** What was shared so recently is waited for: whoever asks about it right away means what it says. */
const FRESH_MS = 60_000;
/** So long a job looks on itself; after that it makes room for others and comes back. */
const LOOK_MS = 4_000;
const BREAK_SECONDS = 2;
const PAUSE_MS = 150;

/**
 * Has pages that may have changed read again, and waits for what is being read among these attachments: for pages a
 * moment, since their old text is there; for what was just shared up to a minute, since nothing of it is.
 * @returns whether anything was read meanwhile, so that it has to be gathered again. @throws WaitError
 */
export async function awaitReading(
  deps: AwaitReadingDeps,
  attachments: Attachment[],
  signal: AbortSignal,
): Promise<boolean> {
  const began = deps.now();
  const stale = staleAmong(attachments, began);
  const isAwaited = ({ state, askedAt }: Attachment): boolean =>
    state === 'pending' && began - askedAt.getTime() < FRESH_MS;
  // Those that nobody waits for any more as well: whoever attached them may have died before their reading was queued.
  await deps.askReading([...stale, ...attachments.filter(({ state }) => state === 'pending')]);
  const pending = attachments.filter(isAwaited);
  if (stale.length + pending.length === 0) return false;
  const left = await untilRead(deps, [...stale, ...pending], LOOK_MS, signal);
  if (left.some(isAwaited)) throw new WaitError(BREAK_SECONDS);
  return left.length < stale.length + pending.length;
}

/** Waits until these were read or `forMs` is over. @returns those that were not; what is gone is not waited for. */
export async function untilRead(
  { attachments }: Pick<AwaitReadingDeps, 'attachments'>,
  awaited: Attachment[],
  forMs: number,
  signal: AbortSignal,
): Promise<Attachment[]> {
  const before = new Map(awaited.map((one) => [one.id, one]));
  const until = performance.now() + forMs;
  let left = awaited;
  while (left.length > 0 && performance.now() < until) {
    await delay(PAUSE_MS, undefined, { signal });
    const [first] = left;
    if (first === undefined) break;
    const now = await attachments.findMany(
      first.teamId,
      left.map((one) => one.id),
    );
    left = now.filter((one) => one.readAt?.getTime() === before.get(one.id)?.readAt?.getTime());
  }
  return left;
}
