import type { Context } from './domain/context.ts';
import type { Rank } from './domain/context-sources.ts';
import type { JobHandlers, JobQueue } from './ports/jobs.ts';
import type { Log } from './ports/log.ts';
import type { ContextTools, Model } from './ports/model.ts';
import type { Slack } from './ports/slack.ts';
import type { UseCases } from './slack/use-cases.ts';
import type { Stores } from './store/connect.ts';
import { createAnnounceAttachments } from './use-cases/announce-attachments.ts';
import { createAnswerMention } from './use-cases/answer-mention.ts';
import { createAttachByHand, createCheckAttachable } from './use-cases/attach-by-hand.ts';
import { createAttachShared } from './use-cases/attach-shared.ts';
import { createDeleteMessage, createEditMessage } from './use-cases/change-message.ts';
import { createExplainSetup, createInviteSetup } from './use-cases/explain-setup.ts';
import { createFollowChannel } from './use-cases/follow-channel.ts';
import { createJudgeAnswer } from './use-cases/judge-answer.ts';
import { createKeepDocument } from './use-cases/keep-document.ts';
import { createKeepFiles } from './use-cases/keep-files.ts';
import { createManageAttachments } from './use-cases/manage-attachments.ts';
import { createManageMilestones } from './use-cases/manage-milestones.ts';
import { createPersonNames } from './use-cases/person-names.ts';
import { createPostCards, createRefreshCard } from './use-cases/post-cards.ts';
import { createReadThread } from './use-cases/read-thread.ts';
import { createReceiveMessage } from './use-cases/receive-message.ts';
import { createRefreshCards } from './use-cases/refresh-cards.ts';
import { checkMayManage, createChangeProject, createSetUpProject } from './use-cases/set-up-project.ts';

/** What the use cases need from the outside, whichever adapters provide it. */
export interface Parts {
  stores: Stores;
  slack: Slack;
  jobs: JobQueue;
  model: Model;
  rank: Rank;
  contextTools: (context: Context) => ContextTools;
  limits: { contextTokens: number; attachments: number; fileBytes: number };
  log: Log;
  /** Milliseconds since 1970. */
  now: () => number;
}

export interface Composed {
  useCases: UseCases;
  handlers: JobHandlers;
}

/** Wires the use cases; tests pass memory stores and fakes in here. */
export function composeUseCases({
  stores,
  slack,
  jobs,
  model,
  rank,
  contextTools,
  limits,
  log,
  now,
}: Parts): Composed {
  const { projects, milestones, attachments, documents, conversations } = stores;
  const refreshCards = createRefreshCards(jobs, now);
  const keepDocument = createKeepDocument(documents, attachments);
  const shared = { ...stores, slack, jobs, refreshCards, keepDocument };
  const attachShared = createAttachShared({ ...shared, limit: limits.attachments });
  const handDeps = { ...shared, limit: limits.attachments, fileLimit: limits.fileBytes };
  const attachByHand = createAttachByHand(handDeps);
  const receiveMessage = createReceiveMessage({ ...shared, attachShared });
  const changeDeps = { ...shared, attachShared, receiveMessage };
  const projectDeps = { ...shared, attachByHand, checkAttachable: createCheckAttachable(handDeps) };
  const personNames = createPersonNames(stores.people, slack, log);
  const answerDeps = { ...shared, personNames, model, rank, contextTools, log, budget: limits.contextTokens };

  const useCases: UseCases = {
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
  };
  return { useCases, handlers };
}
