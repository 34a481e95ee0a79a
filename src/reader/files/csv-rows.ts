/** The first wins when two are equally good: commas stand in numbers, the others hardly anywhere. */
const DELIMITERS = ['\t', ';', ','] as const;
const SAMPLE_LENGTH = 50_000;
/** A quote that opens a cell and closes nowhere is looked for again and again; not longer than this. */
const MAX_SEARCHES = 4;

/**
 * The rows of a text of separated values, a row for each line unless quotes hold lines together. A quote that is not
 * closed where a cell ends is an ordinary character.
 */
export function separatedRows(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  const ends = new RegExp(`${delimiter === '\t' ? '\\t' : delimiter}|\\r\\n?|\\n`, 'gu');
  let row: string[] = [];
  let at = 0;
  let searched = 0;
  while (at <= text.length) {
    const quoted =
      text[at] === '"' && searched <= MAX_SEARCHES * text.length ? quotedCell(text, at, delimiter) : null;
    if (typeof quoted === 'number') searched += quoted;
    const from = quoted !== null && typeof quoted !== 'number' ? quoted.end : at;
    ends.lastIndex = from;
    const end = ends.exec(text);
    const stop = end?.index ?? text.length;
    row.push(quoted !== null && typeof quoted !== 'number' ? quoted.text : text.slice(at, stop));
    if (end === null || end[0] !== delimiter) {
      rows.push(row);
      row = [];
    }
    if (end === null) return rows;
    at = stop + end[0].length;
  }
  return rows;
}

/** A cell in quotes and where it ends; when the quotes do not end with the cell, how far that was looked for. */
function quotedCell(text: string, at: number, delimiter: string): { text: string; end: number } | number {
  for (let close = text.indexOf('"', at + 1); close !== -1; close = text.indexOf('"', close + 2)) {
    if (text[close + 1] === '"') continue;
    let end = close + 1;
    while (text[end] === ' ') end += 1;
    const sign = text[end];
    if (sign !== undefined && sign !== delimiter && sign !== '\n' && sign !== '\r') return close - at;
    return { text: text.slice(at + 1, close).replaceAll('""', '"'), end };
  }
  return text.length - at;
}

/** The delimiter of which every line has the same number, most of all as many as the first line. */
export function sniffDelimiter(text: string): string {
  const lines = text
    .slice(0, SAMPLE_LENGTH)
    .replace(/(^|[,;\t\n\r])"(?:[^"]|"")*"(?=[,;\t\n\r]|$)/gu, '$1')
    .split(/\r\n?|\n/u)
    .filter((line) => line.trim() !== '');
  if (text.length > SAMPLE_LENGTH && lines.length > 1) lines.pop();
  const found = DELIMITERS.map((delimiter) => {
    const counts = lines.map((line) => line.split(delimiter).length - 1);
    return { delimiter, inFirst: (counts[0] ?? 0) > 0, even: evenness(counts) };
  });
  const inFirst = found.filter((one) => one.inFirst);
  const [best] = (inFirst.length > 0 ? inFirst : found).toSorted((a, b) => b.even - a.even);
  return best?.delimiter ?? ',';
}

/** The share of lines that have as many as most lines have; zero when most have none. */
function evenness(counts: readonly number[]): number {
  const lines = new Map<number, number>();
  for (const count of counts) lines.set(count, (lines.get(count) ?? 0) + 1);
  lines.delete(0);
  return Math.max(0, ...lines.values()) / Math.max(1, counts.length);
}
