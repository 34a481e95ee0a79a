import { randomBytes } from 'node:crypto';
import { PLANNER, signature } from '../domain/actor.ts';
import { buildContext } from '../domain/context.ts';
import type { Rank } from '../domain/context-sources.ts';
import { guard, PLAN_INSTRUCTIONS } from '../domain/context-text.ts';
import type { Message } from '../domain/conversation.ts';
import { DomainError } from '../domain/errors.ts';
import { basisOf } from '../domain/planning-text.ts';
import { cut } from '../domain/project.ts';
import type { Task } from '../domain/task.ts';
import { BYTES_PER_TOKEN } from '../domain/tokens.ts';
import { type JobContext, type JobHandler, type JobQueue, PermanentError } from '../ports/jobs.ts';
import type { Log } from '../ports/log.ts';
import { type Model, ModelRefused } from '../ports/model.ts';
import { SlackGone } from '../ports/slack.ts';
import type { PlanStore, TaskStore } from '../ports/tasks.ts';
import { askedLast } from './asked-last.ts';
import type { CompletePlanning } from './complete-planning.ts';
import { type DeliverOnceDeps, deliverOnce } from './deliver-once.ts';
import { reasonOf, wholeStory } from './failure.ts';
import { type GatherDeps, gatherWhenRead } from './gather-records.ts';
import { placedAs } from './place-of.ts';
import { slackTsOf } from './slack-time.ts';
import { conversationOfTask } from './task-conversations.ts';

export interface PlanTaskDeps extends GatherDeps, DeliverOnceDeps {
  tasks: TaskStore;
  plans: PlanStore;
  jobs: JobQueue;
  model: Model;
  rank: Rank;
  completePlanning: CompletePlanning;
  log: Log;
  /** Tokens of a prompt. */
  budget: number;
}

/** The share of the budget that the plan so far may take. */
const PLAN_SHARE = 0.4;

/** The built-in planner takes up a task in planning: from its scope, its conversation and the plan so far. */
export function createPlanTask(deps: PlanTaskDeps): JobHandler<'plan-task'> {
  return {
    async run({ taskId }, { teamId, signal }) {
      const ref = { teamId, id: taskId };
      const task = await deps.tasks.findById(ref);
      if (task?.status !== 'planning') return;
      const asked = await contextFor(deps, task, signal);
      if (asked === null) return deps.tasks.setShown(ref, false);
      const { title, description } = task;
      const draft = await deps.model
        .plan({ context: asked.context, task: { title, description }, signal })
        .catch((error: unknown) => {
          if (error instanceof ModelRefused) throw new PermanentError(error.message, { cause: error });
          throw error;
        });
      const checklist = draft.checklist.map((text) => ({ text, done: false }));
      const { basedOn } = asked;
      const result = { ref, by: PLANNER, plan: draft.plan, checklist, basedOn } as const;
      await deps.completePlanning({ ...result, destination: 'backlog' }).catch(async (error: unknown) => {
        if (whyOver(error) === 'project_archived') await deps.tasks.setShown(ref, false);
      });
    },
    abandoned: ({ taskId }, job, error) => sayFailed(deps, taskId, job, error),
  };
}

const OVER = new Set(['invalid_transition', 'project_archived', 'task_not_found']);

/** Someone moved the task on while the model was thinking, or closed its channel: nobody waits for this plan any more. */
function whyOver(error: unknown): string {
  if (error instanceof DomainError && OVER.has(error.code)) return error.code;
  throw error;
}

async function contextFor(deps: PlanTaskDeps, task: Task, signal: AbortSignal) {
  const { teamId, projectId } = task;
  const [project, conversation, milestones] = await Promise.all([
    deps.projects.findById({ teamId, id: projectId }),
    conversationOfTask(deps, task, 'planning'),
    deps.milestones.listByProject(teamId, projectId),
  ]);
  if (project === null || project.state === 'archived') return null;
  const question = await questionFor(deps, task, conversation.id);
  // A summary, which answers in the thread need, holds plans that are over and answers: the planner reads the feedback.
  const { milestoneId } = placedAs(task, conversation);
  const exists = milestones.some((one) => one.id === milestoneId);
  const placed = { ...conversation, projectId, milestoneId: exists ? milestoneId : null, summary: null };
  const place = { kind: 'project', project, conversation: placed, milestones } as const;
  const gathered = await gatherWhenRead(deps, question, place, signal);
  const { messages } = gathered.records;
  // Plans before the current one are over, and the current one is part of the question.
  const records = { ...gathered.records, messages: messages.filter((one) => one.role === 'user') };
  const context = buildContext(gathered.scope, records, deps.budget, deps.rank, PLAN_INSTRUCTIONS);
  return { context, basedOn: basisOf(messages, task.feedback) };
}

/** The task as the last message of the prompt. */
async function questionFor(deps: PlanTaskDeps, task: Task, conversationId: string): Promise<Message> {
  const { teamId, id, channelId, title, description, plan, milestoneId } = task;
  // As with answers: a plan that read more than this scope may does not go along when its task moves.
  const own = milestoneId === null || plan?.madeFor === milestoneId;
  const current = plan === null || !own ? null : await deps.plans.find({ teamId, id }, plan.version);
  const lines = [`Plan this task: ${title}`];
  if (description !== '') lines.push(description);
  if (current !== null) {
    const room = Math.floor(deps.budget * PLAN_SHARE * BYTES_PER_TOKEN);
    lines.push(`The plan so far (version ${current.version}), to be revised by the feedback:`);
    lines.push(guard(cut(current.text, room)));
  }
  return askedLast({
    teamId,
    conversationId,
    channelId,
    userId: signature(task.createdBy),
    content: lines.join('\n\n'),
    metadata: null,
  });
}

async function sayFailed(deps: PlanTaskDeps, taskId: string, job: JobContext, error: unknown): Promise<void> {
  const { teamId, fence } = job;
  const task = await deps.tasks.findById({ teamId, id: taskId });
  if (task?.status !== 'planning' || error instanceof SlackGone) return;
  const reference = randomBytes(4).toString('hex');
  deps.log.error({ team: teamId, task: taskId, reference, err: wholeStory(error) }, 'planning_failed');
  const { threadTs } = await conversationOfTask(deps, task, 'planning');
  if (threadTs === null) throw new Error('The planning thread is not open yet, so nobody can be told.');
  await deliverOnce(deps, {
    key: `planning-failed:${job.jobId}`,
    spot: { teamId, channelId: task.channelId, threadTs },
    message: { kind: 'planning-failed', taskId, reference, why: reasonOf(error) },
    since: slackTsOf(task.createdAt),
    fence,
  });
}
