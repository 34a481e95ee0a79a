import type { Button } from '@slack/types';
import type { Dispatch } from '../../domain/dispatch.ts';
import { ACTION } from '../ids.ts';
import { askingFirst, button, flat, linkButton } from './blocks.ts';

/** Approves; what cannot be undone asks in a dialog first. */
export function approveButton(dispatch: Dispatch, specialist: string, value = dispatch.id): Button {
  return guarded(button('Approve', ACTION.approve, value, 'primary'), dispatch, specialist);
}

/** Approves the same once more, and asks as the first time. */
export function againButton(dispatch: Dispatch, specialist: string): Button {
  return guarded(button('Try again', ACTION.dispatchAgain, dispatch.id), dispatch, specialist);
}

function guarded(approve: Button, { destructive, actions, summary }: Dispatch, specialist: string): Button {
  if (!destructive) return approve;
  const plan = flat((actions.length === 0 ? [summary] : actions).join('; '));
  return askingFirst(approve, 'This cannot be undone', `${flat(specialist)} is going to: ${plan}`);
}

export const declineButton = ({ id }: Pick<Dispatch, 'id'>): Button => button('Decline', ACTION.decline, id);

export const stopButton = ({ id }: Pick<Dispatch, 'id'>): Button => button('Stop', ACTION.stop, id);

export const openButton = (text: string, url: string): Button => linkButton(text, ACTION.openDispatch, url);

const ASKED = ':asked';

/** The value of the button under the question that is asked once more: the question goes when it is answered. */
export const askedValue = ({ id }: Pick<Dispatch, 'id'>): string => `${id}${ASKED}`;

/** What the value of a button names, and whether it stands under that question. */
export function readDispatchValue(value: string): { id: string; asked: boolean } {
  const asked = value.endsWith(ASKED);
  return { id: asked ? value.slice(0, -ASKED.length) : value, asked };
}
