import type { TextPart } from '../../domain/passage-place.ts';
import { type Entries, unpack } from './archive.ts';
import type { DomElement, DomNode } from './dom.ts';
import { all, localName, rootOf } from './office-xml.ts';
import { chartLines } from './pptx-chart.ts';
import { relations } from './relations.ts';
import { cellText, rowText } from './table.ts';
import { Unreadable } from './unreadable.ts';

/** Placeholders that repeat on every slide. */
const FURNITURE = /^(?:sldNum|dt|ftr|hdr|sldImg)$/u;
const UNREAD_SLIDE = '(This slide could not be read.)';

/**
 * Reads a presentation in the order it is shown in: of each slide its title, its texts and the speaker's notes. A
 * slide that cannot be read is said to be one, and keeps its number.
 */
export function readPptx(bytes: Uint8Array): TextPart[] {
  const entries = unpack(bytes, 'pptx');
  const slides = slidePaths(entries).map((path) => slideOf(entries, path));
  if (slides.length > 0 && slides.every((slide) => slide === null)) throw new Unreadable('damaged');
  return slides.map((slide, at) => {
    const { title, text } = slide ?? { title: '', text: UNREAD_SLIDE };
    const heading = Array.from(title).slice(0, 120).join('');
    return { text, place: { slide: at + 1, ...(heading === '' ? {} : { heading }) } };
  });
}

/** Null when it cannot be read. */
function slideOf(entries: Entries, path: string): { title: string; text: string } | null {
  try {
    const root = rootOf(entries, path);
    return root === null ? null : slideText(entries, path, root);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    return null;
  }
}

function slideText(entries: Entries, path: string, root: DomElement): { title: string; text: string } {
  const { title, lines } = shapesText(root);
  const related = [...relations(entries, path).values()];
  const below = (type: string, read: (root: DomElement) => string[]) =>
    related
      .filter((relation) => relation.type === type)
      .flatMap((relation) => {
        const other = rootOf(entries, relation.path);
        return other === null ? [] : read(other);
      });
  const notes = below('notesSlide', notesOf);
  const text = [
    ...(title === '' ? [] : [`# ${title}`]),
    [...lines, ...below('diagramData', paragraphs), ...below('chart', chartLines)].join('\n'),
    ...(notes.length === 0 ? [] : [`Notes: ${notes.join('\n')}`]),
  ].join('\n\n');
  return { title, text };
}

/** By the list in the presentation, whether they are there or not; without one, by the numbers of the files. */
function slidePaths(entries: Entries): string[] {
  const presentation = 'ppt/presentation.xml';
  const targets = relations(entries, presentation);
  const root = rootOf(entries, presentation);
  const listed = (root === null ? [] : all(root, 'sldId')).map(
    (slide) => targets.get(slide.getAttribute('r:id') ?? '')?.path ?? '',
  );
  if (listed.some((path) => entries[path] !== undefined)) return listed;
  const number = (path: string) => Number(/(\d+)\.xml$/u.exec(path)?.[1] ?? 0);
  return Object.keys(entries)
    .filter((path) => /^ppt\/slides\/[^/]+\.xml$/u.test(path))
    .sort((a, b) => number(a) - number(b));
}

function shapesText(root: DomElement): { title: string; lines: string[] } {
  let title = '';
  const lines: string[] = [];
  for (const shape of all(root, 'sp', 'cxnSp', 'graphicFrame')) {
    const placeholder = placeholderOf(shape);
    if (FURNITURE.test(placeholder)) continue;
    const texts = paragraphs(shape);
    if (title === '' && /^(?:title|ctrTitle)$/u.test(placeholder)) title = cellText(texts.join(' '));
    else lines.push(...texts);
  }
  return { title, lines };
}

function notesOf(root: DomElement): string[] {
  return all(root, 'sp')
    .filter((shape) => !FURNITURE.test(placeholderOf(shape)))
    .flatMap(paragraphs);
}

function placeholderOf(shape: DomElement): string {
  return all(shape, 'ph')[0]?.getAttribute('type') ?? '';
}

/** Lines of text below an element: a paragraph each, a row of a table each. */
function paragraphs(root: DomElement): string[] {
  return all(root, 'p', 'tr')
    .filter((node) => localName(node) === 'tr' || !isInTable(node))
    .map((node) =>
      localName(node) === 'tr'
        ? rowText(all(node, 'tc').map((cell) => cellText(all(cell, 'p').map(words).join(' '))))
        : words(node),
    )
    .filter((line) => line !== '');
}

function words(paragraph: DomElement): string {
  return all(paragraph, 't', 'br')
    .map((run) => (localName(run) === 'br' ? ' ' : (run.textContent ?? '')))
    .join('')
    .trim();
}

function isInTable(node: DomNode): boolean {
  for (let above = node.parentNode; above !== null; above = above.parentNode)
    if (localName(above) === 'tc') return true;
  return false;
}
