import { FIRST_PAGES, type HomeState } from '../ports/homes.ts';
import type { JobHandler } from '../ports/jobs.ts';
import { HomeMovedOn, SlackGone } from '../ports/slack.ts';
import { gatherHome, type HomeDeps, type List, PAGE } from './gather-home.ts';
import { publishHome } from './refresh-homes.ts';

const EVERYTHING: HomeState = { projectId: null, pages: FIRST_PAGES };

/** A person's Home: what they opened, what they chose in it, and its publication (product.md 9). */
export function createShowHome(deps: HomeDeps) {
  return {
    /** @param cause what makes it one publication, such as the id of the event. */
    async opened(teamId: string, userId: string, cause: string): Promise<void> {
      const home = await deps.homes.find(teamId, userId);
      await deps.homes.choose(teamId, userId, home?.state ?? EVERYTHING);
      await publishHome(deps.jobs, teamId, userId, `opened:${cause}`);
    },

    /** Narrows the lists to one project, or to all again (null). */
    async filter(teamId: string, userId: string, projectId: string | null, cause: string): Promise<void> {
      await deps.homes.choose(teamId, userId, { projectId, pages: FIRST_PAGES });
      await publishHome(deps.jobs, teamId, userId, `chosen:${cause}`);
    },

    /** A person came into a channel or left it: what they may see in an open Home is another. */
    async membershipChanged(teamId: string, userId: string, cause: string): Promise<void> {
      if ((await deps.homes.find(teamId, userId)) === null) return;
      await publishHome(deps.jobs, teamId, userId, `membership:${cause}`);
    },

    /** Shows what changed by the person's own doing, without waiting for everybody's redraw. */
    redraw(teamId: string, userId: string, cause: string): Promise<void> {
      return publishHome(deps.jobs, teamId, userId, `done:${cause}`);
    },

    async turn(teamId: string, userId: string, list: string, page: number, cause: string): Promise<void> {
      if (!isList(list) || !Number.isInteger(page) || page < 0) return;
      const { projectId, pages } = (await deps.homes.find(teamId, userId))?.state ?? EVERYTHING;
      await deps.homes.choose(teamId, userId, { projectId, pages: { ...pages, [list]: page } });
      await publishHome(deps.jobs, teamId, userId, `chosen:${cause}`);
    },
  };
}

export type ShowHome = ReturnType<typeof createShowHome>;

const isList = (name: string): name is List => Object.hasOwn(PAGE, name);

/** Gathers and publishes one person's Home. Their jobs run one at a time, so the last one shows the newest. */
export function createPublishHome(deps: HomeDeps): JobHandler<'publish-home'> {
  return {
    async run({ userId, since }, { teamId, fence }) {
      const home = await deps.homes.find(teamId, userId);
      if (since > 0 && (home?.gathered ?? 0) > since) return;
      const content = await gatherHome(deps, teamId, userId, home?.state ?? EVERYTHING);
      const show = (hash: string | null) => deps.slack.publishHome(teamId, userId, content, hash);
      try {
        const hash = await show(home?.hash ?? null).catch((error: unknown) => {
          // Slack shows another view than the one we know of, such as one whose reply was lost.
          if (error instanceof HomeMovedOn) return show(null);
          throw error;
        });
        await deps.homes.published(teamId, userId, hash, fence);
      } catch (error) {
        if (!(error instanceof SlackGone)) throw error;
      }
    },
  };
}
