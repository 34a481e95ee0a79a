import { DomainError } from '../domain/errors.ts';
import { cleanTitle, cut, type Milestone, type Project, PURPOSE_LIMIT } from '../domain/project.ts';
import type { Ref } from '../domain/scope.ts';
import type { ConversationMode, ConversationStore } from '../ports/conversations.ts';
import type { TaskStore } from '../ports/tasks.ts';
import { threadLane } from './lanes.ts';
import { activeProject, checkMayManage, type ProjectDeps, postCards } from './set-up-project.ts';

export interface MilestoneDeps extends ProjectDeps {
  conversations: ConversationStore;
  tasks: TaskStore;
}

export interface MilestoneForm {
  title: string;
  description: string;
  /** YYYY-MM-DD or null. */
  dueOn: string | null;
  mode: ConversationMode | null;
}

export type MilestoneAct = 'done' | 'reopen' | 'archive' | 'earlier' | 'later';

/** Task threads of one thread whose place is brought up to date when it becomes a milestone. */
const TASK_THREADS = 1_000;

export function createManageMilestones(deps: MilestoneDeps) {
  const { milestones, conversations, attachments, refreshCards } = deps;

  async function managed(ref: Ref, userId: string): Promise<{ milestone: Milestone; project: Project }> {
    const milestone = await milestones.findById(ref);
    if (milestone === null) throw gone();
    const project = await activeProject(deps.projects, { teamId: ref.teamId, id: milestone.projectId });
    await checkMayManage(deps.slack, ref.teamId, project.channelId, userId);
    return { milestone, project };
  }

  async function redraw({ teamId, projectId, id }: Milestone): Promise<void> {
    await refreshCards(teamId, projectId, id);
    await refreshCards(teamId, projectId, null);
  }

  return {
    /** Adds one milestone; its card opens the thread. */
    async add(project: Ref, userId: string, form: MilestoneForm, origin?: string): Promise<Milestone> {
      const { id: projectId, channelId, teamId } = await activeProject(deps.projects, project);
      await checkMayManage(deps.slack, teamId, channelId, userId);
      const title = cleanTitle(form.title, 'milestone');
      const description = cut(form.description.trim(), PURPOSE_LIMIT);
      const [made] = await milestones.create([
        {
          ...{ teamId, projectId, channelId, threadTs: null, title, description, createdBy: userId },
          dueOn: form.dueOn,
          ...(origin === undefined ? {} : { origin }),
        },
      ]);
      if (made === undefined) throw new Error('A milestone was not made.');
      await postCards(deps.jobs, { ...(await activeProject(deps.projects, project)) });
      return made;
    },

    /** Makes an existing thread a milestone: what was said in it so far becomes the milestone's. */
    async adopt(project: Ref, threadTs: string, userId: string, form: MilestoneForm): Promise<void> {
      const found = await activeProject(deps.projects, project);
      const { id: projectId, channelId, teamId } = found;
      await checkMayManage(deps.slack, teamId, channelId, userId);
      if (threadTs === found.cardTs) throw projectThread();
      const known = await conversations.findByThread(teamId, channelId, threadTs);
      if (known !== null && known.type !== 'project') throw taskThread();
      const title = cleanTitle(form.title, 'milestone');
      const description = cut(form.description.trim(), PURPOSE_LIMIT);
      const [made] = await milestones.create([
        { teamId, projectId, channelId, threadTs, title, description, createdBy: userId, dueOn: form.dueOn },
      ]);
      if (made === undefined) return;
      const conversation = await conversations.findOrCreate({
        teamId,
        channelId,
        threadTs,
        type: 'project',
        projectId,
        milestoneId: made.id,
        title,
      });
      if (conversation.milestoneId !== made.id) {
        await conversations.change({ teamId, id: conversation.id }, { milestoneId: made.id, title });
      }
      await moveTaskThreads(teamId, conversation.id, made.id);
      // It may hold what the project level read for an answer here.
      await conversations.dropSummary(teamId, channelId, threadTs, '0');
      await deps.jobs.enqueue({
        teamId,
        kind: 'read-thread',
        key: `${channelId}:${threadTs}`,
        lane: threadLane(channelId, threadTs),
        order: threadTs,
        payload: { channelId, threadTs },
      });
      await postCards(deps.jobs, found);
    },

    async change(ref: Ref, userId: string, form: MilestoneForm): Promise<void> {
      const { milestone } = await managed(ref, userId);
      const title = cleanTitle(form.title, 'milestone');
      const description = cut(form.description.trim(), PURPOSE_LIMIT);
      await milestones.change(ref, { title, description, dueOn: form.dueOn });
      const conversation = await threadOf(milestone);
      if (conversation !== null) {
        await conversations.change(
          { teamId: ref.teamId, id: conversation.id },
          { title, mode: form.mode ?? conversation.mode },
        );
      }
      await redraw(milestone);
    },

    async act(ref: Ref, userId: string, act: MilestoneAct): Promise<void> {
      const { milestone, project } = await managed(ref, userId);
      if (act === 'earlier' || act === 'later') await reorder(project, milestone, act);
      else
        await milestones.change(ref, {
          state: act === 'done' ? 'done' : act === 'archive' ? 'archived' : 'open',
        });
      await redraw(milestone);
    },

    /** Deletes a milestone and loses nothing: attachments and conversation stay in the project (product.md 1.4). */
    async remove(ref: Ref, userId: string): Promise<void> {
      const { milestone, project } = await managed(ref, userId);
      const { teamId } = ref;
      // Last the milestone itself: a crash before that leaves a milestone that can be deleted again.
      await attachments.releaseMilestone(teamId, project.id, milestone.id);
      await conversations.releaseMilestone(teamId, milestone.id);
      await deps.tasks.releaseMilestone(teamId, milestone.id);
      await milestones.remove(ref);
      // What was shared there in between.
      await attachments.releaseMilestone(teamId, project.id, milestone.id);
      await conversations.releaseMilestone(teamId, milestone.id);
      await deps.tasks.releaseMilestone(teamId, milestone.id);
      if (milestone.cardTs !== null) {
        const spot = { teamId, channelId: project.channelId, threadTs: milestone.threadTs };
        await deps.slack.update(
          spot,
          milestone.cardTs,
          { kind: 'milestone-deleted', title: milestone.title, userId },
          `milestone-card:${milestone.id}`,
        );
      }
      await refreshCards(teamId, project.id, null);
    },
  };

  /** Task threads keep the scope of the conversation they came from. */
  async function moveTaskThreads(teamId: string, parentId: string, milestoneId: string): Promise<void> {
    const threads = await conversations.list({ teamId, types: ['task'], parentId, limit: TASK_THREADS });
    for (const { id, taskId } of threads)
      if (taskId === null) await conversations.change({ teamId, id }, { milestoneId });
  }

  async function threadOf({ teamId, channelId, threadTs }: Milestone) {
    return threadTs === null ? null : conversations.findByThread(teamId, channelId, threadTs);
  }

  async function reorder(
    { teamId, id }: Project,
    milestone: Milestone,
    act: 'earlier' | 'later',
  ): Promise<void> {
    const list = await milestones.listByProject(teamId, id);
    const from = list.findIndex((one) => one.id === milestone.id);
    const to = act === 'earlier' ? from - 1 : from + 1;
    const other = list[to];
    if (other === undefined) return;
    list.splice(from, 1);
    list.splice(to, 0, milestone);
    for (const [order, one] of list.entries()) {
      if (one.order !== order) await milestones.change({ teamId, id: one.id }, { order });
    }
  }
}

/** The thread of the project card is the project-level conversation and stays it. */
export function projectThread(): DomainError {
  return new DomainError(
    'thread_is_milestone',
    'This is the project’s own thread. Choose another one, or add a milestone with `/project`.',
  );
}

function taskThread(): DomainError {
  return new DomainError(
    'thread_is_milestone',
    'This thread belongs to a task and stays in the task’s place. Choose another one, or add a milestone with `/project`.',
  );
}

function gone(): DomainError {
  return new DomainError(
    'milestone_not_found',
    'This milestone no longer exists. Its attachments and its conversation are in the project.',
  );
}
