import type { PassagePlace } from '../../domain/passage-place.ts';
import { MAX_TEXT_BYTES, type ReadPart } from './clean.ts';
import { columnGroups } from './table-columns.ts';
import { Unreadable } from './unreadable.ts';

/** A row with anything in it, and its number as spreadsheets count. */
export interface TableRow {
  n: number;
  /** Where nothing stands, the list may have holes. */
  cells: readonly string[];
}

/** A part fits one passage. */
const PART_BYTES = 1000;
const SEPARATOR = ' | ';

/**
 * A table in parts of whole rows, the header at the top of each. A table too wide for that is divided as it would be
 * printed: its columns in groups, the first column at the left of each.
 */
export function partsOfTable(rows: readonly TableRow[], place: Pick<PassagePlace, 'sheet'>): ReadPart[] {
  refuseTooMuch(rows);
  const at = headerAt(rows);
  const header = rows[at];
  if (header === undefined) return [];
  const above = rows.slice(0, at);
  const below = rows.slice(at + 1);
  const parts = inParts(above, null, place);
  if (below.length === 0) return parts.concat(inParts([header], null, place));
  const groups = columnGroups(header, below);
  return parts.concat(groups.flatMap((columns, group) => inParts(below, header, place, columns, group > 0)));
}

/** Whatever a cell holds, as it stands in a line. */
export function cellText(value: string): string {
  return value.replace(/\s+/gu, ' ').trim();
}

export function rowText(cells: readonly string[]): string {
  const last = cells.findLastIndex((cell) => cell !== '' && cell !== undefined);
  return cells.slice(0, last + 1).join(SEPARATOR);
}

/** Before anything is built of it. */
function refuseTooMuch(rows: readonly TableRow[]): void {
  let own = 0;
  for (const { cells } of rows) {
    own += ownSize(cells);
    if (own > MAX_TEXT_BYTES) throw new Unreadable('too_large');
  }
}

/** The first row of several cells: above it stand titles and remarks. */
function headerAt(rows: readonly TableRow[]): number {
  const first = rows.slice(0, 10).findIndex(({ cells }) => cells.filter((cell) => cell !== '').length > 1);
  return Math.max(first, 0);
}

/** @param onlyFilled rows with nothing but their first column are left out. */
function inParts(
  rows: readonly TableRow[],
  header: TableRow | null,
  place: Pick<PassagePlace, 'sheet'>,
  columns: readonly number[] | null = null,
  onlyFilled = false,
): ReadPart[] {
  const cellsOf = ({ cells }: TableRow) =>
    columns === null ? cells : columns.map((column) => cells[column] ?? '');
  const top = header === null ? [] : [rowText(cellsOf(header))];
  const topSize = top.reduce((sum, text) => sum + size(text), 0);
  const parts: ReadPart[] = [];
  let lines: string[] = [];
  let numbers: number[] = [];
  let used = 0;
  let own = 0;
  const finish = () => {
    const [from] = numbers;
    const to = numbers.at(-1);
    if (from !== undefined && to !== undefined) {
      const text = [...top, ...lines].join('\n');
      parts.push({ text, place: { ...place, rows: { from, to } }, added: topSize + used - own });
    }
    lines = [];
    numbers = [];
    used = 0;
    own = 0;
  };
  for (const row of rows) {
    const cells = cellsOf(row);
    if (onlyFilled && cells.every((cell, at) => at === 0 || cell === '')) continue;
    const text = rowText(cells);
    if (text === '') continue;
    if (used > 0 && used + size(text) > PART_BYTES - topSize) finish();
    lines.push(text);
    numbers.push(row.n);
    used += size(text);
    own += ownSize(cells);
  }
  finish();
  return parts;
}

/** A sign between two cells counts, as in the file; what is put there to read it more easily does not. */
function ownSize(cells: readonly string[]): number {
  let own = 0;
  cells.forEach((cell) => {
    if (cell !== '') own += size(cell);
  });
  return own;
}

function size(text: string): number {
  return Buffer.byteLength(text, 'utf8') + 1;
}
