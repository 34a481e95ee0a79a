import { ACTION } from '../ids.ts';
import type { Press } from '../inbound/interaction.ts';
import type { UseCases } from '../use-cases.ts';
import type { ListenerDeps } from './listener.ts';
import type { ActionHandler } from './press.ts';

interface Deps {
  useCases: Pick<UseCases, 'decideProposal'>;
  workspace: { installation: Pick<ListenerDeps['workspace']['installation'], 'teamId'> };
}

/** Decisions about proposed tasks. Their messages follow by a job. */
export function proposalActions({ useCases, workspace }: Deps): Record<string, ActionHandler> {
  const { teamId } = workspace.installation;
  const decide =
    (decision: 'plan' | 'decline') =>
    async ({ value, userId }: Press): Promise<void> => {
      await useCases.decideProposal({ teamId, id: value }, userId, decision);
    };

  return {
    [ACTION.planProposed]: decide('plan'),
    [ACTION.declineProposed]: decide('decline'),
  };
}
