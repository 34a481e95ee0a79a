import type { DomElement } from './dom.ts';
import { all } from './office-xml.ts';
import { cellText } from './table.ts';

/** What a chart shows, as lines: its titles, then each series with its values. */
export function chartLines(root: DomElement): string[] {
  const titles = all(root, 'title').map((title) => cellText(all(title, 't').map(content).join('')));
  const series = all(root, 'ser').map((one) => {
    const name = all(one, 'tx').flatMap(points)[0] ?? '';
    const categories = all(one, 'cat', 'xVal').flatMap(points);
    const values = all(one, 'val', 'yVal').flatMap(points);
    const shown = values.map((value, at) =>
      categories[at] === undefined ? value : `${categories[at]} ${value}`,
    );
    return [name, shown.join(', ')].filter((text) => text !== '').join(': ');
  });
  return [...titles, ...series].filter((line) => line !== '');
}

function points(root: DomElement): string[] {
  return all(root, 'v').map((value) => cellText(content(value)));
}

function content(node: DomElement): string {
  return node.textContent ?? '';
}
