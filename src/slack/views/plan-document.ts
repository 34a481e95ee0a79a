import type { ActionsBlock, ContextBlock, KnownBlock, ModalView } from '@slack/types';
import type { PlanStamp, PlanVersion, Task } from '../../domain/task.ts';
import { ACTION, VIEW, variant } from '../ids.ts';
import { splitText } from '../mrkdwn.ts';
import { actions, button, context, option, plain, section } from './blocks.ts';
import { type ChecklistPart, checklistMark, checklistParts, readOnlyChecklist } from './plan-checklist.ts';
import { planValue } from './task-buttons.ts';
import { moment, stampLine, statusWords, taskTitle, ticks } from './task-labels.ts';

/** What the document may take of a window: Slack takes 100 blocks and 250 KB with everything around it. */
const PAGE = { blocks: 75, bytes: 160_000 };
const VERSIONS = 100;

export interface PlanToShow {
  task: Task;
  /** Null while there is none. */
  plan: PlanVersion | null;
  /** The whole text of the plan in Slack's own markup. */
  mrkdwn: string;
  /** Newest first. */
  versions: PlanStamp[];
  /** From 0. */
  page: number;
}

/** The plan as a document with its checklist to tick, on as many pages as it takes. */
export function planDocumentModal({ task, plan, mrkdwn, versions, page: asked }: PlanToShow): ModalView {
  const version = plan?.version ?? 0;
  const current = version === (task.plan?.version ?? 0);
  const pages = inPages(documentParts(task, plan, mrkdwn, current));
  const page = Math.max(0, Math.min(asked, pages.length - 1));
  const parts = pages[page] ?? [];
  const shown = parts.flatMap((part) => part.indexes);
  const blocks = [
    ...heading(task, plan, current),
    ...versionSelect(task, version, versions),
    ...(pages.length > 1 ? [pageLine(pages, page)] : []),
    ...parts.flatMap((part) => part.blocks),
    ...pager(task.id, version, page, pages.length),
  ];
  return {
    type: 'modal',
    callback_id: VIEW.planDocument,
    title: plain('Plan'),
    close: plain('Close'),
    ...(shown.length === 0 ? {} : { submit: plain('Save') }),
    private_metadata: JSON.stringify({
      taskId: task.id,
      version,
      shown,
      items: checklistMark(task.checklist),
    }),
    blocks,
  };
}

function heading(task: Task, plan: PlanVersion | null, current: boolean): KnownBlock[] {
  const facts = [statusWords(task.status)];
  if (plan !== null) facts.unshift(stampLine(plan));
  if (current && task.checklist.length > 0) facts.push(ticks(task.checklist));
  const moved =
    task.plan === null
      ? ''
      : `:warning: This is an older plan. The plan has moved on to v${task.plan.version}.`;
  return [
    section(taskTitle(task.title)),
    context(facts.join(' · ')),
    ...(current || moved === '' ? [] : [section(moved)]),
  ];
}

function documentParts(
  task: Task,
  plan: PlanVersion | null,
  mrkdwn: string,
  current: boolean,
): ChecklistPart[] {
  const texts = plan === null ? [noPlan(task)] : splitText(mrkdwn);
  const checklist = current
    ? checklistParts(task.checklist, plan?.version ?? 0)
    : readOnlyChecklist(plan?.checklist ?? []);
  return [
    ...texts.filter((text) => text.trim() !== '').map((text) => ({ blocks: [section(text)], indexes: [] })),
    ...checklist,
  ];
}

function noPlan({ status, checklist }: Task): string {
  if (checklist.length > 0) return 'There is no text of a plan, only this checklist.';
  return status === 'planning'
    ? 'There is no plan yet. The planner is to draft one: it appears in the planning thread, where you can say what it should take up.'
    : 'There is no plan yet. Write in the planning thread what is to be done, and the task goes back into planning.';
}

/** Puts the parts on as few pages as hold them, each whole. There is always one page. */
function inPages(parts: ChecklistPart[]): ChecklistPart[][] {
  const pages: ChecklistPart[][] = [[]];
  let room = { ...PAGE };
  for (const part of parts) {
    const bytes = Buffer.byteLength(JSON.stringify(part.blocks));
    if (part.blocks.length > room.blocks || bytes > room.bytes) {
      pages.push([]);
      room = { ...PAGE };
    }
    pages.at(-1)?.push(part);
    room = { blocks: room.blocks - part.blocks.length, bytes: room.bytes - bytes };
  }
  return pages[0]?.length === 0 && pages.length > 1 ? pages.slice(1) : pages;
}

function pageLine(pages: ChecklistPart[][], page: number): ContextBlock {
  const first = pages.findIndex((parts) => parts.some((part) => part.indexes.length > 0));
  const words = [`Page ${page + 1} of ${pages.length}`];
  if (first > page) words.push(`the checklist is on page ${first + 1}`);
  const ticking = (pages[page] ?? []).some((part) => part.indexes.length > 0);
  if (ticking) words.push('save what you tick before you turn the page');
  return context(words.join(' · '));
}

function pager(taskId: string, version: number, page: number, pages: number): ActionsBlock[] {
  const to = (text: string, which: string, target: number) =>
    button(text, variant(ACTION.planPage, which), JSON.stringify({ taskId, version, page: target }));
  const buttons = [
    ...(page > 0 ? [to('‹ Previous page', 'prev', page - 1)] : []),
    ...(page < pages - 1 ? [to('Next page ›', 'next', page + 1)] : []),
  ];
  return buttons.length === 0 ? [] : [actions(buttons)];
}

function versionSelect(task: Task, shown: number, versions: PlanStamp[]): ActionsBlock[] {
  if (versions.length < 2) return [];
  const newest = versions.slice(0, VERSIONS);
  const own = versions.find((stamp) => stamp.version === shown);
  const listed = own === undefined || newest.includes(own) ? newest : [...newest.slice(0, VERSIONS - 1), own];
  const options = listed.map(({ version, at }) =>
    option({
      value: planValue(task.id, version),
      text: `v${version}${version === task.plan?.version ? ' (current)' : ''} · ${moment(at)}`,
    }),
  );
  const initial = options.find(({ value }) => value === planValue(task.id, shown));
  return [
    actions([
      {
        type: 'static_select',
        action_id: ACTION.planVersion,
        placeholder: plain('Version'),
        options,
        ...(initial === undefined ? {} : { initial_option: initial }),
      },
    ]),
  ];
}
