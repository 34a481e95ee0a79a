/** A heading, an empty line, or a line that is all bold. */
const HEADING = /^\s*(?:#{1,6}\s.*|\*\*[^*]+\*\*:?)?\s*$/u;

/**
 * The beginning of a text up to the last paragraph, line or word that fits so many characters. It does not end with a
 * heading whose text is missing.
 */
export function beginningOf(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, limit);
  const ends = [cut.lastIndexOf('\n\n'), cut.lastIndexOf('\n'), cut.lastIndexOf(' ')];
  const end = ends.find((at) => at > limit / 2) ?? limit;
  const head = cut.slice(0, end).replace(/[\uD800-\uDBFF]$/u, '');
  const lines = head.trimEnd().split('\n');
  while (lines.length > 1 && HEADING.test(lines.at(-1) ?? '')) lines.pop();
  return lines.join('\n').trimEnd();
}
