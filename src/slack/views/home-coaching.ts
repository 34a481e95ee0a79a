import type { ActionsBlock, KnownBlock } from '@slack/types';
import type { ConversationMode } from '../../domain/conversation.ts';
import type { HomeContent } from '../../domain/home.ts';
import { ACTION } from '../ids.ts';
import { actions, askingFirst, linkButton, option, plain, section } from './blocks.ts';
import { resetButton, whatResetDoes } from './coaching.ts';

const MODES: Record<ConversationMode, string> = {
  coaching: 'Coaching',
  auto: 'Auto',
  task: 'Prefers specialists',
};

/** A person's own conversation with the bot: where it is, how the bot behaves there, and how it begins anew. */
export function coachingBlocks({ coaching, facts }: HomeContent): KnownBlock[] {
  const { url, mode, begun, resets } = coaching;
  const reset = askingFirst(resetButton(resets), 'Reset our conversation?', whatResetDoes(facts.total));
  return [
    section(
      ':speech_balloon: *Coaching*\nYour direct messages with me are a conversation of your own: there I know your tasks, your projects by name and what I remember about you, and nobody else sees it.',
    ),
    actions([linkButton('Open', ACTION.openCoaching, url), ...(begun ? [modeSelect(mode), reset] : [])]),
  ];
}

function modeSelect(mode: ConversationMode): ActionsBlock['elements'][number] {
  const choice = (value: ConversationMode) => option({ value, text: MODES[value] });
  return {
    type: 'static_select',
    action_id: ACTION.coachingMode,
    placeholder: plain('How I behave there'),
    options: [choice('coaching'), choice('auto'), choice('task')],
    initial_option: choice(mode),
  };
}
