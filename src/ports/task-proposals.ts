import type { Ref } from '../domain/scope.ts';
import type { TaskProposal } from '../domain/task-proposal.ts';

export type NewProposal = Omit<
  TaskProposal,
  'id' | 'state' | 'version' | 'decidedBy' | 'taskId' | 'unsettled'
>;

/** What a compare-and-set may write. */
export type ProposalChange = Partial<Pick<TaskProposal, 'state' | 'decidedBy' | 'title' | 'details'>>;

/** Proposed tasks. Every change is compare-and-set on the version that was read. */
export interface TaskProposalStore {
  /** The one proposal of its origin, made when there is none. */
  create(proposal: NewProposal): Promise<TaskProposal>;
  findById(ref: Ref): Promise<TaskProposal | null>;
  /** Writes the change, unsettled, unless the proposal has moved on; then null. */
  change(proposal: TaskProposal, change: ProposalChange): Promise<TaskProposal | null>;
  /** Notes which task was made of it. */
  madeTask(ref: Ref, taskId: string): Promise<void>;
  /** Says that what follows from this version is written elsewhere. */
  settled(proposal: TaskProposal): Promise<void>;
  /** Proposals with changes that nobody settled for `forMs` on the server's clock: their process died in between. */
  listUnsettled(teamId: string, forMs: number, limit: number): Promise<TaskProposal[]>;
  /** Those of a conversation that say something still. */
  listByConversation(conversation: Ref, limit: number): Promise<TaskProposal[]>;
  /** What a message led to. */
  listByQuestion(teamId: string, channelId: string, questionTs: string): Promise<TaskProposal[]>;
  /** Those whose answer cites or quotes an attachment. */
  listMadeFrom(teamId: string, attachmentId: string): Promise<TaskProposal[]>;
}
