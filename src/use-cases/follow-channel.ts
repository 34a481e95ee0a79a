import type { ArchiveReason, Project } from '../domain/project.ts';
import type { JobQueue } from '../ports/jobs.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import type { TaskStore } from '../ports/tasks.ts';
import type { RefreshCards } from './refresh-cards.ts';
import type { RefreshHomes } from './refresh-homes.ts';
import { postCards } from './set-up-project.ts';
import { askPlanner, showTask } from './settle-task.ts';

export interface FollowChannelDeps {
  projects: ProjectStore;
  milestones: MilestoneStore;
  jobs: JobQueue;
  refreshCards: RefreshCards;
  refreshHomes: RefreshHomes;
  tasks: TaskStore;
  plannerIsBuiltIn: boolean;
}

/** Tasks in planning of one project that go on by themselves; more than these is nobody's plan. */
const PLANNED_ON = 500;

/** The project follows its channel (product.md 1.5). Every event may come twice. */
export function createFollowChannel({
  projects,
  milestones,
  jobs,
  refreshCards,
  refreshHomes,
  tasks,
  plannerIsBuiltIn,
}: FollowChannelDeps) {
  /** Cards that could not be drawn while the channel was away. */
  async function drawAnew(project: Project): Promise<void> {
    await postCards(jobs, project);
    for (const { id } of await milestones.listByProject(project.teamId, project.id)) {
      await refreshCards(project.teamId, project.id, id);
    }
    await planOn(project);
  }

  /** Planning stands still while the channel is away: what was given up is asked for again. */
  async function planOn({ teamId, id }: Project): Promise<void> {
    const left = await tasks.list({ teamId, projectIds: [id], status: 'planning', limit: PLANNED_ON });
    for (const task of left) {
      await showTask(jobs, task, `back:${Date.now()}`);
      if (plannerIsBuiltIn) await askPlanner(jobs, task, `back:${Date.now()}`);
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
