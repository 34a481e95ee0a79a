import type { Message } from '../domain/conversation.ts';
import { DomainError } from '../domain/errors.ts';
import { basisOf, planningText } from '../domain/planning-text.ts';
import type { Ref } from '../domain/scope.ts';
import type { PlanDocument, PlanStamp, PlanVersion, Task, TaskEvent } from '../domain/task.ts';
import type { MessageStore } from '../ports/conversations.ts';
import type { PlanStore, TaskQuery, TaskStore } from '../ports/tasks.ts';
import { findTask } from './change-task.ts';
import type { PersonNames } from './person-names.ts';
import {
  conversationKey,
  type TaskConversationDeps,
  type TaskConversationKind,
} from './task-conversations.ts';

export interface ReadTasksDeps extends TaskConversationDeps {
  tasks: TaskStore;
  plans: PlanStore;
  messages: MessageStore;
  personNames: PersonNames;
}

/** A task in planning with what a planner needs. */
export interface PlanningItem {
  task: Task;
  planDocument: PlanDocument | null;
  conversationId: string | null;
  messages: Message[];
  forPrompt: string;
  /** To be given back with the plan. */
  basedOn: string;
}

/** A task to work on with what a worker needs: the plan stands apart from the messages (product.md 8.7). */
export interface WorkItem {
  task: Task;
  planDocument: PlanDocument | null;
  conversationId: string | null;
  messages: Message[];
}

/** Messages of one conversation that a list of tasks brings along, the newest; all of them are read a page at a time. */
const MESSAGES_LISTED = 100;
const VERSIONS_LISTED = 100;

export function createReadTasks(deps: ReadTasksDeps) {
  async function inActiveProjects(tasks: Task[]): Promise<Task[]> {
    const ids = [...new Set(tasks.map((task) => task.projectId))];
    const [first] = tasks;
    if (first === undefined) return [];
    const projects = await deps.projects.findMany(first.teamId, ids);
    const active = new Set(projects.filter((one) => one.state === 'active').map((one) => one.id));
    return tasks.filter((task) => active.has(task.projectId));
  }

  async function plansOf(tasks: Task[]): Promise<Map<string, PlanDocument>> {
    const [first] = tasks;
    const wanted = tasks.flatMap(({ id, plan }) =>
      plan === null ? [] : [{ taskId: id, version: plan.version }],
    );
    const found = first === undefined ? [] : await deps.plans.findMany(first.teamId, wanted);
    return new Map(found.map((plan) => [plan.taskId, toDocument(plan)]));
  }

  async function talksOf(tasks: Task[], kind: TaskConversationKind) {
    const [first] = tasks;
    if (first === undefined) return new Map<string, { id: string; messages: Message[] }>();
    const keys = tasks.map(({ id }) => conversationKey(kind, id));
    const conversations = await deps.conversations.findByKeys(first.teamId, keys);
    const talks = conversations.map(async ({ id, teamId, taskId }) => {
      const messages = await deps.messages.latest({ teamId, id }, MESSAGES_LISTED);
      return [taskId ?? '', { id, messages }] as const;
    });
    return new Map(await Promise.all(talks));
  }

  async function workItems(tasks: Task[]): Promise<WorkItem[]> {
    const [plans, talks] = await Promise.all([plansOf(tasks), talksOf(tasks, 'task')]);
    return tasks.map((task) => ({
      task,
      planDocument: plans.get(task.id) ?? null,
      conversationId: talks.get(task.id)?.id ?? null,
      messages: talks.get(task.id)?.messages ?? [],
    }));
  }

  return {
    find: (ref: Ref): Promise<Task> => findTask(deps, ref),

    list: (query: TaskQuery): Promise<Task[]> => deps.tasks.list(query),

    /** How many tasks a project has, whatever their status. */
    async countOf(teamId: string, projectId: string): Promise<number> {
      const counts = await deps.tasks.countByStatus(teamId, [projectId]);
      return counts.reduce((total, { count }) => total + count, 0);
    },

    /** One task with the text of its plan. @throws DomainError `task_not_found` */
    async read(ref: Ref): Promise<{ task: Task; planDocument: PlanDocument | null }> {
      const task = await findTask(deps, ref);
      const plan = task.plan === null ? null : await deps.plans.find(ref, task.plan.version);
      return { task, planDocument: plan === null ? null : toDocument(plan) };
    },

    /** One version of the plan; the current one when none is named. @throws DomainError `plan_not_found` */
    async version(ref: Ref, version: number | null): Promise<{ task: Task; plan: PlanVersion | null }> {
      const task = await findTask(deps, ref);
      const wanted = version ?? task.plan?.version ?? 0;
      if (wanted === 0) return { task, plan: null };
      const plan = await deps.plans.find(ref, wanted);
      if (plan !== null) return { task, plan };
      throw new DomainError('plan_not_found', `“${task.title}” has no plan in version ${wanted}.`);
    },

    /** Newest first. */
    versions: (ref: Ref): Promise<PlanStamp[]> => deps.plans.list(ref, VERSIONS_LISTED),

    async history(ref: Ref, after: number, limit: number): Promise<TaskEvent[]> {
      await findTask(deps, ref);
      return deps.tasks.listEvents(ref, after, limit);
    },

    /**
     * Tasks in planning of active projects with their planning conversations, longest waiting first.
     * @returns the items, and the last task looked at, to go on from; null at the end.
     */
    async planningItems(
      query: Omit<TaskQuery, 'status'>,
    ): Promise<{ items: PlanningItem[]; last: Task | null }> {
      const found = await deps.tasks.list({ ...query, status: 'planning' });
      const tasks = await inActiveProjects(found);
      const [plans, talks] = await Promise.all([plansOf(tasks), talksOf(tasks, 'planning')]);
      const all = [...talks.values()].flatMap((talk) => talk.messages);
      const names = await deps.personNames(query.teamId, all);
      const items = tasks.map((task) => {
        const talk = talks.get(task.id);
        const messages = talk?.messages ?? [];
        return {
          task,
          planDocument: plans.get(task.id) ?? null,
          conversationId: talk?.id ?? null,
          messages,
          forPrompt: planningText(messages, names),
          basedOn: basisOf(messages, task.feedback),
        };
      });
      return { items, last: lastOf(found, query.limit) };
    },

    /** Ready tasks of active projects, longest ready first. @returns as `planningItems` */
    async readyForWork(query: Omit<TaskQuery, 'status'>): Promise<{ items: WorkItem[]; last: Task | null }> {
      const found = await deps.tasks.list({ ...query, status: 'ready' });
      return { items: await workItems(await inActiveProjects(found)), last: lastOf(found, query.limit) };
    },

    /** One task as a worker needs it. */
    async workItem(ref: Ref): Promise<WorkItem> {
      const task = await findTask(deps, ref);
      const [item] = await workItems([task]);
      return item ?? { task, planDocument: null, conversationId: null, messages: [] };
    },
  };
}

export type ReadTasks = ReturnType<typeof createReadTasks>;

function lastOf(tasks: Task[], limit: number): Task | null {
  return tasks.length < limit ? null : (tasks.at(-1) ?? null);
}

function toDocument({
  teamId: _team,
  taskId: _task,
  checklist: _list,
  ...document
}: PlanVersion): PlanDocument {
  return document;
}
