import type { Attachment } from '../domain/attachment.ts';
import type { Task, TaskStatus } from '../domain/task.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { ConversationStore } from '../ports/conversations.ts';
import type { JobHandler, JobQueue } from '../ports/jobs.ts';
import type { ProjectStore } from '../ports/projects.ts';
import type { TaskStore } from '../ports/tasks.ts';
import { type DeliverOnceDeps, deliverOnce } from './deliver-once.ts';
import { slackTsOf } from './slack-time.ts';
import { conversationKey } from './task-conversations.ts';

export interface TellPageChangedDeps extends DeliverOnceDeps {
  attachments: AttachmentStore;
  projects: ProjectStore;
  conversations: ConversationStore;
  tasks: TaskStore;
  jobs: JobQueue;
}

/** People or bots work by the plans of these. */
const AT_WORK: readonly TaskStatus[] = ['ready', 'in_progress'];
/** Tasks that are looked at; more than anybody has ready at once. */
const LOOKED_AT = 500;

const isAtWork = ({ status, plan }: Task): boolean => AT_WORK.includes(status) && plan !== null;

/**
 * A page says something else than when it was read before, or nothing any more: for every task that was made ready with
 * it in reach a job is queued that says so in its thread.
 */
export function createTellPageChanged(deps: TellPageChangedDeps): JobHandler<'tell-page-changed'> {
  return {
    async run({ attachmentId, documentId }, { teamId }) {
      const attachment = await deps.attachments.findById({ teamId, id: attachmentId });
      // Removed, or read once more since: that reading tells of itself.
      if (attachment === null || attachment.documentId !== documentId) return;
      for (const status of AT_WORK) {
        for (const task of await tasksInReach(deps, attachment, status)) {
          if (!isAtWork(task)) continue;
          await deps.jobs.enqueue({
            teamId,
            kind: 'tell-task-of-page',
            key: `${task.id}:${task.plan?.version ?? 0}:${attachmentId}`,
            lane: `page-changed:${task.channelId}`,
            order: task.id,
            payload: { attachmentId, taskId: task.id },
          });
        }
      }
    },
  };
}

/** Tasks of the page's milestone; for a page of the whole project those of every milestone. */
function tasksInReach(
  { tasks }: TellPageChangedDeps,
  { teamId, projectId, milestoneId }: Attachment,
  status: TaskStatus,
): Promise<Task[]> {
  const place = milestoneId === null ? {} : { milestoneId };
  return tasks.list({ teamId, projectIds: [projectId], ...place, status, limit: LOOKED_AT });
}

/** Says in the thread of a task that a page changed, once for each plan. */
export function createTellTaskOfPage(deps: TellPageChangedDeps): JobHandler<'tell-task-of-page'> {
  return {
    async run({ attachmentId, taskId }, { teamId, fence }) {
      const [attachment, task] = await Promise.all([
        deps.attachments.findById({ teamId, id: attachmentId }),
        deps.tasks.findById({ teamId, id: taskId }),
      ]);
      if (attachment === null || task === null || !isAtWork(task)) return;
      const { channelId, projectId, plan, createdAt } = task;
      const project = await deps.projects.findById({ teamId, id: projectId });
      const [talk] = await deps.conversations.findByKeys(teamId, [conversationKey('task', taskId)]);
      if (project === null || project.state === 'archived' || talk === undefined || talk.threadTs === null)
        return;
      await deliverOnce(deps, {
        key: `page-changed:${taskId}:${plan?.version ?? 0}:${attachmentId}`,
        spot: { teamId, channelId, threadTs: talk.threadTs },
        message: { kind: 'page-changed', attachment },
        since: slackTsOf(createdAt),
        fence,
      });
    },
  };
}
