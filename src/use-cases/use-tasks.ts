import type { Actor } from '../domain/actor.ts';
import type { Message } from '../domain/conversation.ts';
import { DomainError } from '../domain/errors.ts';
import type { MessageMetadata, MessageType } from '../domain/message-metadata.ts';
import type { Ref } from '../domain/scope.ts';
import type { ChecklistItem, Task } from '../domain/task.ts';
import type { ProjectStore } from '../ports/projects.ts';
import type { TaskStore } from '../ports/tasks.ts';
import type { AddMessage } from './add-message.ts';
import { findTask } from './change-task.ts';
import type { MoveTask, TaskEdit } from './move-task.ts';
import { activeProject } from './set-up-project.ts';
import { conversationOfTask, type TaskConversationDeps } from './task-conversations.ts';
import type { Worker, WorkOnTask } from './work-on-task.ts';

export interface UseTasksDeps extends TaskConversationDeps {
  projects: ProjectStore;
  tasks: TaskStore;
  moveTask: MoveTask;
  workOnTask: WorkOnTask;
  addMessage: AddMessage;
}

export interface Report {
  by: Actor;
  type: MessageType;
  metadata: MessageMetadata | null;
  /** Markdown. */
  content: string;
  /** Makes it one message when it is sent twice. */
  key: string;
}

/** What bots outside do with a task in one call that takes several steps here. */
export function createUseTasks(deps: UseTasksDeps) {
  async function tell(task: Task, report: Report): Promise<Message> {
    await activeProject(deps.projects, { teamId: task.teamId, id: task.projectId });
    deps.workOnTask.checkMayReport(task, report.by);
    const conversation = await conversationOfTask(deps, task, 'task');
    return deps.addMessage({ ...report, conversation, role: 'assistant', arrival: null });
  }

  return {
    /**
     * Changes what a task says of itself and ticks items of its checklist; items not named stay as they are.
     * @throws DomainError `task_not_found`, `stale_plan` for an item that is not in the checklist, and those of `edit`
     */
    async change(ref: Ref, by: Actor, edit: TaskEdit, ticks: ChecklistItem[] | null): Promise<Task> {
      const before = await findTask(deps, ref);
      const places = ticks === null ? [] : placesOf(before, ticks);
      if (Object.keys(edit).length > 0) await deps.moveTask.edit(ref, by, edit);
      if (places.length > 0) {
        const shown = places.map(({ at }) => at);
        const ticked = places.filter(({ done }) => done).map(({ at }) => at);
        await deps.moveTask.tick(ref, by, before.plan?.version ?? 0, shown, ticked);
      }
      return findTask(deps, ref);
    },

    /**
     * What came of the work so far, in the task's main conversation.
     * @throws DomainError `task_not_found`, `claimed_by_another`, `message_empty`, `message_too_long`
     */
    async report(ref: Ref, report: Report): Promise<Message> {
      return tell(await findTask(deps, ref), report);
    },

    /** The holder has done it and says what came of it. The same call again changes nothing. @throws as `complete` */
    async complete(ref: Ref, worker: Worker, result: Report | null): Promise<Task> {
      const task = await findTask(deps, ref);
      await activeProject(deps.projects, { teamId: ref.teamId, id: task.projectId });
      // Only of one whose completing will not be refused: a refused call leaves nothing behind.
      const own = task.status === 'in_progress' && (task.lease?.worker ?? worker.worker) === worker.worker;
      // One result of each holder for each time it was taken, however often the call comes.
      const holder = `${task.lease?.holder.id ?? ''}:${task.lease?.worker ?? ''}`;
      const key = `result:${ref.id}:${task.statusSince.getTime()}:${holder}`;
      if (result !== null && own) await tell(task, { ...result, key });
      return deps.workOnTask.complete(ref, worker);
    },
  };
}

export type UseTasks = ReturnType<typeof createUseTasks>;

function placesOf({ title, checklist }: Task, ticks: ChecklistItem[]): { at: number; done: boolean }[] {
  const taken = new Set<number>();
  return ticks.map(({ text, done }) => {
    const at = checklist.findIndex((item, n) => item.text === text && !taken.has(n));
    if (at === -1) {
      throw new DomainError(
        'stale_plan',
        `The checklist of “${title}” has no item “${text}”. Read the task again; nothing was changed.`,
      );
    }
    taken.add(at);
    return { at, done };
  });
}
