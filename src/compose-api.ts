import type { ApiDeps } from './http/api.ts';
import { type JobQueue, OutageError, WaitError } from './ports/jobs.ts';
import type { Log } from './ports/log.ts';
import { type Slack, SlackGone } from './ports/slack.ts';
import type { Stores } from './store/connect.ts';
import type { AddMessage } from './use-cases/add-message.ts';
import { createApiKeys } from './use-cases/api-keys.ts';
import type { AskReading } from './use-cases/ask-reading.ts';
import { createAttachByHand, createCheckAttachable } from './use-cases/attach-by-hand.ts';
import type { CompletePlanning } from './use-cases/complete-planning.ts';
import type { CreateTask } from './use-cases/create-task.ts';
import type { DeleteConversation } from './use-cases/delete-conversation.ts';
import type { GiveFeedback } from './use-cases/give-feedback.ts';
import type { KeepDocument } from './use-cases/keep-document.ts';
import { createManageAttachments } from './use-cases/manage-attachments.ts';
import { createManageMilestones } from './use-cases/manage-milestones.ts';
import type { MoveTask } from './use-cases/move-task.ts';
import type { ReadTasks } from './use-cases/read-tasks.ts';
import type { RefreshCards } from './use-cases/refresh-cards.ts';
import type { RefreshHomes } from './use-cases/refresh-homes.ts';
import { createChangeProject, createSetUpProject } from './use-cases/set-up-project.ts';
import { createUseConversations } from './use-cases/use-conversations.ts';
import { createUseProjects } from './use-cases/use-projects.ts';
import { createUseTasks } from './use-cases/use-tasks.ts';
import type { WorkOnTask } from './use-cases/work-on-task.ts';

export interface ApiParts {
  stores: Stores;
  slack: Slack;
  jobs: JobQueue;
  limits: { attachments: number; fileBytes: number };
  log: Log;
  tasks: {
    createTask: CreateTask;
    moveTask: MoveTask;
    workOnTask: WorkOnTask;
    completePlanning: CompletePlanning;
    giveFeedback: GiveFeedback;
    readTasks: ReadTasks;
    addMessage: AddMessage;
  };
  deleteConversation: DeleteConversation;
  refreshCards: RefreshCards;
  refreshHomes: RefreshHomes;
  keepDocument: KeepDocument;
  askReading: AskReading;
}

/** Wires what the API drives: the same use cases as Slack's, for whoever holds a key of the workspace. */
export function composeApi(parts: ApiParts): Omit<ApiDeps, 'teamId' | 'ratePerMinute'> {
  const { stores, jobs, limits, log, tasks, refreshCards, refreshHomes, keepDocument, askReading } = parts;
  const slack = asMember(parts.slack, log);
  const shared = { ...stores, slack, jobs, refreshCards, refreshHomes, keepDocument, askReading };
  const handDeps = { ...shared, limit: limits.attachments, fileLimit: limits.fileBytes };
  const attachByHand = createAttachByHand(handDeps);
  const projectDeps = { ...shared, attachByHand, checkAttachable: createCheckAttachable(handDeps) };
  const { giveFeedback, addMessage, ...taskServices } = tasks;
  return {
    services: {
      projects: createUseProjects({
        ...shared,
        setUpProject: createSetUpProject(projectDeps),
        changeProject: createChangeProject(projectDeps),
      }),
      milestones: createManageMilestones(projectDeps),
      attachments: createManageAttachments(shared),
      attachByHand,
      conversations: createUseConversations({
        ...shared,
        giveFeedback,
        addMessage,
        deleteConversation: parts.deleteConversation,
      }),
      tasks: createUseTasks({ ...shared, ...taskServices, addMessage }),
      ...taskServices,
    },
    apiKeys: createApiKeys(stores),
    requests: stores.requests,
    log,
  };
}

/**
 * Slack as bots with a key need it: they may what a member may, in every channel of the workspace. What is only drawn
 * there must not fail a request whose work is done.
 */
export function asMember(slack: Slack, log: Log): Slack {
  const isBot = (userId: string): boolean => userId.startsWith('bot:');
  return {
    ...slack,
    isMember: async (teamId, channelId, userId) => isBot(userId) || slack.isMember(teamId, channelId, userId),
    person: async (teamId, userId) =>
      isBot(userId)
        ? { userId, name: userId.slice('bot:'.length), guest: false, outsider: false }
        : slack.person(teamId, userId),
    update: (spot, ts, message, deliveryId) =>
      slack.update(spot, ts, message, deliveryId).catch((error: unknown) => {
        const usual = [SlackGone, OutageError, WaitError].some((kind) => error instanceof kind);
        if (!usual) throw error;
        log.warn({ team: spot.teamId, channel: spot.channelId, ts }, 'card_not_drawn');
      }),
  };
}
