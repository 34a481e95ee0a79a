import { tagEnd } from './tag-end.ts';

/** A tag of an XML file. */
export interface XmlTag {
  /** Without its prefix. */
  name: string;
  kind: 'start' | 'end' | 'empty';
  attributes: string;
  /** What stands between the tag before and this one, with its entities resolved. */
  text: string;
  /** Where the tag begins and ends in the file. */
  from: number;
  to: number;
}

/**
 * The tags of an XML file one after another, in one pass and without a tree, so that large files cost no more memory
 * than their text. What is broken is passed over.
 */
export function* xmlTags(xml: string): Generator<XmlTag> {
  let at = 0;
  let text = '';
  for (let from = xml.indexOf('<'); from !== -1; from = xml.indexOf('<', at)) {
    const piece = resolved(xml.slice(at, from));
    text = text === '' ? piece : text + piece;
    const mayBeSpecial = xml[from + 1] === '!' || xml[from + 1] === '?';
    const special = mayBeSpecial ? SPECIAL.find(([open]) => xml.startsWith(open, from)) : undefined;
    if (special !== undefined) {
      const [open, close] = special;
      const end = xml.indexOf(close, from + open.length);
      if (open === CDATA) text += xml.slice(from + open.length, end === -1 ? undefined : end);
      at = end === -1 ? xml.length : end + close.length;
      continue;
    }
    const end = tagEnd(xml, from + 1);
    at = end === -1 ? xml.length : end + 1;
    if (end === -1) return;
    const { name, kind, attributes } = tagOf(xml.slice(from + 1, end));
    yield { name, kind, attributes, text, from, to: at };
    text = '';
  }
}

/** The value of an attribute, with its entities resolved; null when it is not there. */
export function attribute(attributes: string, name: string): string | null {
  let pattern = PATTERNS.get(name);
  if (pattern === undefined) {
    pattern = new RegExp(`(?:^|\\s)(?:\\w+:)?${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'u');
    PATTERNS.set(name, pattern);
  }
  const found = pattern.exec(attributes);
  const value = found?.[1] ?? found?.[2];
  return value === undefined ? null : resolved(value);
}

/** By the few names that are asked for: sheets have millions of cells. */
const PATTERNS = new Map<string, RegExp>();

const CDATA = '<![CDATA[';
const SPECIAL: readonly (readonly [open: string, close: string])[] = [
  ['<!--', '-->'],
  [CDATA, ']]>'],
  ['<?', '?>'],
  ['<!', '>'],
];

function tagOf(inside: string): Pick<XmlTag, 'name' | 'kind' | 'attributes'> {
  const isEnd = inside.startsWith('/');
  const begin = isEnd ? 1 : 0;
  let end = begin;
  let colon = begin - 1;
  for (; end < inside.length; end += 1) {
    const code = inside.charCodeAt(end);
    if (code <= 0x20 || code === 0x2f) break;
    if (code === 0x3a && colon < begin) colon = end;
  }
  return {
    name: inside.slice(colon + 1, end),
    kind: isEnd ? 'end' : inside.endsWith('/') ? 'empty' : 'start',
    attributes: isEnd ? '' : inside.slice(end),
  };
}

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function resolved(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/giu,
    (whole, ten, hex, name) => {
      if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole;
      const code = ten === undefined ? Number.parseInt(hex, 16) : Number(ten);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
