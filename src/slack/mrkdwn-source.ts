import { tableText } from './mrkdwn-table.ts';

/**
 * Stand-ins that cannot come from outside: for a percent sign, and for the ends of code in our own output.
 */
export const PERCENT = '\ue000';
export const CODE = '\ue001';
export const END_CODE = '\ue002';
/** Around the number of a run of letters that is kept from the converter. */
const RUN = '\ue003';
const END_RUN = '\ue004';

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
    .replace(/[\ue000-\ue004\p{Surrogate}]/gu, '\ufffd')
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

/** What the converter takes for a part of an e-mail address: it needs quadratic time to find that there is none. */
const LONG_RUN = /[-.+\w]{300,}/gu;
const KEPT_RUN = new RegExp(`(?:${RUN}|${encodeURI(RUN)})(\\d+)(?:${END_RUN}|${encodeURI(END_RUN)})`, 'gu');

/**
 * Takes long runs of letters, dots and dashes out of a text. @returns the text, and a function that puts them
 * back into what was made of it.
 */
export function withoutLongRuns(markdown: string): { text: string; restore(converted: string): string } {
  const runs: string[] = [];
  const text = markdown.replace(LONG_RUN, (run) => `${RUN}${runs.push(run) - 1}${END_RUN}`);
  return {
    text,
    restore: (converted) => converted.replace(KEPT_RUN, (_, at: string) => runs[Number(at)] ?? ''),
  };
}
