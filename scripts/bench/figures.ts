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

/** The figures of some times beside the aim for them; null for what has none. */
export function timed(name: string, times: number[], aimMs: number | null): Line {
  const p99 = percentile(times, 0.99);
  const verdict = aimMs === null ? '' : `${p99 < aimMs ? 'met' : 'MISSED'}: p99 under ${aimMs} ms`;
  const cells = [
    `${percentile(times, 0.5).toFixed(1)} ms`,
    `${p99.toFixed(1)} ms`,
    verdict,
    `${times.length}`,
  ];
  return { name, cells };
}
