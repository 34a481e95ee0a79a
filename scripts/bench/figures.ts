import { percentile } from './load.ts';

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

/** The figures of some times beside the aim for them. */
export function timed(name: string, times: number[], aimMs: number): Line {
  const ms = (share: number): string => `${percentile(times, share).toFixed(1)} ms`;
  const p99 = percentile(times, 0.99);
  const aim = `${p99 < aimMs ? 'met' : 'MISSED'}: p99 under ${aimMs} ms`;
  return { name, cells: [ms(0.5), ms(0.99), aim, `${times.length}`] };
}
