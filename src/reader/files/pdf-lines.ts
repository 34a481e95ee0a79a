/** A piece of text as it is placed on a page; `y` grows upwards. */
export interface PdfItem {
  str: string;
  /** Its last two numbers are x and y. */
  transform: readonly number[];
  width: number;
  height: number;
  /** A line ends after it. */
  hasEOL: boolean;
}

interface Line {
  text: string;
  left: number;
  right: number;
  y: number;
  height: number;
}

const LIST_MARK = /^(?:[-–•*▪◦‣]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s/u;

/** The text of a page: the lines of a paragraph in one line, words that were divided at its ends whole again. */
export function pageText(items: readonly PdfItem[]): string {
  const lines = toLines(items);
  const pageWidth = widthOf(lines);
  let text = '';
  let previous: Line | undefined;
  for (const line of lines) {
    if (previous === undefined) text = line.text;
    else if (isDivided(previous, line)) text = text.slice(0, -1) + line.text;
    else text += separator(previous, line, pageWidth) + line.text;
    previous = line;
  }
  return text;
}

function toLines(items: readonly PdfItem[]): Line[] {
  const lines: Line[] = [];
  let open: Line | undefined;
  for (const { str, transform, width, height, hasEOL } of items) {
    const x = transform[4] ?? 0;
    if (str !== '') {
      open ??= { text: '', left: x, right: x, y: transform[5] ?? 0, height: 0 };
      open.text += str;
      if (str.trim() !== '') {
        open.left = Math.min(open.left, x);
        open.right = Math.max(open.right, x + width);
        open.height = Math.max(open.height, height);
      }
    }
    if (hasEOL && open !== undefined) {
      lines.push(open);
      open = undefined;
    }
  }
  if (open !== undefined) lines.push(open);
  return lines
    .map((line) => ({ ...line, text: line.text.replace(/\s+/gu, ' ').trim() }))
    .filter(({ text }) => text !== '');
}

function widthOf(lines: readonly Line[]): number {
  let left = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  for (const line of lines) {
    left = Math.min(left, line.left);
    right = Math.max(right, line.right);
  }
  return Math.max(0, right - left);
}

/** A word goes on in the next line. A soft hyphen stands nowhere else. */
function isDivided(previous: Line, line: Line): boolean {
  if (previous.text.endsWith('\u00AD')) return true;
  return /\p{L}[-‐]$/u.test(previous.text) && /^\p{Ll}/u.test(line.text) && sameSize(previous, line);
}

function separator(previous: Line, line: Line, pageWidth: number): string {
  const height = Math.max(previous.height, line.height) || 10;
  const down = previous.y - line.y;
  if (Math.abs(down) < height * 0.3) return ' ';
  const joins =
    sameSize(previous, line) &&
    isFull(previous, line, pageWidth) &&
    !LIST_MARK.test(line.text) &&
    !previous.text.endsWith(':');
  // The text went on at the top of the next column.
  if (down < 0) return joins && /^\p{Ll}/u.test(line.text) ? ' ' : '\n\n';
  if (down > height * 1.9) return '\n\n';
  return joins ? ' ' : '\n';
}

/** A line that ends before the edge ends its paragraph. */
function isFull(previous: Line, line: Line, pageWidth: number): boolean {
  const width = previous.right - previous.left;
  return width >= 0.8 * (line.right - line.left) && width >= 0.35 * pageWidth;
}

function sameSize(previous: Line, line: Line): boolean {
  return Math.abs(previous.height - line.height) <= 0.15 * Math.max(previous.height, line.height);
}
