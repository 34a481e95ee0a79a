import type { Button, KnownBlock } from '@slack/types';
import { plural } from '../../domain/receipt.ts';
import { ACTION } from '../ids.ts';
import { actions, button, section } from './blocks.ts';

/** What a reset takes away, and what it leaves. */
export function whatResetDoes(facts: number): string {
  const stays =
    facts === 0
      ? 'About you nothing is remembered that would stay.'
      : `What I remember about you stays: ${plural(facts, 'fact')}.`;
  return `Its messages and what it remembers are gone for good, and I never read them again. ${stays} Threads with results stay too.`;
}

/** Empties the conversation as it was when the button was shown, and not once more. */
export const resetButton = (resets: number): Button =>
  button('Reset', ACTION.resetCoaching, String(resets), 'danger');

/** Asks before a person's own conversation is emptied. */
export function resetQuestion(resets: number, facts: number): KnownBlock[] {
  return [
    section(`*Reset our conversation?*\n${whatResetDoes(facts)}`),
    actions([resetButton(resets), button('Keep', ACTION.keepCoaching, String(resets))]),
  ];
}
