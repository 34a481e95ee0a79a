import type { Actor } from '../domain/actor.ts';
import type { AttachByHand } from '../use-cases/attach-by-hand.ts';
import type { CompletePlanning } from '../use-cases/complete-planning.ts';
import type { CreateTask } from '../use-cases/create-task.ts';
import type { createManageAttachments } from '../use-cases/manage-attachments.ts';
import type { createManageMilestones } from '../use-cases/manage-milestones.ts';
import type { MoveTask } from '../use-cases/move-task.ts';
import type { ReadTasks } from '../use-cases/read-tasks.ts';
import type { UseConversations } from '../use-cases/use-conversations.ts';
import type { UseProjects } from '../use-cases/use-projects.ts';
import type { UseTasks } from '../use-cases/use-tasks.ts';
import type { WorkOnTask } from '../use-cases/work-on-task.ts';

/** Everything that the API drives. */
export interface ApiServices {
  projects: UseProjects;
  milestones: ReturnType<typeof createManageMilestones>;
  attachments: ReturnType<typeof createManageAttachments>;
  attachByHand: AttachByHand;
  conversations: UseConversations;
  createTask: CreateTask;
  moveTask: MoveTask;
  readTasks: ReadTasks;
  workOnTask: WorkOnTask;
  completePlanning: CompletePlanning;
  tasks: UseTasks;
}

/** Who calls, and what makes a repeated call the same one. */
export interface Call {
  teamId: string;
  actor: Actor;
  /** The same for a repetition under one Idempotency-Key, else random. */
  operationId: string;
}
