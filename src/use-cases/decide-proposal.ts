import type { Ref } from '../domain/scope.ts';
import { checkWaiting, type TaskProposal } from '../domain/task-proposal.ts';
import type { ProjectStore } from '../ports/projects.ts';
import type { Slack } from '../ports/slack.ts';
import { type ChangeProposalDeps, changeProposal, findProposal, WITHDRAWN } from './change-proposal.ts';
import { checkMayDecide } from './decide-dispatch.ts';
import { type ProposalPlaceDeps, placeOfProposal } from './settle-proposal.ts';

/**
 * What people do with a proposed task; the first decision counts. `plan` makes the task, in planning, in the place of
 * the thread as it is now; it is made once, however often this is called.
 * @throws DomainError `proposal_not_found`, `proposal_decided`, `not_a_member`, `guest_not_allowed`, `project_archived`
 */
export type DecideProposal = (
  ref: Ref,
  userId: string,
  decision: 'plan' | 'decline',
) => Promise<TaskProposal>;

export interface DecideProposalDeps extends ChangeProposalDeps, ProposalPlaceDeps {
  projects: ProjectStore;
  slack: Slack;
}

export function createDecideProposal(deps: DecideProposalDeps): DecideProposal {
  return async (ref, userId, decision) => {
    const seen = await findProposal(deps, ref);
    await checkMayDecide(deps, { ...seen, userId: null }, userId);
    const belongs = decision === 'decline' || (await placeOfProposal(deps, seen)) !== null;
    const decided = await changeProposal(deps, ref, (proposal) => {
      checkWaiting(proposal);
      if (!belongs) return WITHDRAWN;
      return { state: decision === 'plan' ? 'planned' : 'declined', decidedBy: userId };
    });
    if (!belongs) checkWaiting(decided);
    return decided;
  };
}
