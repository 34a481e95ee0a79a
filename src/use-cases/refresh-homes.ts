import { DomainError } from '../domain/errors.ts';
import type { HomeStore } from '../ports/homes.ts';
import type { JobHandler, JobQueue } from '../ports/jobs.ts';
import type { ProjectStore } from '../ports/projects.ts';
import { type Slack, SlackGone } from '../ports/slack.ts';

export type RefreshHomes = (teamId: string, projectId: string) => Promise<void>;

/** However many changes fall in one window, the Homes are drawn once, after it. */
const WINDOW_MS = 3_000;

/** Queues a redraw of every Home that shows a project. */
export function createRefreshHomes(jobs: JobQueue, now: () => number): RefreshHomes {
  return (teamId, projectId) => {
    const window = Math.floor(now() / WINDOW_MS);
    return jobs.enqueue({
      teamId,
      kind: 'refresh-homes',
      key: `${projectId}:${window}`,
      lane: `homes:${projectId}`,
      order: String(window),
      delayMs: (window + 1) * WINDOW_MS - now(),
      payload: { projectId },
    });
  };
}

/** Whoever opened it longer ago hardly has it before them, and sees the newest at their next opening. */
const LOOKING_MS = 3_600_000;

export interface RefreshHomesDeps {
  projects: ProjectStore;
  homes: HomeStore;
  slack: Slack;
  jobs: JobQueue;
}

/** Of the people who opened their Home lately, those who are in the project's channel now get it anew. */
export function createSpreadHomes(deps: RefreshHomesDeps): JobHandler<'refresh-homes'> {
  return {
    async run({ projectId }, { teamId, fence }) {
      const since = new Date(Date.now() - LOOKING_MS);
      // Mostly nobody looks, and Slack need not be asked who could.
      if (!(await deps.homes.isAnyOpenedSince(teamId, since))) return;
      const project = await deps.projects.findById({ teamId, id: projectId });
      if (project === null) return;
      const members = await deps.slack.members(teamId, project.channelId).catch((error: unknown) => {
        // Nobody is in a channel that is gone, or that the bot was taken out of.
        if (error instanceof SlackGone || error instanceof DomainError) return [];
        throw error;
      });
      const looking = await deps.homes.openedSince(teamId, members, since);
      for (const userId of looking) {
        await publishHome(deps.jobs, teamId, userId, `change:${projectId}:${fence}`, fence);
      }
    },
  };
}

/**
 * Queues a publication of one person's Home.
 * @param cause what makes it one.
 * @param since fence of the job that heard of a change, so that one publication stands for many changes; 0 for what
 *   the person did themselves.
 */
export function publishHome(
  jobs: JobQueue,
  teamId: string,
  userId: string,
  cause: string,
  since = 0,
): Promise<void> {
  return jobs.enqueue({
    teamId,
    kind: 'publish-home',
    key: `${userId}:${cause}`,
    lane: `home:${userId}`,
    order: cause,
    payload: { userId, since },
  });
}
