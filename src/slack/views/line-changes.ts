import { diffLines } from 'diff';
import { plural } from '../../domain/receipt.ts';
import { clip } from './blocks.ts';

/** Lines that may have come or gone before the search is given up: it is quadratic in them. */
const MOST_EDITS = 1_000;
const TIMEOUT_MS = 1_000;
/** As much of one line as is shown; of a longer one, the place where it changed. */
const LINE = 550;
const AROUND = 80;
/** Unchanged lines shorter than their own summary. */
const FEW = 2;

export interface ChangedLine {
  text: string;
  /** False for what only stands around a change. */
  changed: boolean;
}

/**
 * What changed between two texts, line by line: gone lines with "−", new ones with "+", and how many lines in between
 * stayed.
 * @returns null when so much changed that a list would tell nobody anything.
 */
export function changedLines(before: string, after: string): ChangedLine[] | null {
  const changes = diffLines(ended(before), ended(after), { maxEditLength: MOST_EDITS, timeout: TIMEOUT_MS });
  if (changes === undefined) return null;
  const lines: ChangedLine[] = [];
  for (const [at, change] of changes.entries()) {
    const next = changes[at + 1];
    const previous = changes[at - 1];
    const own = linesOf(change.value);
    if (change.removed) {
      lines.push(...marked('−', own, next?.added === true ? linesOf(next.value) : []));
    } else if (change.added) {
      lines.push(...marked('+', own, previous?.removed === true ? linesOf(previous.value) : []));
    } else lines.push(...unchanged(own));
  }
  return lines;
}

/** Lines of a checklist that came or went; what stayed is not named. */
export function changedItems(before: string[], after: string[]): ChangedLine[] {
  const old = new Set(before);
  const now = new Set(after);
  return [
    ...marked(
      '−',
      before.filter((text) => !now.has(text)),
      [],
    ),
    ...marked(
      '+',
      after.filter((text) => !old.has(text)),
      [],
    ),
  ];
}

const ended = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`);
const linesOf = (value: string): string[] => value.replace(/\n$/u, '').split('\n');

function marked(sign: string, lines: string[], counterparts: string[]): ChangedLine[] {
  const paired = lines.length === counterparts.length;
  return lines.map((line, at) => ({
    text: `${sign} ${shown(line, paired ? (counterparts[at] ?? '') : '')}`,
    changed: true,
  }));
}

/** A line that is too long is shown from shortly before the place where it differs from its counterpart. */
function shown(line: string, counterpart: string): string {
  if (line.length <= LINE) return line;
  let same = 0;
  while (same < line.length && line[same] === counterpart[same]) same += 1;
  const from = same < LINE - AROUND ? 0 : same - AROUND;
  const start = from === 0 ? '' : '…';
  return `${start}${clip(line.slice(from).replace(/^\p{Surrogate}/u, ''), LINE)}`;
}

function unchanged(lines: string[]): ChangedLine[] {
  if (lines.length <= FEW) return lines.map((line) => ({ text: `  ${shown(line, '')}`, changed: false }));
  return [{ text: `… ${plural(lines.length, 'line')} unchanged …`, changed: false }];
}
