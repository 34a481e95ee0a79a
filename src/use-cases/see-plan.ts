import { DomainError } from '../domain/errors.ts';
import type { Ref } from '../domain/scope.ts';
import { type PlanStamp, type PlanVersion, STATUS_WORDS, type Task } from '../domain/task.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { JobQueue } from '../ports/jobs.ts';
import type { Slack } from '../ports/slack.ts';
import { planUrls } from './plan-urls.ts';
import type { ReadTasks } from './read-tasks.ts';
import { askPlanner } from './settle-task.ts';

export interface SeePlanDeps {
  readTasks: ReadTasks;
  attachments: AttachmentStore;
  jobs: JobQueue;
  slack: Slack;
  plannerIsBuiltIn: boolean;
}

/** A plan as a person reads it. */
export interface SeenPlan {
  task: Task;
  /** Null while there is none. */
  plan: PlanVersion | null;
  /** All versions, newest first. */
  versions: PlanStamp[];
  /** Addresses that may be live links in it. */
  urls: string[];
}

/** What members of a task's channel can look at. @throws DomainError `task_not_found`, `plan_not_found`, `not_a_member` */
export function createSeePlan({ readTasks, attachments, jobs, slack, plannerIsBuiltIn }: SeePlanDeps) {
  async function checkMember({ teamId, channelId }: Task, userId: string): Promise<void> {
    if (await slack.isMember(teamId, channelId, userId)) return;
    throw new DomainError(
      'not_a_member',
      'Only members of the channel see its tasks. Join the channel first.',
    );
  }

  return {
    /** @param version null for the current one. */
    async read(ref: Ref, userId: string, version: number | null): Promise<SeenPlan> {
      await checkMember(await readTasks.find(ref), userId);
      const { task, plan } = await readTasks.version(ref, version);
      const [versions, urls] = await Promise.all([readTasks.versions(ref), planUrls(attachments, task)]);
      return { task, plan, versions, urls };
    },

    /** A version and the one before it. */
    async changes(
      ref: Ref,
      userId: string,
      version: number,
    ): Promise<{ task: Task; before: PlanVersion | null; after: PlanVersion | null }> {
      await checkMember(await readTasks.find(ref), userId);
      const { task, plan } = await readTasks.version(ref, version);
      const before = version > 1 ? (await readTasks.version(ref, version - 1)).plan : null;
      return { task, before, after: plan };
    },

    /** Asks the built-in planner once more, after it has failed. @throws DomainError also `invalid_transition` */
    async planAgain(ref: Ref, userId: string, pressedTs: string): Promise<void> {
      const task = await readTasks.find(ref);
      await checkMember(task, userId);
      if (task.status !== 'planning') {
        throw new DomainError(
          'invalid_transition',
          `“${task.title}” is ${STATUS_WORDS[task.status]}, so there is nothing to draft now.`,
        );
      }
      if (!plannerIsBuiltIn) {
        throw new DomainError(
          'invalid_transition',
          'Bots on the API plan here now: they find this task by themselves.',
        );
      }
      await askPlanner(jobs, task, `again:${pressedTs}`);
    },
  };
}

export type SeePlan = ReturnType<typeof createSeePlan>;
