import type { TableRow } from './table.ts';

/** A header larger than this is not repeated whole: the columns are divided. */
const HEADER_BYTES = 450;
/** One row of a group of columns, and its header: small, so that several rows share a header. */
const GROUP_BYTES = 400;
/** What a row costs is estimated by so many rows. */
const SAMPLE = 100;
const SEPARATOR_BYTES = 3;

/**
 * The columns of a table in groups that are narrow enough to repeat their header, the first column in each group.
 * Together they hold every column that any row has. Null alone: all columns together.
 */
export function columnGroups(header: TableRow, rows: readonly TableRow[]): (readonly number[] | null)[] {
  const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), header.cells.length);
  const headerBytes = header.cells.reduce((sum, cell) => sum + bytes(cell), width * SEPARATOR_BYTES);
  if (headerBytes <= HEADER_BYTES) return [null];
  const sample = rows.slice(0, SAMPLE);
  const weight = (column: number) =>
    [header, ...sample].reduce(
      (sum, { cells }) => sum + bytes(cells[column] ?? '') + 1 + SEPARATOR_BYTES,
      0,
    ) /
      Math.max(1, sample.length) +
    bytes(header.cells[column] ?? '') +
    1;
  const key = weight(0);
  const groups: number[][] = [];
  let group: number[] = [0];
  let used = key;
  for (let column = 1; column < width; column += 1) {
    const more = weight(column);
    if (group.length > 1 && used + more > GROUP_BYTES) {
      groups.push(group);
      group = [0];
      used = key;
    }
    group.push(column);
    used += more;
  }
  groups.push(group);
  return groups;
}

function bytes(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
