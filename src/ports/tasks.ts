import type { Actor } from '../domain/actor.ts';
import type { Ref } from '../domain/scope.ts';
import type { ChecklistItem, PlanStamp, PlanVersion, Task, TaskEvent, TaskStatus } from '../domain/task.ts';

export interface NewTask {
  teamId: string;
  projectId: string;
  channelId: string;
  milestoneId: string | null;
  title: string;
  description: string;
  createdBy: Actor;
  askedIn: string | null;
  /** What makes it one task when it is asked for twice, such as the message it came from; null makes a new one. */
  origin: string | null;
}

/** What a compare-and-set may write. */
export type TaskChange = Partial<
  Pick<
    Task,
    | 'title'
    | 'description'
    | 'milestoneId'
    | 'status'
    | 'plan'
    | 'checklist'
    | 'feedback'
    | 'lastFeedback'
    | 'lease'
    | 'doneBy'
    | 'doneWorker'
    | 'completion'
  >
>;

/** What happened, before the store gives it its revision and time. */
export type NewTaskEvent = Pick<TaskEvent, 'by' | 'what' | 'version'>;

export interface TaskQuery {
  teamId: string;
  /** Only tasks of these projects; all of the workspace when not given. */
  projectIds?: string[];
  milestoneId?: string | null;
  status?: TaskStatus;
  /** The last task of the page before, as it stood there. */
  after?: { id: string; statusSince: Date };
  /** Tasks to leave out at the beginning, for short lists with numbered pages. */
  skip?: number;
  limit: number;
}

/** How many tasks a place has in each status. */
export interface TaskCount {
  projectId: string;
  milestoneId: string | null;
  status: TaskStatus;
  count: number;
}

/** Tasks. Every change is compare-and-set on the revision that was read. */
export interface TaskStore {
  /** @returns the task, and whether this call made it (false when its origin was known). */
  create(task: NewTask): Promise<{ task: Task; made: boolean }>;
  findById(ref: Ref): Promise<Task | null>;
  /**
   * Writes the change and its event unless the task has moved on.
   * @returns the new task, or null when its revision was not the one given.
   */
  change(task: Task, change: TaskChange, event: NewTaskEvent): Promise<Task | null>;
  /**
   * Gives a ready task, or one whose lease has ended on the server's clock, to a holder; the holder's own lease again
   * is prolonged without an event.
   * @param leaseMs null for a lease without end.
   * @returns the task as it is after, or null when it was not to be had.
   */
  claim(task: Task, holder: Actor, worker: string, leaseMs: number | null): Promise<Task | null>;
  /** Takes a task whose lease has ended on the server's clock back to ready. Null when the lease holds. */
  endLease(ref: Ref): Promise<Task | null>;
  /** Says that the effects of this revision are written elsewhere. */
  settled(task: Task): Promise<void>;
  /** Tasks with changes that nobody settled for `forMs` on the server's clock: their process died in between. */
  listUnsettled(teamId: string, forMs: number, limit: number): Promise<Task[]>;
  /** In the order they came into their status when one is asked for, else newest first. */
  list(query: TaskQuery): Promise<Task[]>;
  /** What a person asked for or works on in these projects and is not over, newest first. */
  listOwn(teamId: string, userId: string, projectIds: string[], limit: number): Promise<Task[]>;
  /** How many tasks these projects have in each place and status. */
  count(teamId: string, projectIds: string[]): Promise<TaskCount[]>;
  /** How many tasks these projects have together in each status. */
  countByStatus(teamId: string, projectIds: string[]): Promise<Pick<TaskCount, 'status' | 'count'>[]>;
  /** Notes that Slack could not show a task's last change, or the planner not plan it, or that this was made up for. */
  setShown(ref: Ref, shown: boolean): Promise<void>;
  /** Tasks of a project that wait to be shown. */
  listUnshown(teamId: string, projectId: string, limit: number): Promise<Task[]>;
  /** Tasks of a deleted milestone stay in the project. */
  releaseMilestone(teamId: string, milestoneId: string): Promise<void>;
  /** Writes a line of the history, once for each revision. */
  addEvent(ref: Ref, event: TaskEvent): Promise<void>;
  /** The history, oldest first, from the revision after `after`. */
  listEvents(ref: Ref, after: number, limit: number): Promise<TaskEvent[]>;
}

/** A plan as it is offered, before a version makes it the task's. */
export interface OfferedPlan {
  teamId: string;
  taskId: string;
  /** What makes it the same call: the same key again is the same offer. */
  key: string;
  text: string | null;
  hash: string;
  checklist: ChecklistItem[] | null;
  by: Actor;
}

/** The line of a task's plans. */
export interface PlanStore {
  /** Keeps an offered plan once. @returns true when the same offer was applied before. */
  offer(plan: OfferedPlan): Promise<{ applied: boolean }>;
  /** The text that was offered under this key; null when there is none. */
  offeredText(ref: Ref, key: string): Promise<string | null>;
  /**
   * The offer under this key became this version, with this text where none was offered; null when it changed the
   * checklist of a task without a plan.
   */
  apply(
    ref: Ref,
    key: string,
    plan: { stamp: PlanStamp; text: string | null } | null,
    checklist: ChecklistItem[],
  ): Promise<void>;
  find(ref: Ref, version: number): Promise<PlanVersion | null>;
  /** Several current plans at once, in any order. */
  findMany(teamId: string, wanted: { taskId: string; version: number }[]): Promise<PlanVersion[]>;
  /** Stamps of all versions, newest first. */
  list(ref: Ref, limit: number): Promise<PlanStamp[]>;
}
