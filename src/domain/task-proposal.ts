import { DomainError } from './errors.ts';

/** What became of a proposed task: nobody has decided, it is planned, nobody wants it, or what it came from is gone. */
export type ProposalState = 'open' | 'planned' | 'declined' | 'withdrawn';

/** A task that an answer proposed in a thread of a project. Nothing is made of it before a person decides. */
export interface TaskProposal {
  id: string;
  teamId: string;
  projectId: string;
  /** The conversation it was proposed in. */
  conversationId: string;
  channelId: string;
  threadTs: string;
  /** Slack ts of the message that led to it. */
  questionTs: string;
  /** Empty when it must not say any more what it was about. */
  title: string;
  details: string;
  /** The milestone whose scope it was proposed in, null at the project level. */
  madeFor: string | null;
  /** Ids of the attachments that the answer cites or quotes. */
  sources: string[];
  /** What makes it one proposal, and its task one task, however often either is made. */
  origin: string;
  state: ProposalState;
  /** Grows with every change. */
  version: number;
  decidedBy: string | null;
  /** The task that was made of it, once that is there. */
  taskId: string | null;
  /** True until what follows from its last change is written elsewhere. */
  unsettled: boolean;
}

const ALREADY: Record<ProposalState, string> = {
  open: 'It still waits for a decision.',
  planned: 'It is being planned already: its message says where.',
  declined: 'Somebody said no to it already. Ask for it again if it is wanted after all.',
  withdrawn:
    'What it was made from was changed or removed, or this thread belongs elsewhere since. Ask for it again if it is still wanted.',
};

/** Says why there is nothing to decide any more. */
export function proposalDecided(state: ProposalState): DomainError {
  return new DomainError('proposal_decided', `Nothing was changed. ${ALREADY[state]}`);
}

/** @throws DomainError `proposal_decided` for one that waits for nothing any more */
export function checkWaiting({ state }: Pick<TaskProposal, 'state'>): void {
  if (state !== 'open') throw proposalDecided(state);
}
