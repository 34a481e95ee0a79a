import { tableText } from './mrkdwn-table.ts';

/**
 * Stand-ins that cannot come from outside: for a percent sign, and for the ends of code in our own output.
 */
export const PERCENT = '\ue000';
export const CODE = '\ue001';
export const END_CODE = '\ue002';

const FENCE = /^[\s>]*(?:(?:[-*+]|\d+[.)])\s+)?(`{3,}|~{3,})/u;
const DELIMITER_ROW = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/u;

/**
 * Markdown as the converter takes it well: tables as text, no reference definitions (a list of sources such
 * as "[1]: Outline.md" would vanish), no hard breaks, no bold in headings. Code stays as it is. Percent signs
 * are replaced, because the converter decodes addresses and fails on what is not valid.
 */
export function prepareMarkdown(markdown: string): string {
  const lines = markdown
    .replace(/\r\n?/gu, '\n')
    .replace(/[\ue000-\ue002\p{Surrogate}]/gu, '\ufffd')
    .replaceAll('%', PERCENT)
    .split('\n');
  const out: string[] = [];
  let fence = '';
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const mark = FENCE.exec(line)?.[1] ?? '';
    const rows = fence === '' && mark === '' ? tableRows(lines, at) : 0;
    if (rows > 0) {
      out.push('', ...tableText(lines.slice(at, at + rows)), '');
      at += rows - 1;
    } else if (fence === '' && mark === '') {
      out.push(prepareLine(line));
    } else {
      if (fence === '') fence = mark;
      else if (mark.startsWith(fence)) fence = '';
      out.push(line);
    }
  }
  return out.join('\n');
}

/** How many lines from here on are a table: a row, a delimiter row and what follows with a bar in it. */
function tableRows(lines: string[], at: number): number {
  const delimiter = lines[at + 1] ?? '';
  if (!(lines[at] ?? '').includes('|') || !delimiter.includes('|') || !DELIMITER_ROW.test(delimiter))
    return 0;
  let end = at + 2;
  while ((lines[end] ?? '').includes('|')) end += 1;
  return end - at;
}

function prepareLine(line: string): string {
  const text = line
    .replace(/^(\s*#{1,6}\s.*)$/u, (heading) => heading.replace(/\*\*|__/gu, ''))
    .replace(/^((?:\s|>|[-*+]\s|\d+[.)]\s)*)\[(?=[^\]]+\]:)/u, '$1\\[')
    .trimEnd()
    .replace(/\\$/u, '');
  // Links as Slack writes them become Markdown links, outside of inline code.
  return text
    .split(/(`+[^`]*`+)/u)
    .map((part, at) =>
      at % 2 === 1 ? part : part.replace(/<(https?:\/\/[^|<>\s]+)\|([^<>]*)>/giu, slackLink),
    )
    .join('');
}

function slackLink(_: string, url: string, label: string): string {
  return `[${label.replace(/[\\[\]]/gu, '\\$&')}](<${url}>)`;
}
