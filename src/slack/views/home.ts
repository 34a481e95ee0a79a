import type { HomeView, KnownBlock } from '@slack/types';
import type { HomeContent } from '../../domain/home.ts';
import { ACTION } from '../ids.ts';
import { actions, button, context, section } from './blocks.ts';
import { coachingBlocks } from './home-coaching.ts';
import { filterBlocks } from './home-filter.ts';
import { memoryBlocks } from './home-memory.ts';
import { projectBlocks } from './home-projects.ts';
import { proposalBlocks } from './home-proposals.ts';
import { planningBlocks, readyBlocks } from './home-tasks.ts';

/**
 * The Home of one person: what is ready to be worked on, what waits for their decision, what is being planned, their
 * projects, and what is between them and the bot alone.
 */
export function homeView(home: HomeContent): HomeView {
  const empty = home.choices.length === 0 && home.projects.total === 0;
  return { type: 'home', blocks: empty ? beginning(home) : lists(home) };
}

const DIVIDER: KnownBlock = { type: 'divider' };

function lists(home: HomeContent): KnownBlock[] {
  return [
    ...filterBlocks(home),
    ...apart(
      readyBlocks(home),
      proposalBlocks(home),
      planningBlocks(home),
      projectBlocks(home.projects),
      coachingBlocks(home),
      memoryBlocks(home),
    ),
    DIVIDER,
    actions([button('New project', ACTION.newProject, 'new')]),
    context(
      'Mention me in a milestone’s thread to ask about that milestone. `/plan` in a project’s channel plans a task, `/project` changes the project.',
    ),
  ];
}

/** Of a person in no project. */
function beginning(home: HomeContent): KnownBlock[] {
  return apart(howToBegin(), proposalBlocks(home), coachingBlocks(home), memoryBlocks(home));
}

/** The parts that there are, with a line between them. */
function apart(...parts: KnownBlock[][]): KnownBlock[] {
  return parts
    .filter((part) => part.length > 0)
    .flatMap((part, at) => (at === 0 ? part : [DIVIDER, ...part]));
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
