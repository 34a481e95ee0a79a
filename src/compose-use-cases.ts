import { composeApi } from './compose-api.ts';
import type { Context } from './domain/context.ts';
import type { Rank } from './domain/context-sources.ts';
import type { Specialist, SpecialistTool } from './domain/specialist.ts';
import type { JobHandlers, JobQueue } from './ports/jobs.ts';
import type { Log } from './ports/log.ts';
import type { AnswerTools, ContextTools, Model, ToolOffer } from './ports/model.ts';
import type { Reader } from './ports/reader.ts';
import type { Slack } from './ports/slack.ts';
import type { UseCases } from './slack/use-cases.ts';
import type { Stores } from './store/connect.ts';
import { createAddMessage } from './use-cases/add-message.ts';
import {
  createAnnounceAttachments,
  createTellAttached,
  createTellReading,
} from './use-cases/announce-attachments.ts';
import { createAnswerMention } from './use-cases/answer-mention.ts';
import { createAskReading } from './use-cases/ask-reading.ts';
import { createAttachByHand, createCheckAttachable } from './use-cases/attach-by-hand.ts';
import { createAttachShared } from './use-cases/attach-shared.ts';
import { createDeleteMessage, createEditMessage } from './use-cases/change-message.ts';
import type { ChangeTaskDeps } from './use-cases/change-task.ts';
import { createCompletePlanning } from './use-cases/complete-planning.ts';
import { createCreateTask } from './use-cases/create-task.ts';
import { createDecideByWord } from './use-cases/decide-by-word.ts';
import { createDecideDispatch } from './use-cases/decide-dispatch.ts';
import { createDecideProposal } from './use-cases/decide-proposal.ts';
import { createDeleteConversation } from './use-cases/delete-conversation.ts';
import { createExplainSetup, createInviteSetup } from './use-cases/explain-setup.ts';
import { createFollowChannel } from './use-cases/follow-channel.ts';
import { createEndLease, createFollowTask } from './use-cases/follow-task.ts';
import {
  createForgetDerived,
  createForgetLater,
  createForgetRemoved,
  takingAlong,
} from './use-cases/forget-derived.ts';
import { createGiveFeedback } from './use-cases/give-feedback.ts';
import { createJudgeAnswer } from './use-cases/judge-answer.ts';
import { createKeepDocument } from './use-cases/keep-document.ts';
import { createKeepFiles } from './use-cases/keep-files.ts';
import { createManageAttachments } from './use-cases/manage-attachments.ts';
import { createManageMilestones } from './use-cases/manage-milestones.ts';
import { createMoveTask } from './use-cases/move-task.ts';
import { createPersonNames, type PersonNames } from './use-cases/person-names.ts';
import { createPlanTask } from './use-cases/plan-task.ts';
import { createPostCards, createRefreshCard } from './use-cases/post-cards.ts';
import { createPostMessage } from './use-cases/post-message.ts';
import { createReadAttachment } from './use-cases/read-attachment.ts';
import { createReadTasks } from './use-cases/read-tasks.ts';
import { createReadThread } from './use-cases/read-thread.ts';
import { createReceiveMessage } from './use-cases/receive-message.ts';
import { createRefreshCards } from './use-cases/refresh-cards.ts';
import { createRefreshHomes, createSpreadHomes } from './use-cases/refresh-homes.ts';
import { createAskReset, createFinishReset, createResetCoaching } from './use-cases/reset-coaching.ts';
import { createRunDispatch } from './use-cases/run-dispatch.ts';
import { createSeePlan } from './use-cases/see-plan.ts';
import { checkMayManage, createChangeProject, createSetUpProject } from './use-cases/set-up-project.ts';
import { createSettleDispatch } from './use-cases/settle-dispatch.ts';
import { createSettleLeftOver } from './use-cases/settle-left-over.ts';
import { createSettleProposal } from './use-cases/settle-proposal.ts';
import { createSettleTask } from './use-cases/settle-task.ts';
import { createExpireDispatch, createShowDispatch } from './use-cases/show-dispatch.ts';
import { createPublishHome, createShowHome } from './use-cases/show-home.ts';
import { createShowProposal } from './use-cases/show-proposal.ts';
import { createStartPlanning } from './use-cases/start-planning.ts';
import { taskUrls } from './use-cases/task-urls.ts';
import { createTellPageChanged, createTellTaskOfPage } from './use-cases/tell-page-changed.ts';
import { createUseMemory } from './use-cases/use-memory.ts';
import { createWorkOnTask } from './use-cases/work-on-task.ts';

/** What the use cases need from the outside, whichever adapters provide it. */
export interface Parts {
  stores: Stores;
  slack: Slack;
  jobs: JobQueue;
  model: Model;
  rank: Rank;
  answerTools: (context: Context, offer: ToolOffer) => AnswerTools;
  specialistTools: (context: Context, allowed: SpecialistTool[]) => ContextTools;
  specialists: Specialist[];
  reader: Reader;
  limits: { contextTokens: number; attachments: number; fileBytes: number };
  planner: 'built-in' | 'external';
  log: Log;
  /** Milliseconds since 1970. */
  now: () => number;
}

export interface Composed {
  useCases: UseCases;
  handlers: JobHandlers;
  /** What the HTTP API drives. */
  api: ReturnType<typeof composeApi>;
  settleLeftOver: ReturnType<typeof createSettleLeftOver>;
}

/** Wires the use cases; tests pass memory stores and fakes in here. */
export function composeUseCases(parts: Parts): Composed {
  const { slack, jobs, model, rank, limits, planner, log, now } = parts;
  const { answerTools, specialists, specialistTools } = parts;
  const refreshCards = createRefreshCards(jobs, now);
  const refreshHomes = createRefreshHomes(jobs, now);
  const settleDispatch = createSettleDispatch({ ...parts.stores, jobs, refreshHomes, now });
  const plannerIsBuiltIn = planner === 'built-in';
  const making = { ...parts.stores, slack, jobs, refreshCards, refreshHomes, plannerIsBuiltIn };
  const settleTask = createSettleTask(making);
  const createTask = createCreateTask({ ...making, settleTask });
  const settleProposal = createSettleProposal({ ...making, createTask });
  const settling = { settleDispatch, settleTask, settleProposal };
  const forget = createForgetDerived({ ...parts.stores, ...settling, jobs, refreshCards });
  const stores = {
    ...parts.stores,
    attachments: takingAlong(parts.stores.attachments, forget, createForgetLater(jobs, now)),
  };
  const { projects, milestones, attachments, documents, conversations } = stores;
  const keepDocument = createKeepDocument(documents, attachments);
  const askReading = createAskReading(jobs, now);
  const base = { ...stores, ...forget, slack, jobs, refreshCards, refreshHomes, keepDocument, askReading };
  const settled = { ...base, ...settling, plannerIsBuiltIn, specialists, now };
  const giveFeedback = createGiveFeedback(settled);
  const shared = { ...settled, giveFeedback };
  const attachShared = createAttachShared({ ...shared, limit: limits.attachments });
  const handDeps = { ...shared, limit: limits.attachments, fileLimit: limits.fileBytes };
  const attachByHand = createAttachByHand(handDeps);
  const receiveMessage = createReceiveMessage({ ...shared, attachShared });
  const changeDeps = { ...shared, attachShared, receiveMessage };
  const projectDeps = { ...shared, attachByHand, checkAttachable: createCheckAttachable(handDeps) };
  const personNames = createPersonNames(stores.people, slack, log);
  const modelDeps = { ...shared, personNames, model, rank, log, budget: limits.contextTokens };
  const answerDeps = { ...modelDeps, answerTools };
  const decideDispatch = createDecideDispatch(shared);

  const tasks = { ...taskUseCases(shared, personNames), createTask };
  const seePlan = createSeePlan({ ...shared, readTasks: tasks.readTasks });

  const useCases: UseCases = {
    createTask,
    moveTask: tasks.moveTask,
    readTasks: tasks.readTasks,
    seePlan,
    home: createShowHome(shared),
    taskUrls: (some) => taskUrls(shared, some),
    receiveMessage,
    editMessage: createEditMessage(changeDeps),
    deleteMessage: createDeleteMessage(changeDeps),
    followChannel: createFollowChannel(shared),
    setUpProject: createSetUpProject(projectDeps),
    changeProject: createChangeProject(projectDeps),
    mayManage: (teamId, channelId, userId) => checkMayManage(slack, teamId, channelId, userId),
    milestones: createManageMilestones(projectDeps),
    attachments: createManageAttachments(shared),
    attachByHand,
    answers: createJudgeAnswer(shared),
    dispatches: decideDispatch,
    decideProposal: createDecideProposal(shared),
    memory: createUseMemory(shared),
    coaching: createResetCoaching(shared),
    modeOf: async (teamId, channelId, threadTs) =>
      (threadTs === null ? null : await conversations.findByThread(teamId, channelId, threadTs))?.mode ??
      'auto',
    projects,
    milestonesOf: milestones,
    slack,
  };
  const handlers: JobHandlers = {
    'answer-mention': createAnswerMention(answerDeps),
    'announce-attachments': createAnnounceAttachments({ ...shared, log }),
    'tell-attached': createTellAttached({ ...shared, log }),
    'tell-reading': createTellReading(shared),
    'read-attachment': createReadAttachment({
      ...shared,
      reader: parts.reader,
      log,
      fileLimit: limits.fileBytes,
    }),
    'tell-page-changed': createTellPageChanged(shared),
    'tell-task-of-page': createTellTaskOfPage(shared),
    'keep-files': createKeepFiles({
      ...shared,
      fileLimit: limits.fileBytes,
      attachmentLimit: limits.attachments,
    }),
    'post-cards': createPostCards(shared),
    'read-thread': createReadThread(shared),
    'refresh-card': createRefreshCard(shared),
    'invite-setup': createInviteSetup(shared),
    'explain-setup': createExplainSetup(shared),
    'decide-by-word': createDecideByWord({ ...shared, decideDispatch, log }),
    'show-dispatch': createShowDispatch(shared),
    'show-proposal': createShowProposal(shared),
    'run-dispatch': createRunDispatch({ ...modelDeps, specialistTools }),
    'expire-dispatch': createExpireDispatch(shared),
    'ask-reset': createAskReset({ ...shared, log }),
    'finish-reset': createFinishReset({ ...shared, log }),
    'forget-removed': createForgetRemoved(attachments, forget.forgetAttachment),
    'start-planning': createStartPlanning({ ...shared, createTask }),
    'follow-task': createFollowTask(shared),
    'plan-task': createPlanTask({ ...modelDeps, completePlanning: tasks.completePlanning }),
    'end-lease': createEndLease(shared),
    'post-message': createPostMessage(shared),
    'publish-home': createPublishHome(shared),
    'refresh-homes': createSpreadHomes(shared),
  };
  const settleLeftOver = createSettleLeftOver({ ...shared, log });
  const addMessage = createAddMessage(shared);
  const api = composeApi({
    stores,
    slack,
    jobs,
    limits,
    log,
    tasks: { ...tasks, giveFeedback, addMessage },
    deleteConversation: createDeleteConversation(shared),
    refreshCards,
    refreshHomes,
    keepDocument,
    askReading,
  });
  return { useCases, handlers, api, settleLeftOver };
}

/** Planning and working on tasks, whoever asks. */
function taskUseCases(deps: ChangeTaskDeps, personNames: PersonNames) {
  const workOnTask = createWorkOnTask(deps);
  return {
    completePlanning: createCompletePlanning(deps),
    workOnTask,
    moveTask: createMoveTask({ ...deps, workOnTask }),
    readTasks: createReadTasks({ ...deps, personNames }),
  };
}
