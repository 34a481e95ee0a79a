import { createHash } from 'node:crypto';
import type { Checkboxes, InputBlock, KnownBlock } from '@slack/types';
import type { ChecklistItem } from '../../domain/task.ts';
import { clip, escapeText, plain, sections } from './blocks.ts';

/** Slack takes 10 checkboxes in one element, with 75 characters of text and 75 of description. */
const GROUP = 10;
const LINE = 75;
const BLOCK = 'checklist';

/** Blocks that stand or fall together on one page, with the items they offer to tick. */
export interface ChecklistPart {
  blocks: KnownBlock[];
  indexes: number[];
}

/** Tells one checklist from another by its items, ticked or not. */
export function checklistMark(checklist: ChecklistItem[]): string {
  const texts = JSON.stringify(checklist.map(({ text }) => text));
  return createHash('sha256').update(texts).digest('base64url').slice(0, 16);
}

/** The checklist as boxes to tick, ten a part. Items that do not fit beside a box stand above it whole. */
export function checklistParts(checklist: ChecklistItem[], version: number): ChecklistPart[] {
  return groups(checklist).map(({ from, items }) => {
    const offered = items.map((item, at) => ({ ...item, index: from + at, box: box(item.text, from + at) }));
    const long = offered.filter(({ box: one }) => !one.whole);
    return {
      blocks: [
        ...sections(long.map(({ text, index }) => `${index + 1}. ${escapeText(text)}`)),
        boxes(offered, blockId(version, from), `Checklist ${from + 1} to ${from + items.length}`),
      ],
      indexes: offered.map(({ index }) => index),
    };
  });
}

/** The checklist of an older plan, to read only. */
export function readOnlyChecklist(checklist: ChecklistItem[]): ChecklistPart[] {
  const lines = checklist.map(({ text, done }) => `${done ? '☑' : '☐'} ${escapeText(text)}`);
  return sections(lines).map((block) => ({ blocks: [block], indexes: [] }));
}

/** The name of the block that holds the item at `index`. */
export function blockOf(version: number, index: number): string {
  return blockId(version, index - (index % GROUP));
}

const blockId = (version: number, from: number): string => `${BLOCK}:${version}:${from}`;

function groups(checklist: ChecklistItem[]): { from: number; items: ChecklistItem[] }[] {
  const found: { from: number; items: ChecklistItem[] }[] = [];
  for (let from = 0; from < checklist.length; from += GROUP)
    found.push({ from, items: checklist.slice(from, from + GROUP) });
  return found;
}

interface Box {
  text: string;
  description: string;
  whole: boolean;
}

/** What of an item fits beside its box: the beginning as text and the rest as description. */
function box(item: string, index: number): Box {
  const label = `${index + 1}. ${item}`;
  if (label.length <= LINE) return { text: label, description: '', whole: true };
  const space = label.lastIndexOf(' ', LINE);
  const at = space > LINE / 2 ? space : LINE;
  const text = label.slice(0, at).replace(/\p{Surrogate}$/u, '');
  const rest = label.slice(text.length).trim();
  return { text, description: clip(rest, LINE), whole: rest.length <= LINE };
}

function boxes(
  items: { index: number; done: boolean; box: Box }[],
  block: string,
  label: string,
): InputBlock {
  const options = items.map(({ index, done, box: { text, description } }) => ({
    done,
    option: {
      text: plain(text),
      value: String(index),
      ...(description === '' ? {} : { description: plain(description) }),
    },
  }));
  const ticked = options.filter(({ done }) => done).map(({ option }) => option);
  const element: Checkboxes = {
    type: 'checkboxes',
    action_id: BLOCK,
    options: options.map(({ option }) => option),
    ...(ticked.length === 0 ? {} : { initial_options: ticked }),
  };
  return { type: 'input', block_id: block, label: plain(label), optional: true, element };
}
