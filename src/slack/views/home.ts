import type { HomeView, KnownBlock } from '@slack/types';
import type { HomeContent } from '../../domain/home.ts';
import { ACTION } from '../ids.ts';
import { actions, button, context, section } from './blocks.ts';
import { filterBlocks } from './home-filter.ts';
import { projectBlocks } from './home-projects.ts';
import { planningBlocks, readyBlocks } from './home-tasks.ts';

/** The Home of one person: what is ready to be worked on, what is being planned, and their projects. */
export function homeView(home: HomeContent): HomeView {
  const empty = home.choices.length === 0 && home.projects.total === 0;
  return { type: 'home', blocks: empty ? howToBegin() : lists(home) };
}

function lists(home: HomeContent): KnownBlock[] {
  return [
    ...filterBlocks(home),
    ...readyBlocks(home),
    { type: 'divider' },
    ...planningBlocks(home),
    { type: 'divider' },
    ...projectBlocks(home.projects),
    { type: 'divider' },
    actions([button('New project', ACTION.newProject, 'new')]),
    context(
      'Mention me in a milestone’s thread to ask about that milestone. `/plan` in a project’s channel plans a task, `/project` changes the project.',
    ),
  ];
}

function howToBegin(): KnownBlock[] {
  return [
    section(
      '*A channel is a project, a thread is a milestone.* Mention me in a milestone’s thread and I answer from that milestone’s documents and links, and from nothing else.',
    ),
    actions([button('New project', ACTION.newProject, 'new', 'primary')]),
    context(
      'Or invite me to a channel and type `/project` there. Links and text files shared in a milestone’s thread are attached to it by themselves.',
    ),
  ];
}
