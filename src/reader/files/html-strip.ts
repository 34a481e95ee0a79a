import { htmlDocument } from './dom.ts';
import { hiddenBy, type IsHidden } from './hidden.ts';
import { attributesOf, type HtmlTag, htmlTags } from './html-tags.ts';

/** No page that a person wrote comes near; a tree as deep as this takes minutes to build and to walk. */
const MAX_DEPTH = 1000;
/** A tree of more elements, and the copies that are made of it, do not fit the memory of a thread. */
const MAX_ELEMENTS = 50_000;

const VOID = /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)$/u;
/** Elements that end without an end tag, and so say nothing about depth. */
const END_LEFT_OUT =
  /^(?:p|li|dt|dd|tr|td|th|thead|tbody|tfoot|option|optgroup|colgroup|rt|rp|html|head|body)$/u;
/** Elements that hold those whose end may be left out. */
const HOLDING = /^(?:ul|ol|dl|table|select)$/u;
const BLOCK =
  /^(?:address|article|aside|blockquote|body|br|dd|div|dl|dt|fieldset|figure|footer|form|h[1-6]|header|hr|li|main|nav|ol|p|pre|section|table|tr|ul)$/u;

/** True when a page has too many elements, or too deep in each other, to be treated as a tree. */
export function isTooMuchForTree(html: string): boolean {
  let elements = 0;
  let depth = 0;
  for (const { name, isEnd, isEmpty } of htmlTags(html)) {
    if (!isEnd) elements += 1;
    if (elements > MAX_ELEMENTS) return true;
    if (VOID.test(name) || END_LEFT_OUT.test(name) || isEmpty) continue;
    depth = Math.max(0, depth + (isEnd ? -1 : 1));
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

/**
 * The text that is seen between the tags, for pages that cannot be treated as a tree: headings and the rows of tables
 * marked.
 */
export function strippedText(html: string): string {
  const isHidden = hiddenBy(stylesOf(html));
  const pieces: string[] = [];
  let at = 0;
  let leaving: ((tag: HtmlTag) => Leaving) | null = null;
  for (const tag of htmlTags(html)) {
    const before = leaving === null ? html.slice(at, tag.from) : '';
    at = tag.to;
    if (before !== '') pieces.push(before.replace(/\s+/gu, ' ').replaceAll('<', '&lt;'));
    const left: Leaving = leaving === null ? 'before' : leaving(tag);
    if (left === 'still inside') continue;
    leaving = null;
    if (left === 'after') continue;
    if (isHiddenTag(tag, isHidden)) leaving = endOf(tag.name);
    else if (tag.name !== '!') pieces.push(inPlaceOf(tag.name, tag.isEnd));
  }
  if (leaving === null) pieces.push(html.slice(at).replace(/\s+/gu, ' ').replaceAll('<', '&lt;'));
  const text = pieces.join('').split('\n').map(withoutOuterBars).join('\n');
  // What is left holds no tags, but characters that are written as entities.
  return htmlDocument(`<html><body>${text}</body></html>`).body?.textContent ?? '';
}

function stylesOf(html: string): string {
  const styles: string[] = [];
  for (const { name, isEnd, from, to } of htmlTags(html))
    if (name === 'style' && !isEnd)
      styles.push(html.slice(html.indexOf('>', from) + 1, to).replace(/<[^<]*$/u, ''));
  return styles.join('\n');
}

function isHiddenTag({ name, isEnd, isEmpty, attributes }: HtmlTag, isHidden: IsHidden): boolean {
  if (isEnd || isEmpty || VOID.test(name) || name === 'html' || name === 'body') return false;
  if (name === 'dialog' && !/\bopen\b/iu.test(attributes)) return true;
  if (!/hidden|style|class/iu.test(attributes)) return false;
  const values = attributesOf(attributes);
  return isHidden((attribute) => values.get(attribute) ?? null);
}

/** Where a tag stands: in the element that is left out, its end, or already behind it. */
type Leaving = 'still inside' | 'after' | 'before';

/** Told the tags after the beginning of an element, says when it is over. */
function endOf(name: string): (tag: HtmlTag) => Leaving {
  let depth = 0;
  let holders = 0;
  return (tag) => {
    if (END_LEFT_OUT.test(name)) {
      if (holders === 0 && tag.name === name) return tag.isEnd ? 'after' : 'before';
      if (holders === 0 && name === 'p' && BLOCK.test(tag.name) && tag.name !== 'br') return 'before';
      if (HOLDING.test(tag.name)) {
        if (tag.isEnd && holders === 0) return 'before';
        holders += tag.isEnd ? -1 : 1;
      }
    } else if (tag.name === name && !tag.isEmpty) {
      if (tag.isEnd && depth === 0) return 'after';
      depth += tag.isEnd ? -1 : 1;
    }
    return 'still inside';
  };
}

function inPlaceOf(name: string, isEnd: boolean): string {
  if (/^h[1-6]$/u.test(name)) return isEnd ? '\n' : `\n\n${'#'.repeat(Number(name[1]))} `;
  if (name === 'td' || name === 'th') return isEnd ? '' : ' | ';
  return BLOCK.test(name) ? '\n' : '';
}

/** A row without the bar of its first cell, and without those of empty cells around it. */
function withoutOuterBars(line: string): string {
  let from = 0;
  let to = line.length;
  while (from < to && ' |'.includes(line[from] ?? '')) from += 1;
  while (to > from && ' |'.includes(line[to - 1] ?? '')) to -= 1;
  return line.slice(from, to);
}
