import type { KnownBlock } from '@slack/types';
import type { Outgoing } from '../ports/slack.ts';
import { answerBlocks, failedBlocks } from './views/answer.ts';
import { escapeText, section } from './views/blocks.ts';
import { milestoneCard, milestoneDeleted, projectCard, setupInvitation } from './views/cards.ts';
import { resetQuestion } from './views/coaching.ts';
import { dispatchCard } from './views/dispatch-card.ts';
import { confirmDispatch, dispatchResult, dispatchSummary, dispatchTask } from './views/dispatch-messages.ts';
import { rememberedBlocks, rememberedText } from './views/memory.ts';
import { pageChanged } from './views/page-changed.ts';
import {
  botMessage,
  planMessage,
  planningFailed,
  planningStarted,
  reopenQuestion,
  threadOpened,
} from './views/planning-messages.ts';
import { planningCard, taskCard } from './views/task-cards.ts';
import { named } from './views/task-labels.ts';
import { proposalBlocks, proposalText } from './views/task-proposal.ts';

/** What Slack is sent: blocks, and the plain text that notifications and search show. */
export interface Rendered {
  text: string;
  blocks: KnownBlock[];
}

export function render(message: Outgoing): Rendered {
  switch (message.kind) {
    case 'project-card':
      return {
        text: `Project ${escapeText(message.project.name)}`,
        blocks: projectCard(message.project, message.milestones, message.attachments),
      };
    case 'milestone-card':
      return {
        text: `Milestone ${escapeText(message.milestone.title)}`,
        blocks: milestoneCard(
          message.milestone,
          message.attachments,
          message.mode,
          message.tasks,
          message.memory,
        ),
      };
    case 'answer':
      return { text: message.text, blocks: answerBlocks(message.answerId, message.text, message.receipt) };
    case 'answer-failed':
      return {
        text: 'I could not answer this one. Try again in a minute.',
        blocks: failedBlocks(message.answerId, message.reference, message.why),
      };
    case 'emptied':
      return {
        text: '(This part of the answer is no longer needed.)',
        blocks: [section('_(This part of the answer is no longer needed.)_')],
      };
    case 'milestone-deleted':
      return {
        text: `Milestone ${escapeText(message.title)} was deleted`,
        blocks: milestoneDeleted(message.title, message.userId),
      };
    case 'setup-invitation':
      return { text: 'Set up this channel as a project.', blocks: setupInvitation(message.channelId) };
    case 'notice':
      return { text: message.text, blocks: [section(message.text)] };
    case 'dispatch-card':
    case 'dispatch-task':
    case 'dispatch-result':
    case 'dispatch-summary':
    case 'confirm-dispatch':
      return renderOfDispatch(message);
    case 'remembered':
      return { text: rememberedText(message), blocks: rememberedBlocks(message) };
    case 'reset-question':
      return {
        text: 'Reset our conversation?',
        blocks: resetQuestion(message.resets, message.facts),
      };
    default:
      return renderOfTask(message);
  }
}

type OfTask = Extract<
  Outgoing,
  {
    kind:
      | 'planning-card'
      | 'task-card'
      | 'plan'
      | 'planning-started'
      | 'task-proposal'
      | 'reopen-question'
      | 'planning-failed'
      | 'bot-message'
      | 'thread-opened'
      | 'page-changed';
  }
>;

function renderOfTask(message: OfTask): Rendered {
  switch (message.kind) {
    case 'planning-card':
      return {
        text: `Planning of ${named(message.task.title)}`,
        blocks: planningCard(message.task, message.place),
      };
    case 'task-card':
      return { text: `Task ${named(message.task.title)}`, blocks: taskCard(message.task, message.place) };
    case 'plan':
      return {
        text: `Plan v${message.version} for ${named(message.task.title)}`,
        blocks: planMessage(message),
      };
    case 'planning-started':
      return {
        text: `Planning of ${named(message.title)} goes on in its own thread`,
        blocks: planningStarted(message.title, message.url),
      };
    case 'task-proposal':
      return { text: proposalText(message.proposal), blocks: proposalBlocks(message) };
    case 'reopen-question':
      return {
        text: `Should ${named(message.task.title)} be planned again?`,
        blocks: reopenQuestion(message.task),
      };
    case 'planning-failed':
      return { text: 'I could not draft this plan.', blocks: planningFailed(message) };
    case 'bot-message':
      return { text: message.text, blocks: botMessage(message.author, message.text) };
    case 'thread-opened':
      return {
        text: `A thread about ${named(message.title)}`,
        blocks: threadOpened(message.author, message.title),
      };
    case 'page-changed':
      return {
        text: `${named(message.attachment.title)} ${message.attachment.state === 'failed' ? 'cannot be read any more' : 'says something else than before'}`,
        blocks: pageChanged(message.attachment),
      };
  }
}

type OfDispatch = Extract<
  Outgoing,
  { kind: 'dispatch-card' | 'dispatch-task' | 'dispatch-result' | 'dispatch-summary' | 'confirm-dispatch' }
>;

function renderOfDispatch(message: OfDispatch): Rendered {
  switch (message.kind) {
    case 'dispatch-card':
      return {
        text: `Specialist ${named(message.specialist)}: ${named(message.dispatch.summary)}`,
        blocks: dispatchCard(message),
      };
    case 'dispatch-task':
      return { text: `A task for ${named(message.specialist)}`, blocks: dispatchTask(message) };
    case 'dispatch-result':
      return { text: message.text, blocks: dispatchResult(message) };
    case 'dispatch-summary':
      return { text: `${named(message.specialist)} is done.`, blocks: dispatchSummary(message) };
    case 'confirm-dispatch':
      return {
        text: 'This cannot be undone. Answer approve once more if you are sure.',
        blocks: confirmDispatch(message),
      };
  }
}

const MARK = 'delivery:';

/** The delivery id stands in the first block, where every reader of threads shows it, besides the metadata. */
export function marked(blocks: KnownBlock[], deliveryId: string): KnownBlock[] {
  return blocks.map((block, at) => (at === 0 ? { ...block, block_id: `${MARK}${deliveryId}` } : block));
}

/** Blocks in place of those of a message that was delivered: they go on carrying its delivery id. */
export function remarked(
  blocks: KnownBlock[],
  before: { block_id?: string | null | undefined }[],
): KnownBlock[] {
  const mark = before[0]?.block_id ?? '';
  return mark.startsWith(MARK) ? marked(blocks, mark.slice(MARK.length)) : blocks;
}

/** True when a message read back from Slack carries this delivery id. */
export function carries(
  message: { blocks?: { block_id?: string }[]; metadata?: { event_payload?: object } },
  deliveryId: string,
): boolean {
  const payload: { delivery?: unknown } = message.metadata?.event_payload ?? {};
  return (
    payload.delivery === deliveryId ||
    (message.blocks ?? []).some((block) => block.block_id === `${MARK}${deliveryId}`)
  );
}
