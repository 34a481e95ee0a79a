import type { Entries } from './archive.ts';
import { type DomElement, type DomNode, ELEMENT, xmlRoot } from './dom.ts';

/** The root of a file inside an office file, or null when it is not there. */
export function rootOf(entries: Entries, path: string): DomElement | null {
  const xml = entries[path];
  return xml === undefined ? null : xmlRoot(xml);
}

/** Elements below, in their order, without the second version that files keep for old programs. */
export function all(root: DomElement, ...names: readonly string[]): DomElement[] {
  return [...root.querySelectorAll('*')].filter(
    (node) => node.nodeType === ELEMENT && names.includes(localName(node)) && !isFallback(node, root),
  );
}

/** The name of an element without its prefix. */
export function localName({ nodeName }: DomNode): string {
  return nodeName.slice(nodeName.indexOf(':') + 1);
}

function isFallback(node: DomNode, root: DomNode): boolean {
  for (let above = node.parentNode; above !== null && above !== root; above = above.parentNode)
    if (localName(above) === 'Fallback') return true;
  return false;
}
