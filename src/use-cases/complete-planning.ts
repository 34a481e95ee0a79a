import { createHash } from 'node:crypto';
import type { Actor } from '../domain/actor.ts';
import { DomainError } from '../domain/errors.ts';
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
import { conversationOfTask } from './task-conversations.ts';

export interface PlanningResult {
  ref: Ref;
  by: Actor;
  /** Markdown, or null to leave the plan as it is. */
  plan: string | null;
  /** Null leaves the checklist as it is. */
  checklist: ChecklistItem[] | null;
  /** Id of the planning message that its author had seen last, or `start`; null when they do not say. */
  basedOn: string | null;
  destination: 'backlog' | 'ready';
}

/** Stands for the planning message seen last where there was none yet. */
export const FROM_THE_START = 'start';

export type CompletePlanning = (result: PlanningResult) => Promise<Task>;

/**
 * A planner is done: the plan becomes the task's plan document in a new version and a message of the planning
 * conversation, and the task moves on. With newer feedback than the planner had seen, the plan is kept and the task
 * stays in planning. The same call again changes nothing, also after others (product.md 8.5).
 * @throws DomainError `task_not_found`, `invalid_transition` when the task is not in planning, `plan_missing`,
 *   `plan_too_long`, `checklist_too_long`, `message_not_found` for a `basedOn` of another conversation
 */
export function createCompletePlanning(deps: ChangeTaskDeps): CompletePlanning {
  return async ({ ref, by, plan, checklist, basedOn, destination }) => {
    const first = await findTask(deps, ref);
    if (plan === null && checklist === null) {
      throw new DomainError('plan_missing', 'Send a plan, a checklist, or both.');
    }
    const text = plan === null ? null : checkPlan(plan);
    const items = checklist === null ? null : checkChecklist(checklist, []);
    const hash = sha256(text ?? '');
    const key = sha256(JSON.stringify([text, items, basedOn, destination]));
    const seen = basedOn === null ? null : await feedbackSeen(deps, first, basedOn);
    return changeTask(deps, ref, async (task) => {
      if (task.completion === key) return null;
      const offered = { teamId: ref.teamId, taskId: ref.id, key, text, hash, checklist: items, by };
      if ((await deps.plans.offer(offered)).applied) return null;
      if (task.status !== 'planning') throw notInPlanning(task);
      const stale = seen !== null && task.feedback > seen;
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

/** How much feedback had come when the message that a planner had seen last did. */
async function feedbackSeen(deps: ChangeTaskDeps, task: Task, messageId: string): Promise<number> {
  if (messageId === FROM_THE_START) return 0;
  const [message, conversation] = await Promise.all([
    deps.messages.findById({ teamId: task.teamId, id: messageId }),
    conversationOfTask(deps, task, 'planning'),
  ]);
  if (message === null || message.conversationId !== conversation.id) {
    throw new DomainError(
      'message_not_found',
      'basedOn is no message of this planning conversation. Give the basedOn of the planning item, or leave it out.',
    );
  }
  return message.arrival ?? 0;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
