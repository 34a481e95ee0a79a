import { person } from '../domain/actor.ts';
import { isShared } from '../domain/conversation.ts';
import { DomainError } from '../domain/errors.ts';
import type { Place } from '../domain/scope.ts';
import { proposalDecided, type TaskProposal } from '../domain/task-proposal.ts';
import type { ConversationStore } from '../ports/conversations.ts';
import type { JobQueue } from '../ports/jobs.ts';
import type { MilestoneStore } from '../ports/projects.ts';
import type { TaskProposalStore } from '../ports/task-proposals.ts';
import type { CreateTask } from './create-task.ts';
import { orderOf, taskLane } from './settle-task.ts';
import { placeToPlan } from './start-planning.ts';

export interface ProposalPlaceDeps {
  conversations: ConversationStore;
  milestones: MilestoneStore;
}

export interface SettleProposalDeps extends ProposalPlaceDeps {
  taskProposals: TaskProposalStore;
  jobs: JobQueue;
  createTask: CreateTask;
}

/** @throws DomainError those of `CreateTask`; what could not be planned is open again. */
export type SettleProposal = (proposal: TaskProposal) => Promise<void>;

/**
 * Does what follows from the last change of a proposal: makes its task when somebody wants it planned, and has its
 * message show what holds now. Each step may be repeated; when a process dies in between, another one settles it.
 */
export function createSettleProposal(deps: SettleProposalDeps): SettleProposal {
  async function follow(proposal: TaskProposal, taskId: string | null): Promise<void> {
    await show(deps.jobs, proposal, taskId);
    await deps.taskProposals.settled(proposal);
  }

  return async (proposal) => {
    if (!proposal.unsettled) return;
    try {
      await follow(proposal, await taskOf(deps, proposal));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      // Something came in between, such as an archived project: it waits for a decision as before.
      const open = await deps.taskProposals.change(proposal, { state: 'open', decidedBy: null });
      if (open !== null) await follow(open, null);
      throw error;
    }
  };
}

/** Id of the task of a proposal that somebody wants planned, made when there is none; else null. */
async function taskOf(deps: SettleProposalDeps, proposal: TaskProposal): Promise<string | null> {
  const { id, teamId, state, decidedBy, taskId, title, details, threadTs, origin } = proposal;
  if (state !== 'planned' || decidedBy === null || taskId !== null) return taskId;
  const place = await placeOfProposal(deps, proposal);
  if (place === null) throw proposalDecided('withdrawn');
  const task = await deps.createTask({
    teamId,
    place,
    title,
    description: details,
    by: person(decidedBy),
    askedIn: threadTs,
    origin,
  });
  await deps.taskProposals.madeTask({ teamId, id }, task.id);
  return task.id;
}

/**
 * Where the task of a proposal belongs: the place of its thread as it is now. Null where that is a milestone the
 * proposal was not made in: its words may hold what does not belong there.
 */
export async function placeOfProposal(
  { conversations, milestones }: ProposalPlaceDeps,
  { teamId, conversationId, threadTs, madeFor }: TaskProposal,
): Promise<Place | null> {
  const conversation = await conversations.findById({ teamId, id: conversationId });
  if (conversation === null || !isShared(conversation)) return null;
  const place = await placeToPlan(milestones, conversation, threadTs);
  return place.milestoneId === null || place.milestoneId === madeFor ? place : null;
}

/** That of a planned one comes after the cards of its task, to lead there. */
function show(jobs: JobQueue, { teamId, id, version }: TaskProposal, taskId: string | null): Promise<void> {
  const own = { lane: `proposal:${id}`, order: orderOf(version) };
  const afterTask = { lane: taskLane(taskId ?? ''), order: `${orderOf(1)}:proposal:${orderOf(version)}` };
  return jobs.enqueue({
    teamId,
    kind: 'show-proposal',
    key: `${id}:${version}`,
    ...(taskId === null ? own : afterTask),
    payload: { proposalId: id },
  });
}
