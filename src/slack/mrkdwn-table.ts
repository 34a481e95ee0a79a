import { findCitations } from '../domain/citations.ts';

const WIDEST = 90;

/**
 * A Markdown table as lines Slack shows readably: aligned columns in a code block, or, when it is wide or
 * holds links or citations (which code would kill), one list item per row.
 */
export function tableText(lines: string[]): string[] {
  const [header = [], , ...rows] = lines.map(cells);
  const bare = [header, ...rows].map((row) => header.map((_, column) => plain(row[column] ?? '')));
  const widths = header.map((_, column) => Math.max(...bare.map((row) => length(row[column] ?? ''))));
  const width = widths.reduce((sum, one) => sum + one + 2, 0);
  const live = lines.some((line) => /\]\(|https?:/iu.test(line) || findCitations(line).length > 0);
  return width <= WIDEST && !live ? codeTable(bare, widths) : listTable(header, rows);
}

function codeTable(rows: string[][], widths: number[]): string[] {
  const aligned = rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - length(cell)))
      .join('  ')
      .trimEnd(),
  );
  const rule = widths.map((width) => '-'.repeat(Math.max(1, width))).join('  ');
  return ['```', ...aligned.slice(0, 1), rule, ...aligned.slice(1), '```'];
}

function listTable(header: string[], rows: string[][]): string[] {
  return rows.map((row) => {
    const [first = '', ...others] = row.slice(0, header.length);
    const named = others.map((cell, at) => `${plain(header[at + 1] ?? '')}: ${cell}`).join('; ');
    const title = /[[\]<`]/u.test(first) ? first : `**${plain(first)}**`;
    return `- ${title}${named === '' ? '' : ` — ${named}`}`;
  });
}

/** The cells of a row; a bar behind a backslash belongs to its cell. */
function cells(line: string): string[] {
  const inner = line.trim().replace(/^\||(?<!\\)\|$/gu, '');
  return inner.split(/(?<!\\)\|/u).map((cell) => cell.trim().replaceAll('\\|', '|'));
}

const plain = (cell: string): string => cell.replace(/\*\*|__|`/gu, '').trim();
const length = (text: string): number => Array.from(text).length;
