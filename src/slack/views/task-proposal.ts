import type { KnownBlock } from '@slack/types';
import type { TaskProposal } from '../../domain/task-proposal.ts';
import type { Outgoing } from '../../ports/slack.ts';
import { ACTION } from '../ids.ts';
import { actions, button, context, flat, quoted, section } from './blocks.ts';
import { titleLink, whoSigned } from './labels.ts';
import { named, taskTitle } from './task-labels.ts';

type Message = Omit<Extract<Outgoing, { kind: 'task-proposal' }>, 'kind'>;

const DETAILS = { characters: 700, lines: 10 };
const TAKEN_BACK =
  'This proposed task was taken back: what it came from was changed or removed. Ask for it again if it is still wanted.';

/** The line that notifications and search show. */
export function proposalText({ state, title }: TaskProposal): string {
  if (state === 'withdrawn') return TAKEN_BACK;
  return title === '' ? 'A task was proposed.' : `Proposed task: ${named(flat(title))}`;
}

/** A task that an answer proposed, with what people can do about it or what became of it. */
export function proposalBlocks({ proposal, url }: Message): KnownBlock[] {
  const { id, state, title, details } = proposal;
  if (state === 'withdrawn') return [section(`_${TAKEN_BACK}_`)];
  const lines = [
    title === '' ? ':bulb: A task was proposed here.' : `:bulb: Proposed task: ${taskTitle(flat(title))}`,
    ...(flat(details) === '' ? [] : [quoted(details, DETAILS.characters, DETAILS.lines)]),
  ];
  return [
    section(lines.join('\n')),
    context(stateLine(proposal, url)),
    ...(state === 'open'
      ? [
          actions([
            button('Plan this', ACTION.planProposed, id, 'primary'),
            button('No, thanks', ACTION.declineProposed, id),
          ]),
        ]
      : []),
  ];
}

function stateLine({ state, decidedBy }: TaskProposal, url: string | null): string {
  const by = whoSigned(decidedBy ?? '');
  if (state === 'declined') return `${by} said no, thanks. Nothing was made.`;
  if (state !== 'planned') return 'Any member of this channel can decide. Nothing is made before that.';
  const where =
    url === null
      ? 'Where planning goes on follows in this thread.'
      : `${titleLink('Planning goes on here', url)}.`;
  return `:memo: ${by} has this planned. ${where}`;
}
