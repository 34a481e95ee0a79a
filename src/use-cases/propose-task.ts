import type { WantedTask } from '../domain/answer-effects.ts';
import type { AttachmentStore } from '../ports/attachments.ts';
import type { Answered } from './carry-out.ts';
import { type ChangeProposalDeps, withdrawProposal } from './change-proposal.ts';
import { forgetWhatIsGone } from './deliver-result.ts';
import type { ForgetAttachment } from './forget-derived.ts';

export interface ProposeTaskDeps extends ChangeProposalDeps {
  attachments: AttachmentStore;
  forgetAttachment: ForgetAttachment;
}

/**
 * Proposes the task that an answer wants, once for this form of the question; what an earlier form of it proposed and
 * nobody has decided is taken back. No task is made before a person wants it.
 */
export async function proposeTask(
  deps: ProposeTaskDeps,
  answered: Omit<Answered, 'fence'>,
  wanted: WantedTask | null,
): Promise<void> {
  const { teamId, channelId, questionTs } = answered.answer;
  const known = wanted === null ? null : await propose(deps, answered, wanted);
  for (const { id } of await deps.taskProposals.listByQuestion(teamId, channelId, questionTs))
    if (id !== known) await withdrawProposal(deps, { teamId, id });
}

/** @returns its id, or null where no task can be proposed. */
async function propose(
  deps: ProposeTaskDeps,
  { answer, place, spot }: Omit<Answered, 'fence'>,
  { title, details }: WantedTask,
): Promise<string | null> {
  if (place.kind !== 'project') return null;
  const { teamId, channelId, questionTs, questionEditedTs, madeFor, used } = answer;
  const proposal = await deps.taskProposals.create({
    teamId,
    projectId: place.project.id,
    conversationId: place.conversation.id,
    channelId,
    threadTs: spot.threadTs ?? questionTs,
    questionTs,
    title,
    details,
    madeFor,
    sources: used,
    origin: `proposed:${answer.id}:${questionEditedTs ?? ''}`,
  });
  await deps.settleProposal(proposal);
  // Looked at afterwards: whoever removes a source from now on finds what is stored.
  await forgetWhatIsGone(deps, teamId, used);
  return proposal.id;
}
