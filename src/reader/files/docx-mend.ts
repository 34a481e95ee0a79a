import { attribute, type XmlTag, xmlTags } from './xml-scan.ts';

/**
 * The text of a Word document as its reader needs it: without what the author hid, with equations as their signs, and
 * with text boxes that only new programs show in the form that old ones know.
 */
export function mendedDocument(xml: string): string {
  const isKnown = xml.includes('xmlns:w=') && /vanish|oMath|txbxContent/u.test(xml);
  return isKnown ? mended(xml) : xml;
}

function mended(xml: string): string {
  const edits: Edit[] = [];
  const open: OpenElement[] = [];
  for (const tag of xmlTags(xml)) {
    const above = open.at(-1);
    if (tag.kind === 'end') {
      // An end without a beginning: the file is broken, and its reader says so.
      if (above?.tag.name !== tag.name) return xml;
      open.pop();
      above.text += above.tag.name === 't' ? tag.text : '';
      edits.push(...editsFor(above, tag, xml, open));
      passOn(above, open.at(-1), tag);
    } else if (tag.kind === 'start')
      open.push({ tag, text: '', hides: false, boxes: [], hasFallback: false });
    else if (tag.name === 'vanish' && above !== undefined && !isOff(tag)) above.hides = true;
  }
  return applied(xml, edits);
}

interface Edit {
  from: number;
  to: number;
  text: string;
}

interface OpenElement {
  tag: XmlTag;
  /** What stands in its `t` elements. */
  text: string;
  /** Says of what it belongs to that it is hidden. */
  hides: boolean;
  /** Text boxes in it. */
  boxes: { from: number; to: number }[];
  /** There is a form for old programs, with a text box of its own. */
  hasFallback: boolean;
}

function editsFor(element: OpenElement, end: XmlTag, xml: string, around: readonly OpenElement[]): Edit[] {
  const { tag, text, hides, boxes, hasFallback } = element;
  const whole = { from: tag.from, to: end.to };
  if (tag.name === 'r' && hides) return [{ ...whole, text: '' }];
  if (tag.name === 'oMathPara') {
    return [
      { from: tag.from, to: tag.to, text: '' },
      { from: end.from, to: end.to, text: '' },
    ];
  }
  if (tag.name === 'oMath') return [{ ...whole, text: runOf(text) }];
  if (tag.name !== 'AlternateContent' || hasFallback || boxes.length === 0) return [];
  // Those in another are looked at with it.
  if (around.some(({ tag: { name } }) => name === 'AlternateContent')) return [];
  const shapes = boxes.map(
    ({ from, to }) => `<v:textbox xmlns:v="${VML}">${mended(xml.slice(from, to))}</v:textbox>`,
  );
  return [{ ...whole, text: `<w:pict>${shapes.join('')}</w:pict>` }];
}

const VML = 'urn:schemas-microsoft-com:vml';

function passOn({ tag, text, hides, boxes }: OpenElement, to: OpenElement | undefined, end: XmlTag) {
  if (to === undefined) return;
  const { name } = tag;
  if (name === 'rPr' && to.tag.name === 'r') to.hides ||= hides;
  if (name !== 'txbxContent') to.text += text;
  if (name === 'txbxContent') to.boxes.push({ from: tag.from, to: end.to });
  else if (name === 'Fallback') to.hasFallback ||= boxes.length > 0;
  else if (name !== 'AlternateContent') to.boxes.push(...boxes);
}

function isOff({ attributes }: XmlTag): boolean {
  return /^(?:0|false|off)$/u.test(attribute(attributes, 'val') ?? '');
}

function runOf(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped === '' ? '' : `<w:r><w:t xml:space="preserve">${escaped}</w:t></w:r>`;
}

/** The outer of two edits counts. */
function applied(xml: string, edits: readonly Edit[]): string {
  const sorted = edits.toSorted((a, b) => a.from - b.from || b.to - a.to);
  const pieces: string[] = [];
  let at = 0;
  for (const { from, to, text } of sorted) {
    if (from < at) continue;
    pieces.push(xml.slice(at, from), text);
    at = to;
  }
  return pieces.join('') + xml.slice(at);
}
