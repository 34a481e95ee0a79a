import type { KnownBlock } from '@slack/types';
import type { Outgoing } from '../ports/slack.ts';
import { answerBlocks, failedBlocks } from './views/answer.ts';
import { escapeText, section } from './views/blocks.ts';
import { milestoneCard, milestoneDeleted, projectCard, setupInvitation } from './views/cards.ts';

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
        blocks: milestoneCard(message.milestone, message.attachments, message.mode),
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
  }
}

const MARK = 'delivery:';

/** The delivery id stands in the first block, where every reader of threads shows it, besides the metadata. */
export function marked(blocks: KnownBlock[], deliveryId: string): KnownBlock[] {
  return blocks.map((block, at) => (at === 0 ? { ...block, block_id: `${MARK}${deliveryId}` } : block));
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
