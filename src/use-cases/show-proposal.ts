import type { TaskProposal } from '../domain/task-proposal.ts';
import type { ConversationStore } from '../ports/conversations.ts';
import type { JobHandler } from '../ports/jobs.ts';
import { SlackGone } from '../ports/slack.ts';
import type { TaskProposalStore } from '../ports/task-proposals.ts';
import { type DeliverOnceDeps, deliverNewest, type Parcel } from './deliver-once.ts';
import { conversationKey } from './task-conversations.ts';

export interface ShowProposalDeps extends DeliverOnceDeps {
  taskProposals: TaskProposalStore;
  conversations: ConversationStore;
}

/** Posts the message of a proposed task, or draws it anew, until it shows what holds at the end. */
export function createShowProposal(deps: ShowProposalDeps): JobHandler<'show-proposal'> {
  return {
    async run({ proposalId }, { teamId, fence }) {
      let drawn = 0;
      for (;;) {
        const proposal = await deps.taskProposals.findById({ teamId, id: proposalId });
        if (proposal === null || proposal.version === drawn) return;
        try {
          await draw(deps, proposal, fence);
        } catch (error) {
          if (error instanceof SlackGone) return;
          throw error;
        }
        drawn = proposal.version;
      }
    },
  };
}

async function draw(deps: ShowProposalDeps, proposal: TaskProposal, fence: number): Promise<void> {
  const { id, teamId, channelId, threadTs, questionTs, state } = proposal;
  const parcel: Parcel = {
    key: `task-proposal:${id}`,
    spot: { teamId, channelId, threadTs },
    message: { kind: 'task-proposal', proposal, url: await planningUrl(deps, proposal) },
    since: questionTs,
    fence,
  };
  if (state === 'withdrawn') await redraw(deps, parcel);
  else await deliverNewest(deps, parcel);
}

/** What was taken back before anybody saw it is not shown. */
async function redraw(
  { deliveries, slack }: ShowProposalDeps,
  { key, spot, message, since, fence }: Parcel,
): Promise<void> {
  const { id, ts, fresh } = await deliveries.begin(spot.teamId, key, fence);
  const posted = ts ?? (fresh ? null : await slack.findPosted(spot, id, since));
  if (posted !== null) await slack.update(spot, posted, message, id);
}

/** Where its task is planned, or null while that is not open. */
async function planningUrl(
  { conversations, slack }: ShowProposalDeps,
  { teamId, channelId, taskId }: TaskProposal,
): Promise<string | null> {
  if (taskId === null) return null;
  const [planning] = await conversations.findByKeys(teamId, [conversationKey('planning', taskId)]);
  const threadTs = planning?.threadTs ?? null;
  return threadTs === null ? null : slack.link(teamId, channelId, threadTs);
}
