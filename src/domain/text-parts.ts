import type { TextPart } from './passage-place.ts';

/** Longer headings are cut: a place is a short hint, and the heading itself stays in the text. */
const HEADING_LENGTH = 120;

/**
 * Splits Markdown at its headings. Joined with empty lines the parts hold every word, the headings included; a heading
 * with nothing of its own below it stands with the section that follows. Signs in code blocks are no headings.
 */
export function partsByHeading(markdown: string): TextPart[] {
  const parts: TextPart[] = [];
  let heading: string | null = null;
  let lines: string[] = [];
  let hasBody = false;
  const finish = () => {
    const text = trimEmptyLines(lines);
    if (text !== '') parts.push({ text, place: heading === null ? {} : { heading } });
    lines = [];
    hasBody = false;
  };
  const isCode = codeLines();
  for (const line of markdown.replace(/\r\n?/gu, '\n').split('\n')) {
    const words = isCode(line) ? null : headingOf(line);
    if (words === null) {
      hasBody ||= line.trim() !== '';
    } else {
      if (hasBody) finish();
      heading = words;
    }
    lines.push(line);
  }
  finish();
  return parts;
}

/** Told line by line, says whether a line belongs to a fenced code block. */
function codeLines(): (line: string) => boolean {
  let fence: string | null = null;
  return (line) => {
    const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/u.exec(line);
    if (fence === null) {
      if (mark?.[1] === undefined || (mark[1].startsWith('`') && mark[2]?.includes('`'))) return false;
      fence = mark[1];
    } else if (mark?.[1]?.startsWith(fence) && mark[2]?.trim() === '') {
      fence = null;
    }
    return true;
  };
}

/** The words of an ATX heading; null for every other line, and for a heading without words. */
function headingOf(line: string): string | null {
  const marked = /^ {0,3}#{1,6}[ \t](.*)$/u.exec(line)?.[1];
  if (marked === undefined) return null;
  const words = withoutClosing(marked.trim())
    .replace(/!?\[([^\][]*)\]\([^()\s]*\)/gu, '$1')
    .replace(/\*\*|__|`/gu, '')
    .replace(/\s+/gu, ' ')
    .trim();
  return words === ''
    ? null
    : Array.from(words.slice(0, 2 * HEADING_LENGTH))
        .slice(0, HEADING_LENGTH)
        .join('');
}

/** Without the closing signs of `## Costs ##`; those of `C#` are part of the word. */
function withoutClosing(words: string): string {
  let end = words.length;
  while (end > 0 && words[end - 1] === '#') end -= 1;
  const closes = end < words.length && (end === 0 || /\s/u.test(words[end - 1] ?? ''));
  return closes ? words.slice(0, end) : words;
}

function trimEmptyLines(lines: readonly string[]): string {
  let from = 0;
  let to = lines.length;
  while (from < to && lines[from]?.trim() === '') from += 1;
  while (to > from && lines[to - 1]?.trim() === '') to -= 1;
  return lines.slice(from, to).join('\n');
}
