import type { ArchiveReason, Milestone, Project } from '../domain/project.ts';
import type { Ref } from '../domain/scope.ts';

export interface NewProject {
  teamId: string;
  channelId: string;
  channelName: string;
  name: string;
  purpose: string;
  createdBy: string;
}

export interface NewMilestone {
  teamId: string;
  projectId: string;
  channelId: string;
  /** Slack ts of an existing thread that is adopted, or null when a card is to open one. */
  threadTs: string | null;
  title: string;
  description: string;
  createdBy: string;
  /** Calendar day, YYYY-MM-DD. */
  dueOn?: string | null;
  /** What makes it one milestone when it is asked for twice; without it each call makes a new one. */
  origin?: string;
}

export type ProjectChange = Partial<Pick<Project, 'name' | 'channelName' | 'purpose' | 'cardTs'>>;
export type MilestoneChange = Partial<
  Pick<Milestone, 'title' | 'description' | 'dueOn' | 'order' | 'state' | 'threadTs' | 'cardTs'>
>;

/** Projects. Every question names the workspace. */
export interface ProjectStore {
  findByChannel(teamId: string, channelId: string): Promise<Project | null>;
  findById(ref: Ref): Promise<Project | null>;
  findMany(teamId: string, ids: string[]): Promise<Project[]>;
  /** The projects of these channels, by name. */
  listByChannels(teamId: string, channelIds: string[]): Promise<Project[]>;
  /** @throws DomainError `project_exists` when the channel has one, also when two ask at once. */
  create(project: NewProject): Promise<Project>;
  change(ref: Ref, change: ProjectChange): Promise<Project | null>;
  /**
   * Archives (reason given) or brings back (null) the project of a channel as its channel does; one that was removed
   * stays as it is. @returns the project, or null when the channel has none.
   */
  setArchived(teamId: string, channelId: string, reason: ArchiveReason | null): Promise<Project | null>;
  /** Takes a project out of use (archived, reason `removed`) or brings it back. */
  setRemoved(ref: Ref, removed: boolean): Promise<Project | null>;
  /** Newest first, from the one after `after`. */
  list(teamId: string, after: string | null, limit: number): Promise<Project[]>;
}

/** Milestones. A thread is at most one of them. */
export interface MilestoneStore {
  findByThread(teamId: string, channelId: string, threadTs: string): Promise<Milestone | null>;
  findById(ref: Ref): Promise<Milestone | null>;
  findMany(teamId: string, ids: string[]): Promise<Milestone[]>;
  /** All milestones of a project in their order. */
  listByProject(teamId: string, projectId: string): Promise<Milestone[]>;
  /**
   * Adds milestones at the end, in the order given; one whose origin is known is the one that there is.
   * @throws DomainError `thread_is_milestone` when the thread already is one.
   */
  create(milestones: NewMilestone[]): Promise<Milestone[]>;
  change(ref: Ref, change: MilestoneChange): Promise<Milestone | null>;
  remove(ref: Ref): Promise<void>;
}
