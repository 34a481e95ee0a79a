import type { KnownBlock } from '@slack/types';
import type { HomeContent, HomeProposal } from '../../domain/home.ts';
import { actions, oneLine, section } from './blocks.ts';
import { approveButton, declineButton, openButton } from './dispatch-buttons.ts';
import { listHeading, pageButtons } from './home-pages.ts';
import { age, named, specialistName } from './task-labels.ts';

const SUMMARY = 600;

/** Proposals that wait for this person's decision; nothing where none does. */
export function proposalBlocks({ waiting, at }: HomeContent): KnownBlock[] {
  if (waiting.total === 0) return [];
  return [
    listHeading(':raised_hands:', 'Waiting for your decision', waiting),
    ...waiting.items.flatMap((item) => proposal(item, at)),
    ...pageButtons('waiting', waiting),
  ];
}

function proposal({ dispatch, specialist, project, url }: HomeProposal, at: Date): KnownBlock[] {
  const summary = oneLine(dispatch.summary, SUMMARY);
  const facts = [
    project === null ? 'your direct messages' : named(project),
    `proposed ${age(dispatch.proposedAt, at)} ago`,
    ...(dispatch.destructive ? [':warning: cannot be undone'] : []),
  ];
  return [
    section(`${specialistName(specialist)}${summary === '' ? '' : `: ${summary}`}\n${facts.join(' · ')}`),
    actions([
      approveButton(dispatch, specialist),
      declineButton(dispatch),
      ...(url === null ? [] : [openButton('Open', url)]),
    ]),
  ];
}
