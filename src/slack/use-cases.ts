import type { Task } from '../domain/task.ts';
import type { ConversationMode } from '../ports/conversations.ts';
import type { MilestoneStore, ProjectStore } from '../ports/projects.ts';
import type { Slack } from '../ports/slack.ts';
import type { AttachByHand } from '../use-cases/attach-by-hand.ts';
import type { createDeleteMessage, createEditMessage } from '../use-cases/change-message.ts';
import type { CreateTask } from '../use-cases/create-task.ts';
import type { DecideDispatch } from '../use-cases/decide-dispatch.ts';
import type { DecideProposal } from '../use-cases/decide-proposal.ts';
import type { createFollowChannel } from '../use-cases/follow-channel.ts';
import type { createJudgeAnswer } from '../use-cases/judge-answer.ts';
import type { createManageAttachments } from '../use-cases/manage-attachments.ts';
import type { createManageMilestones } from '../use-cases/manage-milestones.ts';
import type { MoveTask } from '../use-cases/move-task.ts';
import type { ReadTasks } from '../use-cases/read-tasks.ts';
import type { ReceiveMessage } from '../use-cases/receive-message.ts';
import type { ResetCoaching } from '../use-cases/reset-coaching.ts';
import type { SeePlan } from '../use-cases/see-plan.ts';
import type { checkMayManage, createChangeProject, createSetUpProject } from '../use-cases/set-up-project.ts';
import type { ShowHome } from '../use-cases/show-home.ts';
import type { UseMemory } from '../use-cases/use-memory.ts';

/** Everything that Slack drives. */
export interface UseCases {
  createTask: CreateTask;
  moveTask: MoveTask;
  readTasks: ReadTasks;
  seePlan: SeePlan;
  home: ShowHome;
  /** Each task with the address of its conversation, or null while none is open. */
  taskUrls: (tasks: Task[]) => Promise<{ task: Task; url: string | null }[]>;
  receiveMessage: ReceiveMessage;
  editMessage: ReturnType<typeof createEditMessage>;
  deleteMessage: ReturnType<typeof createDeleteMessage>;
  followChannel: ReturnType<typeof createFollowChannel>;
  setUpProject: ReturnType<typeof createSetUpProject>;
  changeProject: ReturnType<typeof createChangeProject>;
  mayManage: (teamId: string, channelId: string, userId: string) => ReturnType<typeof checkMayManage>;
  milestones: ReturnType<typeof createManageMilestones>;
  attachments: ReturnType<typeof createManageAttachments>;
  attachByHand: AttachByHand;
  answers: ReturnType<typeof createJudgeAnswer>;
  dispatches: DecideDispatch;
  decideProposal: DecideProposal;
  memory: UseMemory;
  coaching: ResetCoaching;
  modeOf: (teamId: string, channelId: string, threadTs: string | null) => Promise<ConversationMode>;
  projects: Pick<ProjectStore, 'findByChannel' | 'findById' | 'listByChannels'>;
  milestonesOf: Pick<MilestoneStore, 'findById' | 'findByThread' | 'listByProject'>;
  slack: Slack;
}
