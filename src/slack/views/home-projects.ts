import type { KnownBlock, SectionBlock } from '@slack/types';
import type { HomePage, HomeProject } from '../../domain/home.ts';
import { plural } from '../../domain/receipt.ts';
import type { TaskTally } from '../../domain/task.ts';
import { section, sections } from './blocks.ts';
import { stateIcon } from './cards.ts';
import { listHeading, pageButtons } from './home-pages.ts';
import { named, tallyLine, taskTitle } from './task-labels.ts';

/** Milestones of one project that the Home names; fewer where their names take more than its share of a Home. */
const LISTED = 30;
const ROOM = { blocks: 4, bytes: 14_000 };

/** Projects with their milestones and how far they are. */
export function projectBlocks(projects: HomePage<HomeProject>): KnownBlock[] {
  return [
    listHeading(':triangular_flag_on_post:', 'Projects', projects),
    ...(projects.total === 0 ? [section('There is no project here.')] : []),
    ...projects.items.flatMap(projectSections),
    ...pageButtons('projects', projects),
  ];
}

function projectSections(item: HomeProject): SectionBlock[] {
  for (let listed = LISTED; listed > 0; listed -= 1) {
    const blocks = sections(projectLines(item, listed));
    const bytes = Buffer.byteLength(JSON.stringify(blocks));
    if (blocks.length <= ROOM.blocks && bytes <= ROOM.bytes) return blocks;
  }
  return sections(projectLines(item, 0));
}

function projectLines({ project, milestones, tasks, url }: HomeProject, listed: number): string[] {
  const more = milestones.length - listed;
  return [
    withTally(taskTitle(project.name, url), [...milestonesDone(milestones), tasksDone(tasks)].join(' · ')),
    ...milestones.slice(0, listed).map(({ milestone, tasks: own, url: thread }) => {
      const name = thread === null ? named(milestone.title) : plainLink(milestone.title, thread);
      return withTally(`${stateIcon(milestone)} ${name}`, tallyLine(own));
    }),
    ...(more > 0 ? [`…and ${more} more`] : []),
  ];
}

function milestonesDone(milestones: HomeProject['milestones']): string[] {
  const done = milestones.filter(({ milestone }) => milestone.state === 'done').length;
  return milestones.length === 0 ? [] : [`${done} of ${plural(milestones.length, 'milestone')} done`];
}

function tasksDone(tasks: TaskTally): string {
  const tally = tallyLine(tasks);
  return tally === '' ? 'no tasks yet' : `tasks: ${tally}`;
}

const withTally = (name: string, progress: string): string =>
  progress === '' ? name : `${name}: ${progress}`;

/** A link that is not bold. */
const plainLink = (title: string, url: string): string => taskTitle(title, url).replace(/^\*|\*$/gu, '');
