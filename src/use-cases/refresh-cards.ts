import type { JobQueue } from '../ports/jobs.ts';

export type RefreshCards = (teamId: string, projectId: string, milestoneId: string | null) => Promise<void>;

/** Slack takes one edit of a message in three seconds (docs.slack.dev, chat.update). */
const WINDOW_MS = 3_000;

/**
 * Queues a redraw of the card of a place. However many changes fall in one window of three seconds, one redraw runs,
 * after the window: nothing that changed in it can be missed.
 */
export function createRefreshCards(jobs: JobQueue, now: () => number): RefreshCards {
  return (teamId, projectId, milestoneId) => {
    const id = milestoneId ?? projectId;
    const window = Math.floor(now() / WINDOW_MS);
    return jobs.enqueue({
      teamId,
      kind: 'refresh-card',
      key: `${id}:${window}`,
      lane: `card:${id}`,
      order: String(window),
      delayMs: (window + 1) * WINDOW_MS - now(),
      payload: { projectId, milestoneId },
    });
  };
}
