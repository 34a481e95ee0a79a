import { createHash } from 'node:crypto';
import type { Actor } from '../domain/actor.ts';
import { DomainError } from '../domain/errors.ts';
import { readBasis } from '../domain/planning-text.ts';
import type { Ref } from '../domain/scope.ts';
import {
  type ChecklistItem,
  checkChecklist,
  checkPlan,
  firstLine,
  type PlanStamp,
  STATUS_WORDS,
  type Task,
} from '../domain/task.ts';
import { type ChangeTaskDeps, changeTask, findTask } from './change-task.ts';
import { activeProject } from './set-up-project.ts';
import { conversationOfTask } from './task-conversations.ts';

export interface PlanningResult {
  ref: Ref;
  by: Actor;
  /** Markdown, or null to leave the plan as it is. */
  plan: string | null;
  /** Null leaves the checklist as it is. */
  checklist: ChecklistItem[] | null;
  /** What its author made it from: `basisOf` of the planning item, or the id of the message seen last; or null. */
  basedOn: string | null;
  destination: 'backlog' | 'ready';
}

export type CompletePlanning = (result: PlanningResult) => Promise<Task>;

/**
 * A planner is done: the plan becomes the task's plan document in a new version and a message of the planning
 * conversation, and the task moves on. With newer feedback than the planner had seen, the plan is kept and the task
 * stays in planning. The same call again changes nothing, also after others (product.md 8.5).
 * @throws DomainError `task_not_found`, `invalid_transition` when the task is not in planning, `plan_missing`,
 *   `plan_too_long`, `checklist_too_long`, `project_archived`, `message_not_found` for a `basedOn` of another conversation
 */
export function createCompletePlanning(deps: ChangeTaskDeps): CompletePlanning {
  return async ({ ref, by, plan, checklist, basedOn, destination }) => {
    const first = await findTask(deps, ref);
    await activeProject(deps.projects, { teamId: ref.teamId, id: first.projectId });
    const items = checklist === null ? null : checkChecklist(checklist, []);
    if (plan === null && (items === null || items.length === 0)) {
      throw new DomainError('plan_missing', 'Send a plan, a checklist, or both.');
    }
    const text = plan === null ? null : checkPlan(plan);
    const hash = sha256(text ?? '');
    const key = sha256(JSON.stringify([text, items, basedOn, destination]));
    const seen = basedOn === null ? null : await feedbackSeen(deps, first, basedOn);
    return changeTask(deps, ref, async (task) => {
      if (task.completion === key) return null;
      const offered = { teamId: ref.teamId, taskId: ref.id, key, text, hash, checklist: items, by };
      if ((await deps.plans.offer(offered)).applied) return null;
      if (task.status !== 'planning') throw notInPlanning(task);
      const stale = await isStale(deps, task, seen);
      const stamp = nextPlan(task, text, hash, by);
      return {
        change: {
          plan: stamp,
          completion: key,
          ...(items === null ? {} : { checklist: checkChecklist(items, task.checklist) }),
          ...(stale ? {} : { status: destination }),
        },
        event: { by, what: 'planned', version: stamp?.version ?? null },
      };
    });
  };
}

function notInPlanning({ title, status }: Task): DomainError {
  return new DomainError(
    'invalid_transition',
    `“${title}” is ${STATUS_WORDS[status]}, not in planning, so nobody waits for this plan. Give feedback in its planning conversation or move it to planning first.`,
  );
}

/** A new checklist makes a new version of the plan that there is, since people agree to both. */
function nextPlan(
  { plan, milestoneId: madeFor }: Task,
  text: string | null,
  hash: string,
  by: Actor,
): PlanStamp | null {
  const at = new Date();
  if (text === null) return plan === null ? null : { ...plan, version: plan.version + 1, at, by };
  return { version: (plan?.version ?? 0) + 1, hash, at, by, firstLine: firstLine(text), madeFor };
}

/** How much feedback an author had seen. */
async function feedbackSeen(deps: ChangeTaskDeps, task: Task, basedOn: string): Promise<number> {
  const basis = readBasis(basedOn);
  if (basis === null) throw unknownBasis();
  if (basis.messageId === null) return basis.feedback ?? 0;
  const [message, conversation] = await Promise.all([
    deps.messages.findById({ teamId: task.teamId, id: basis.messageId }),
    conversationOfTask(deps, task, 'planning'),
  ]);
  if (message === null || message.conversationId !== conversation.id) throw unknownBasis();
  if (basis.feedback !== null || message.arrival !== null) return basis.feedback ?? message.arrival ?? 0;
  // An answer, or a note of a bot: whoever has seen it has seen the feedback before it.
  const before = await deps.messages.newest(conversation, '', message.ts, SEEN_BEFORE);
  return Math.max(0, ...before.map((one) => one.arrival ?? 0));
}

const SEEN_BEFORE = 100;

function unknownBasis(): DomainError {
  return new DomainError(
    'message_not_found',
    'basedOn is no message of this planning conversation. Give the basedOn of the planning item, or leave it out.',
  );
}

/** Feedback that was deleted since is nothing that a plan would have to know. */
async function isStale(deps: ChangeTaskDeps, task: Task, seen: number | null): Promise<boolean> {
  if (seen === null || task.feedback <= seen) return false;
  const { id, teamId } = await conversationOfTask(deps, task, 'planning');
  return deps.messages.hasFeedbackAfter({ teamId, id }, seen);
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
