import type { ArchiveReason, Project } from '../domain/project.ts';
import type { JobQueue } from '../ports/jobs.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import type { RefreshCards } from './refresh-cards.ts';
import type { RefreshHomes } from './refresh-homes.ts';
import { postCards } from './set-up-project.ts';

export interface FollowChannelDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
  jobs: JobQueue;
  refreshCards: RefreshCards;
  refreshHomes: RefreshHomes;
}

/** The project follows its channel (product.md 1.5). Every event may come twice. */
export function createFollowChannel({
  projects,
  milestones,
  jobs,
  refreshCards,
  refreshHomes,
}: FollowChannelDeps) {
  /** Cards that could not be drawn while the channel was away. */
  async function drawAnew(project: Project): Promise<void> {
    await postCards(jobs, project);
    for (const { id } of await milestones.listByProject(project.teamId, project.id)) {
      await refreshCards(project.teamId, project.id, id);
    }
  }

  return {
    /** A project that bears the channel's name takes the new one; a name given by people stays. */
    async renamed(teamId: string, channelId: string, channelName: string): Promise<void> {
      const project = await projects.findByChannel(teamId, channelId);
      if (project === null || project.channelName === channelName) return;
      const follows = project.name === project.channelName;
      await projects.change(
        { teamId, id: project.id },
        follows ? { channelName, name: channelName } : { channelName },
      );
      await refreshCards(teamId, project.id, null);
    },

    async closed(teamId: string, channelId: string, reason: ArchiveReason): Promise<void> {
      const project = await projects.setArchived(teamId, channelId, reason);
      if (project !== null) await refreshHomes(teamId, project.id);
    },

    async unarchived(teamId: string, channelId: string): Promise<void> {
      const project = await projects.setArchived(teamId, channelId, null);
      if (project !== null) await drawAnew(project);
    },

    /** The bot was invited: an existing project comes back, else one card offers to set one up. */
    async botJoined(teamId: string, channelId: string, eventTs: string): Promise<void> {
      const project = await projects.setArchived(teamId, channelId, null);
      if (project !== null) return drawAnew(project);
      await jobs.enqueue({
        teamId,
        kind: 'invite-setup',
        key: `${channelId}:${eventTs}`,
        lane: `channel:${channelId}`,
        order: eventTs,
        payload: { channelId, eventTs },
      });
    },
  };
}
