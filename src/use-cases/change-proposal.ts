import { DomainError } from '../domain/errors.ts';
import type { Ref } from '../domain/scope.ts';
import type { TaskProposal } from '../domain/task-proposal.ts';
import type { ProposalChange, TaskProposalStore } from '../ports/task-proposals.ts';
import type { SettleProposal } from './settle-proposal.ts';

export interface ChangeProposalDeps {
  taskProposals: TaskProposalStore;
  settleProposal: SettleProposal;
}

/** @throws DomainError `proposal_not_found`, also for one of another workspace */
export async function findProposal(
  { taskProposals }: Pick<ChangeProposalDeps, 'taskProposals'>,
  ref: Ref,
): Promise<TaskProposal> {
  const proposal = await taskProposals.findById(ref);
  if (proposal !== null) return proposal;
  throw new DomainError('proposal_not_found', 'This proposed task is no longer stored. Ask for it again.');
}

/**
 * Reads a proposal, lets `decide` say what to change, and writes that unless it has moved on meanwhile; then it is read
 * and decided anew. Null changes nothing. What follows from the change is written before this resolves.
 */
export async function changeProposal(
  deps: ChangeProposalDeps,
  ref: Ref,
  decide: (proposal: TaskProposal) => ProposalChange | null,
): Promise<TaskProposal> {
  for (;;) {
    const proposal = await findProposal(deps, ref);
    if (!(await settleBefore(deps, proposal))) continue;
    const change = decide(proposal);
    if (change === null) return proposal;
    const changed = await deps.taskProposals.change(proposal, change);
    if (changed === null) continue;
    await deps.settleProposal(changed);
    return { ...changed, unsettled: false };
  }
}

/** What a dead process left undone comes first. @returns false when that could not be done, and it is open again. */
async function settleBefore(deps: ChangeProposalDeps, proposal: TaskProposal): Promise<boolean> {
  try {
    await deps.settleProposal(proposal);
    return true;
  } catch (error) {
    if (error instanceof DomainError) return false;
    throw error;
  }
}

const BLANK = { title: '', details: '' } as const;

/** What an open proposal becomes when what it was made from is gone. */
export const WITHDRAWN: ProposalChange = { ...BLANK, state: 'withdrawn' };

/** Takes back what nobody has decided yet. */
export async function withdrawProposal(deps: ChangeProposalDeps, ref: Ref): Promise<void> {
  await changeProposal(deps, ref, ({ state }) => (state === 'open' ? WITHDRAWN : null));
}

/** Nobody decides any more on what is gone; what was decided keeps its state and says nothing of what it was about. */
export async function blankProposal(deps: ChangeProposalDeps, ref: Ref): Promise<void> {
  await changeProposal(deps, ref, ({ state, title }) => {
    if (state === 'open') return WITHDRAWN;
    return title === '' ? null : BLANK;
  });
}

const AT_ONCE = 100;

/** Takes back what a conversation that is emptied proposed, and keeps nothing of what was decided. */
export async function endProposals(deps: ChangeProposalDeps, conversation: Ref): Promise<void> {
  for (;;) {
    const left = await deps.taskProposals.listByConversation(conversation, AT_ONCE);
    for (const proposal of left) await blankProposal(deps, proposal);
    if (left.length < AT_ONCE) return;
  }
}
