import type { KnownBlock, ModalView } from '@slack/types';
import { plural } from '../../domain/receipt.ts';
import type { PlanVersion, Task } from '../../domain/task.ts';
import { context, escapeText, plain, section } from './blocks.ts';
import { type ChangedLine, changedItems, changedLines } from './line-changes.ts';
import { stampLine, taskTitle } from './task-labels.ts';

/** Characters of code in one section, and what the lists may take of a window together. */
const SECTION = 2_900;
const ROOM = { blocks: 80, bytes: 160_000 };
const FENCE = '```';

/** What changed in a plan since the version before, line by line. */
export function planChangesModal(task: Task, before: PlanVersion | null, after: PlanVersion): ModalView {
  return {
    type: 'modal',
    title: plain('What changed'),
    close: plain('Close'),
    blocks: [
      section(taskTitle(task.title)),
      context([after, ...(before === null ? [] : [before])].map(stampLine).join('\nSince ')),
      ...changes(before, after),
    ],
  };
}

function changes(before: PlanVersion | null, after: PlanVersion): KnownBlock[] {
  if (before === null) {
    return [section('There is no version before this one to compare with. *View plan* shows all of it.')];
  }
  const items = changedItems(
    before.checklist.map((item) => item.text),
    after.checklist.map((item) => item.text),
  );
  const room = { ...ROOM };
  return [
    section('*Plan*'),
    ...textChanges(before, after, room),
    section('*Checklist*'),
    ...(items.length === 0 ? [section('The checklist has the same items.')] : listed(items, room)),
  ];
}

function textChanges(before: PlanVersion, after: PlanVersion, room: typeof ROOM): KnownBlock[] {
  if (before.text === after.text) return [section('The text is the same.')];
  const lines = changedLines(before.text, after.text);
  if (lines === null) {
    return [
      section(
        'Almost everything is different, so a list of the changes would help nobody. *View plan* shows both versions whole.',
      ),
    ];
  }
  if (lines.every((line) => !line.changed)) return [section('Only the end of the last line changed.')];
  return listed(lines, { blocks: room.blocks / 2, bytes: room.bytes / 2 });
}

/** Lines as code, so that nothing in them is markup, as far as there is room, and how many more there are. */
function listed(lines: ChangedLine[], room: typeof ROOM): KnownBlock[] {
  const shown: KnownBlock[] = [];
  let left = room.bytes;
  let at = 0;
  while (at < lines.length && shown.length < room.blocks) {
    const { text, next } = oneSection(lines, at);
    const block = section(`${FENCE}\n${text}\n${FENCE}`);
    left -= Buffer.byteLength(JSON.stringify(block));
    if (left < 0) break;
    shown.push(block);
    at = next;
  }
  const more = lines.slice(at).filter((line) => line.changed).length;
  if (more > 0) {
    shown.push(
      section(
        `…and ${plural(more, 'more changed line')} for which there is no room here. *View plan* shows all.`,
      ),
    );
  }
  return shown;
}

/** As many lines as one section takes, and at least one. */
function oneSection(lines: ChangedLine[], from: number): { text: string; next: number } {
  let text = inCode(lines[from]?.text ?? '');
  let next = from + 1;
  for (; next < lines.length; next += 1) {
    const joined = `${text}\n${inCode(lines[next]?.text ?? '')}`;
    if (joined.length > SECTION) break;
    text = joined;
  }
  return { text, next };
}

const inCode = (text: string): string => escapeText(text.replaceAll('`', 'ˋ'));
