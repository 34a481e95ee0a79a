const FENCE = '```';
/** Room for closing and reopening a code block in every part. */
const MARGIN = `\n${FENCE}`.length;

/**
 * Splits mrkdwn into parts of at most `limit` characters: at paragraph ends, then line ends, then spaces,
 * then anywhere between code points. A link or an escaped sign is never cut (a link longer than the limit
 * stays whole), and code that is cut is closed and opened again. The parts together hold every word.
 */
export function splitText(text: string, limit = 2_800): string[] {
  const room = Math.max(limit, 4 * MARGIN) - MARGIN;
  const parts: string[] = [];
  let rest = text;
  while (rest.length > room + MARGIN) {
    const at = cutAt(rest, room);
    const head = rest.slice(0, at);
    const tail = withoutGap(rest.slice(at));
    const open = openCode(head);
    if (open === FENCE) {
      parts.push(`${head}\n${FENCE}`);
      rest = tail.startsWith(FENCE) ? withoutGap(tail.slice(FENCE.length)) : `${FENCE}\n${tail}`;
    } else {
      if (head.trim() !== '') parts.push(`${head}${open}`);
      rest = `${open}${tail}`;
    }
  }
  if (rest.trim() !== '' || parts.length === 0) parts.push(rest);
  return parts;
}

/**
 * The place to cut: the last end of a paragraph, of a line or of a word within the room, else the room
 * itself.
 */
function cutAt(text: string, room: number): number {
  const window = text.slice(0, room + 1);
  const first = window.startsWith(`${FENCE}\n`) ? MARGIN : 0;
  const whole = spans(text, /<[^<>\n]*>|&(?:amp|lt|gt);|```|[\u{10000}-\u{10ffff}]/gu, room);
  const code = spans(window, /(?<!`)`[^`\n]+`(?!`)/gu, room);
  const free = (at: number): boolean => at > first && !whole.some(([from, to]) => from < at && at < to);
  const open = (at: number): boolean => openCode(window.slice(0, at)) === FENCE;

  const paragraphs = ends(window, /\n(?=\n)/gu).filter((at) => free(at) && !open(at));
  const lines = ends(window, /\n/gu).filter(
    (at) => free(at) && !(open(at) && window.slice(0, at).endsWith(FENCE)),
  );
  const words = ends(window, / /gu).filter(
    (at) => free(at) && !code.some(([from, to]) => from < at && at < to),
  );
  const best = paragraphs.at(-1) ?? lines.at(-1) ?? words.at(-1);
  if (best !== undefined) return best;

  const [from, to] = [...whole, ...code].find(([start, end]) => start < room && room < end) ?? [room, room];
  if (from > first) return from;
  return free(room) ? room : to;
}

function ends(text: string, pattern: RegExp): number[] {
  return [...text.matchAll(pattern)].map((match) => match.index);
}

/** Where the pattern matches, up to the room and across it. */
function spans(text: string, pattern: RegExp, room: number): [number, number][] {
  const found: [number, number][] = [];
  for (const match of text.matchAll(pattern)) {
    if (match.index > room) break;
    found.push([match.index, match.index + match[0].length]);
  }
  return found;
}

/** The sign that closes the code which is open at the end of a text, or nothing. */
function openCode(text: string): '' | '`' | typeof FENCE {
  const blocks = text.split(FENCE);
  if (blocks.length % 2 === 0) return FENCE;
  const outside = blocks.filter((_, at) => at % 2 === 0).join('');
  const lastLine = outside.slice(outside.lastIndexOf('\n') + 1);
  return (lastLine.split('`').length - 1) % 2 === 1 ? '`' : '';
}

/** The text without the line ends or spaces at which it was cut. */
function withoutGap(text: string): string {
  return text.startsWith('\n') ? text.replace(/^\n+/u, '') : text.replace(/^ +/u, '');
}
