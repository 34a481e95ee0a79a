import type { HomeView } from '@slack/types';
import { ACTION } from '../ids.ts';
import { actions, button, context, section } from './blocks.ts';

/** The App Home: how to begin. */
export function homeView(): HomeView {
  return {
    type: 'home',
    blocks: [
      section(
        '*A channel is a project, a thread is a milestone.* Mention me in a milestone’s thread and I answer from that milestone’s documents and links, and from nothing else.',
      ),
      actions([button('New project', ACTION.newProject, 'new', 'primary')]),
      context(
        'Or invite me to a channel and type `/project` there. Links and text files shared in a milestone’s thread are attached to it by themselves.',
      ),
    ],
  };
}
