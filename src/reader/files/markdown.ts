import TurndownService from 'turndown';
import type { DomElement, DomNode } from './dom.ts';
import { cellText, rowText } from './table.ts';

/** Nobody reads on after an address longer than this. */
const MAX_ADDRESS = 200;

/** The text of an element as people see it: headings marked with `#`, lists with `-`, tables in rows. */
export function toMarkdown(root: DomElement): string {
  return service().turndown(turndownNode(root));
}

function service(): TurndownService {
  const turndown = new TurndownService({
    headingStyle: 'atx',
    bulletListMarker: '-',
    codeBlockStyle: 'fenced',
  });
  const bullet = bullets();
  turndown.escape = (text) => text;
  turndown.remove(['script', 'style', 'noscript', 'iframe', 'canvas', 'audio', 'video', 'object', 'button']);
  turndown.addRule('pictures', { filter: ['img'], replacement: () => '' });
  turndown.addRule('plain', {
    filter: ['strong', 'b', 'em', 'i', 'code'],
    replacement: (content) => content,
  });
  turndown.addRule('heading', {
    filter: ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
    replacement: (_content, node) => {
      const words = cellText(wordsOf(element(node))).replace(/\s*[¶#🔗]$/u, '');
      return words === '' ? '' : `\n\n${'#'.repeat(Number(node.nodeName[1]))} ${words}\n\n`;
    },
  });
  turndown.addRule('link', {
    filter: ['a'],
    replacement: (content, node) => linkText(content, element(node).getAttribute('href') ?? ''),
  });
  turndown.addRule('item', {
    filter: ['li'],
    replacement: (content, node) => `${bullet(element(node))}${indented(content)}\n`,
  });
  turndown.addRule('code', {
    filter: ['pre'],
    replacement: (_content, node) => codeBlock(linesOf(element(node))),
  });
  turndown.addRule('table', {
    filter: (node) => node.nodeName === 'TABLE' && isDataTable(element(node)),
    replacement: (_content, node) => `\n\n${tableRows(element(node)).join('\n')}\n\n`,
  });
  return turndown;
}

function linkText(content: string, address: string): string {
  const text = content.trim();
  if (text === '' || /^[¶#🔗]$/u.test(text)) return '';
  const shown = /^https?:\/\//iu.test(address) && address.length <= MAX_ADDRESS && !text.includes(address);
  return shown && !text.includes('\n') ? `${content} (${address})` : content;
}

/** Told items in the order they stand in, gives each its mark: a number in ordered lists. */
function bullets(): (item: DomElement) => string {
  const numbers = new WeakMap<DomElement, number>();
  return ({ parentNode: list }) => {
    if (list?.nodeName !== 'OL') return '- ';
    const start = Number(list.getAttribute('start') ?? 1);
    const number = numbers.get(list) ?? (Number.isInteger(start) ? start : 1);
    numbers.set(list, number + 1);
    return `${number}. `;
  };
}

function indented(content: string): string {
  return content
    .trim()
    .replace(/\n{2,}/gu, '\n')
    .replace(/\n/gu, '\n  ');
}

function codeBlock(code: string): string {
  const longest = Math.max(2, ...(code.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `\n\n${fence}\n${code.replace(/^\n/u, '').trimEnd()}\n${fence}\n\n`;
}

/** Tables are also used to lay out whole pages: those are read as the blocks they hold. */
function isDataTable(table: DomElement): boolean {
  return table.querySelector('table, h1, h2, h3, h4, ul, ol, pre, form') === null;
}

function tableRows(table: DomElement): string[] {
  const rows: string[] = [];
  const caption = captionOf(table);
  if (caption !== '') rows.push(caption);
  for (const row of table.querySelectorAll('tr')) {
    const cells = [...row.childNodes].filter(({ nodeName }) => nodeName === 'TD' || nodeName === 'TH');
    const text = rowText(cells.map((cell) => cellText(wordsOf(cell))));
    if (text !== '') rows.push(text);
  }
  return rows;
}

function captionOf(table: DomElement): string {
  const caption = table.querySelector('caption');
  return caption === null ? '' : cellText(wordsOf(caption));
}

/** The text of code, its lines as they are shown. */
function linesOf(node: DomNode): string {
  if (node.nodeType === 3) return node.textContent ?? '';
  return node.nodeName === 'BR' ? '\n' : [...node.childNodes].map(linesOf).join('');
}

/** The text of a cell or a heading, whose lines and paragraphs must not run into each other. */
function wordsOf(node: DomNode): string {
  if (node.nodeType === 3) return node.textContent ?? '';
  const words = [...node.childNodes].map(wordsOf).join('');
  return /^(?:P|DIV|BR|LI|SECTION)$/u.test(node.nodeName) ? ` ${words} ` : words;
}

/** The types of browsers are not there, so what comes from the converter has none. */
function element(node: TurndownService.Node): DomElement {
  return node as unknown as DomElement;
}

function turndownNode(node: DomElement): TurndownService.Node {
  return node as unknown as TurndownService.Node;
}
