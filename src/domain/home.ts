import type { ConversationMode } from './conversation.ts';
import type { Dispatch } from './dispatch.ts';
import type { Milestone, Project } from './project.ts';
import type { Task, TaskTally } from './task.ts';
import type { UserFact } from './user-fact.ts';

/** One page of a list that may be longer. */
export interface HomePage<T> {
  items: T[];
  /** From 0. */
  page: number;
  pages: number;
  /** Of the whole list. */
  total: number;
}

/** A task as the Home lists it. */
export interface HomeTask {
  task: Task;
  project: string;
  milestone: string | null;
  /** Where its conversation is: the task thread, else the planning thread; null while none is open. */
  url: string | null;
}

/** A proposal as the Home lists it. */
export interface HomeProposal {
  dispatch: Dispatch;
  /** Name of the specialist. */
  specialist: string;
  /** Null for one in the person's own direct messages. */
  project: string | null;
  /** Where its card stands; null until it is posted. */
  url: string | null;
}

/** A person's coaching conversation as the Home shows it. */
export interface HomeCoaching {
  mode: ConversationMode;
  /** How many times it was emptied: a reset is bound to what the person sees. */
  resets: number;
  /** True when there is something to reset. */
  begun: boolean;
  url: string;
}

export interface HomeProject {
  project: Project;
  /** Not archived, in their order. */
  milestones: { milestone: Milestone; tasks: TaskTally; url: string | null }[];
  /** All tasks of the project. */
  tasks: TaskTally;
  /** Where the project card is; null until it is posted. */
  url: string | null;
}

/** What one person's Home shows: only projects whose channel they are in now. */
export interface HomeContent {
  ready: HomePage<HomeTask>;
  planning: HomePage<HomeTask>;
  projects: HomePage<HomeProject>;
  /** Proposals that wait for this person's decision. */
  waiting: HomePage<HomeProposal>;
  coaching: HomeCoaching;
  /** What is remembered about this person. */
  facts: HomePage<UserFact>;
  /** The project the lists are narrowed to, or null. */
  filter: string | null;
  /** What can be filtered by, by name. */
  choices: { id: string; name: string }[];
  /** The moment it was made: ages are counted from it. */
  at: Date;
}
