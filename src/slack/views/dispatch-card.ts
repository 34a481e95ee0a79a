import type { Button, KnownBlock } from '@slack/types';
import type { Dispatch, DispatchEnding, DispatchState, DispatchStep } from '../../domain/dispatch.ts';
import { DISPATCH_DAYS } from '../../domain/dispatch.ts';
import type { Outgoing } from '../../ports/slack.ts';
import { FAILURE_WHY } from './answer.ts';
import { actions, context, oneLine, quoted, section, sections } from './blocks.ts';
import { againButton, approveButton, declineButton, openButton, stopButton } from './dispatch-buttons.ts';
import { whoSigned } from './labels.ts';
import { moment, specialistName } from './task-labels.ts';

type Card = Omit<Extract<Outgoing, { kind: 'dispatch-card' }>, 'kind'>;

/** UTF-16 units once escaped: together they stay below the 13,200 that one message takes. */
const SUMMARY = 900;
const TASK = { characters: 1_500, lines: 20 };
const ACTION_LINE = 500;
const STEP_LINE = 150;
const STEPS = 20;

const LOOKS: Record<DispatchState, [icon: string, words: string]> = {
  proposed: [':raised_hands:', 'waits for approval'],
  approved: [':hourglass_flowing_sand:', 'starts in a moment'],
  running: [':gear:', 'at work'],
  succeeded: [':white_check_mark:', 'done'],
  failed: [':warning:', 'ended without a result'],
  declined: [':no_entry_sign:', 'declined'],
  expired: [':hourglass:', 'no longer open'],
};

const PLANNED = '*What it is going to do*';
const DEEDS: Record<DispatchState, string> = {
  proposed: PLANNED,
  approved: PLANNED,
  running: PLANNED,
  succeeded: '*What it did*',
  failed: '*What it was to do*',
  declined: '*What it was to do*',
  expired: '*What it was to do*',
};

/** A proposed specialist: what it is to do, what became of it, and what can be decided. */
export function dispatchCard({ dispatch, specialist, url }: Card): KnownBlock[] {
  const [icon, words] = LOOKS[dispatch.state];
  const summary = oneLine(dispatch.summary, SUMMARY);
  const buttons = buttonsOf({ dispatch, specialist, url });
  return [
    section(
      [`${icon} ${specialistName(specialist)} · ${words}`, ...(summary === '' ? [] : [`> ${summary}`])].join(
        '\n',
      ),
    ),
    ...plan(dispatch),
    ...progress(dispatch),
    context(stateLine(dispatch)),
    ...hint(dispatch),
    ...(buttons.length === 0 ? [] : [actions(buttons)]),
  ];
}

const isOpen = ({ state }: Dispatch): boolean =>
  state === 'proposed' || state === 'approved' || state === 'running';

function plan(dispatch: Dispatch): KnownBlock[] {
  const task = quoted(dispatch.task, TASK.characters, TASK.lines);
  const deeds = dispatch.actions.map((action) => `• ${oneLine(action, ACTION_LINE)}`);
  return [
    ...(dispatch.task.trim() === '' ? [] : [section(`*Task*\n${task}`)]),
    ...(deeds.length === 0 ? [] : sections([DEEDS[dispatch.state], ...deeds])),
    ...(dispatch.destructive && isOpen(dispatch)
      ? [section(':warning: *This cannot be undone.* Read what it is going to do before you decide.')]
      : []),
  ];
}

function progress({ state, steps }: Dispatch): KnownBlock[] {
  if ((state !== 'approved' && state !== 'running') || steps.length === 0) return [];
  const earlier = steps.length - STEPS;
  const lines = steps.slice(-STEPS).map(stepLine);
  return sections([...(earlier > 0 ? [`…and ${earlier} earlier`] : []), ...lines]);
}

const stepLine = ({ text, done }: DispatchStep): string =>
  `${done ? ':white_check_mark:' : ':white_large_square:'} ${oneLine(text, STEP_LINE)}`;

/** Who asked, who decided, and until when. */
function stateLine(dispatch: Dispatch): string {
  const { state, userId, askedBy, decidedBy, expiresAt, reference } = dispatch;
  if (state === 'proposed') {
    const who = userId === null ? 'Any member of this channel can decide' : 'Only you can decide';
    return `Asked for by ${whoSigned(askedBy)} · ${who} · open until ${moment(expiresAt)}`;
  }
  const by = decidedBy === null ? '' : ` by ${whoSigned(decidedBy)}`;
  if (state === 'declined') return `Declined${by}. Nothing was done.`;
  if (state === 'expired') return whyEnded(dispatch);
  const approved = `Approved${by}`;
  if (state !== 'failed') return approved;
  const named = reference === null ? '' : ` · Reference: ${oneLine(reference, 100)}`;
  return `${approved} · ${whyEnded(dispatch)}${named}`;
}

const ENDED: Record<Exclude<DispatchEnding, 'stopped'>, string> = {
  time: `Nobody decided within ${DISPATCH_DAYS} days. Ask for it again if it is still wanted.`,
  moved:
    'Its project was archived, or this thread belongs elsewhere since. Ask for it again where it is wanted.',
  withdrawn: 'What it was proposed from was changed or deleted. Ask for it again if it is still wanted.',
  unavailable: `No result: ${FAILURE_WHY.unavailable}`,
  refused: `No result: ${FAILURE_WHY.refused}`,
  broken: `No result: ${FAILURE_WHY.broken}`,
  no_specialist: 'This specialist is no longer set up. Ask your administrator about it.',
};

function whyEnded({ ending, stoppedBy }: Dispatch): string {
  if (ending === null) return 'It has ended.';
  if (ending !== 'stopped') return ENDED[ending];
  return stoppedBy === null ? 'It was stopped.' : `Stopped by ${whoSigned(stoppedBy)}.`;
}

/** How words do what the buttons do. */
function hint({ state, threadTs }: Dispatch): KnownBlock[] {
  const place = threadTs === null ? 'here' : 'in this thread';
  if (state === 'proposed')
    return [context(`Answering *approve*, *go ahead* or *no* ${place} works as well as the buttons.`)];
  if (state === 'approved' || state === 'running')
    return [context(`Answering *stop* ${place} works as well as the button.`)];
  return [];
}

function buttonsOf({ dispatch, specialist, url }: Card): Button[] {
  switch (dispatch.state) {
    case 'proposed':
      return [approveButton(dispatch, specialist), declineButton(dispatch)];
    case 'approved':
    case 'running':
      return [stopButton(dispatch)];
    case 'succeeded':
      return url === null ? [] : [openButton('Open result', url)];
    case 'failed':
      // Of what was taken back since there is nothing left to try.
      return dispatch.ending === 'withdrawn' || dispatch.ending === 'moved' || dispatch.task === ''
        ? []
        : [againButton(dispatch, specialist)];
    default:
      return [];
  }
}
