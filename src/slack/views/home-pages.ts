import type { ActionsBlock, SectionBlock } from '@slack/types';
import type { HomePage } from '../../domain/home.ts';
import type { HomeState } from '../../ports/homes.ts';
import { ACTION, variant } from '../ids.ts';
import { actions, button, section } from './blocks.ts';

export type HomeList = keyof HomeState['pages'];

/** The heading of a list, with the part of it that is shown: "11–20 of 312". */
export function listHeading(icon: string, title: string, list: HomePage<unknown>): SectionBlock {
  return section(`${icon} *${title}*${list.total === 0 ? '' : ` · ${range(list)}`}`);
}

function range({ items, page, pages, total }: HomePage<unknown>): string {
  const count = total.toLocaleString('en-US');
  if (pages <= 1 || items.length === 0) return count;
  const last = page >= pages - 1;
  const from = last ? total - items.length + 1 : page * items.length + 1;
  const to = from + items.length - 1;
  return `${from.toLocaleString('en-US')}–${to.toLocaleString('en-US')} of ${count}`;
}

/** Buttons to the pages before and after; nothing for a list of one page. */
export function pageButtons(list: HomeList, { page, pages }: HomePage<unknown>): ActionsBlock[] {
  const to = (text: string, which: string, target: number) =>
    button(text, variant(ACTION.homePage, list, which), `${list}:${target}`);
  const buttons = [
    ...(page > 0 ? [to('‹ Previous', 'prev', page - 1)] : []),
    ...(page < pages - 1 ? [to('Next ›', 'next', page + 1)] : []),
  ];
  return buttons.length === 0 ? [] : [actions(buttons)];
}
