import type { KnownBlock } from '@slack/types';
import type { HomePage, HomeProject } from '../../domain/home.ts';
import { plural } from '../../domain/receipt.ts';
import type { TaskTally } from '../../domain/task.ts';
import { section, sections } from './blocks.ts';
import { stateIcon } from './cards.ts';
import { listHeading, pageButtons } from './home-pages.ts';
import { named, tallyLine, taskTitle } from './task-labels.ts';

/** Milestones of one project that the Home names. */
const LISTED = 30;

/** Projects with their milestones and how far they are. */
export function projectBlocks(projects: HomePage<HomeProject>): KnownBlock[] {
  return [
    listHeading(':triangular_flag_on_post:', 'Projects', projects),
    ...(projects.total === 0 ? [section('There is no project here.')] : []),
    ...projects.items.flatMap((item) => sections(projectLines(item))),
    ...pageButtons('projects', projects),
  ];
}

function projectLines({ project, milestones, tasks, url }: HomeProject): string[] {
  const more = milestones.length - LISTED;
  return [
    withTally(taskTitle(project.name, url), [...milestonesDone(milestones), tasksDone(tasks)].join(' · ')),
    ...milestones.slice(0, LISTED).map(({ milestone, tasks: own, url: thread }) => {
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
