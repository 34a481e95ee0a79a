import type { MilestoneModel, ThreadModel } from './model.ts';
import type { PersonModel } from './people.ts';
import type { Proposal, Script } from './scripts.ts';

/** A specialist that was proposed, in a thread of a project or in a person's direct messages. */
export interface DispatchModel {
  id: string;
  where: ThreadModel | PersonModel;
  channel: string;
  cardTs: string;
  proposal: Proposal;
  madeFor: MilestoneModel | null;
  open: boolean;
  /** The word in the question that led to it. */
  from: string;
  /** The conversation it was proposed in was emptied. */
  emptied: boolean;
  /** What the specialist is going to write. */
  script: Script;
}

export const isPrivate = (where: ThreadModel | PersonModel): where is PersonModel => 'dm' in where;
