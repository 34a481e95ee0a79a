export interface Line {
  name: string;
  cells: string[];
}

/** Prints figures in columns. */
export function table(title: string, columns: string[], lines: Line[]): void {
  const rows = [{ name: title, cells: columns }, ...lines];
  const wide = Math.max(...rows.map(({ name }) => name.length));
  const widths = columns.map((_, n) => Math.max(...rows.map(({ cells }) => cells[n]?.length ?? 0)));
  console.log('');
  for (const { name, cells } of rows) {
    const padded = cells.map((cell, n) => cell.padStart(widths[n] ?? 0));
    console.log(`${name.padEnd(wide)}  ${padded.join('  ')}`);
  }
}
