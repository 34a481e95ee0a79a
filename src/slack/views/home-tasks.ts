import type { ActionsBlock, KnownBlock } from '@slack/types';
import type { HomeContent, HomePage, HomeTask } from '../../domain/home.ts';
import { ACTION } from '../ids.ts';
import { actions, linkButton, section } from './blocks.ts';
import { type HomeList, listHeading, pageButtons } from './home-pages.ts';
import { backlogButton, readyButton, startButton, viewPlanButton } from './task-buttons.ts';
import { age, firstLineOf, hasPlan, placeLine, planLine, taskTitle } from './task-labels.ts';

type Elements = ActionsBlock['elements'];

/** Tasks that are ready to be worked on. */
export function readyBlocks({ ready, at }: HomeContent): KnownBlock[] {
  return taskList('ready', ready, {
    icon: ':large_green_circle:',
    title: 'Ready to be worked on',
    none: 'Nothing is ready to be worked on. A task comes here when somebody presses *Mark ready* under its plan.',
    facts: ({ task }) => [
      `ready for ${age(task.statusSince, at)}`,
      ...(task.plan === null ? [] : [firstLineOf(task.plan)]),
    ],
    buttons: (item) => [...startButton(item.task), ...open(item), ...backlogButton(item.task)],
  });
}

/** Tasks that are being planned. */
export function planningBlocks({ planning, at }: HomeContent): KnownBlock[] {
  return taskList('planning', planning, {
    icon: ':memo:',
    title: 'In planning',
    none: 'Nothing is being planned. `/plan` in a project’s channel begins.',
    facts: ({ task }) => [`in planning for ${age(task.statusSince, at)}`, planLine(task)],
    buttons: (item) => [
      ...open(item),
      ...(hasPlan(item.task) ? [viewPlanButton(item.task)] : []),
      ...(item.task.plan === null ? [] : readyButton(item.task, item.task.plan.version)),
    ],
  });
}

interface Looks {
  icon: string;
  title: string;
  none: string;
  facts: (item: HomeTask) => string[];
  buttons: (item: HomeTask) => Elements;
}

function taskList(
  list: HomeList,
  page: HomePage<HomeTask>,
  { icon, title, none, facts, buttons }: Looks,
): KnownBlock[] {
  return [
    listHeading(icon, title, page),
    ...(page.total === 0 ? [section(none)] : []),
    ...page.items.flatMap((item) => {
      const line = [placeLine(item), ...facts(item).filter((fact) => fact !== '')].join(' · ');
      const elements = buttons(item);
      return [
        section(`${taskTitle(item.task.title)}\n${line}`),
        ...(elements.length === 0 ? [] : [actions(elements)]),
      ];
    }),
    ...pageButtons(list, page),
  ];
}

const open = ({ url }: HomeTask): Elements =>
  url === null ? [] : [linkButton('Open', ACTION.openTask, url)];
