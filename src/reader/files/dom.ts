import { DOMParser, parseHTML } from 'linkedom';

/** As much of a node as is used here: the project is not compiled against the types of browsers. */
export interface DomNode {
  nodeType: number;
  nodeName: string;
  textContent: string | null;
  childNodes: Iterable<DomNode>;
  parentNode: DomElement | null;
}

export interface DomElement extends DomNode {
  getAttribute(name: string): string | null;
  querySelector(selector: string): DomElement | null;
  querySelectorAll(selector: string): Iterable<DomElement>;
  matches(selector: string): boolean;
  closest(selector: string): DomElement | null;
  appendChild(child: DomNode): void;
  replaceWith(other: DomNode): void;
  remove(): void;
}

export interface DomDocument {
  documentElement: DomElement | null;
  body: DomElement | null;
  createElement(name: string): DomElement;
  querySelector(selector: string): DomElement | null;
  querySelectorAll(selector: string): Iterable<DomElement>;
}

export const ELEMENT = 1;

/** Nothing is loaded, and no script runs. */
export function htmlDocument(html: string): DomDocument {
  const { document }: { document: DomDocument } = parseHTML(withBody(html));
  return document;
}

/** The root of an XML file. Entities that it defines itself stay as they are written. */
export function xmlRoot(xml: Uint8Array): DomElement | null {
  const text = new TextDecoder('utf-8').decode(xml);
  const document: Pick<DomDocument, 'documentElement'> = new DOMParser().parseFromString(text, 'text/xml');
  return document.documentElement;
}

/** What may stand before the body: as in HTML, its tag can be left out. */
const HEAD_CONTENT =
  /\s+|<!--[\s\S]*?-->|<[!?][^>]*>|<\/?(?:html|head|meta|link|base)\b[^>]*>|<(title|script|style|noscript|template)\b[\s\S]*?<\/\1\s*>/iy;

/** The parser only finds a head and a body that are written out, and nothing that comes after their end. */
function withBody(html: string): string {
  const open = html.replace(/<\/(?:body|html)\s*>|<!doctype[^<>]*>/giu, '');
  const whole = /<html[\s>]/iu.test(open) ? open : `<html>${open}`;
  const body = /<body[\s>]/iu.exec(whole)?.index ?? null;
  const end = body ?? headEnd(whole);
  const before = whole.slice(0, end);
  const head = /<head[\s>]/iu.test(before) ? before : before.replace(/<html(?:\s[^<>]*)?>/iu, '$&<head>');
  const headClosed = /<\/head\s*>/iu.test(before) ? head : `${head}</head>`;
  return headClosed + (body === null ? '<body>' : '') + whole.slice(end);
}

function headEnd(html: string): number {
  const closed = /<\/head\s*>/iu.exec(html);
  if (closed !== null) return closed.index + closed[0].length;
  const content = new RegExp(HEAD_CONTENT);
  let end = 0;
  while (content.test(html)) end = content.lastIndex;
  return end;
}
