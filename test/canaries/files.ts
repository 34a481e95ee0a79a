import { htmlPage } from '../support/files/html.ts';
import { docxOf, xlsxOf } from '../support/files/office.ts';
import { pdfOf } from '../support/files/pdf.ts';
import type { Stage } from './stage.ts';
import type { FileModel } from './things.ts';

/** Word, spreadsheet, page and PDF: loading their parsers takes time, so a run has two of them. */
const PARSED = ['docx', 'xlsx', 'html', 'pdf'] as const;
const TYPED = ['txt', 'md', 'csv', 'json'] as const;
export type FileKind = (typeof PARSED)[number] | (typeof TYPED)[number];

/** The kinds of file that a run has. */
export function kindsFor(seed: number): FileKind[] {
  const at = seed % PARSED.length;
  return [...TYPED, ...PARSED.slice(at), ...PARSED.slice(0, at)].slice(0, TYPED.length + 2);
}

/** A file nobody uploaded before, or one that somebody did. */
export function someFile(stage: Stage): FileModel {
  const { random, files, canary, kinds } = stage;
  if (files.length > 0 && random.chance(35)) return random.pick(files);
  const made = random.chance(12) ? damaged(stage, `${canary()}.docx`) : newFile(stage, random.pick(kinds));
  files.push(made);
  return made;
}

/** A text that can be pasted. */
export function someText(stage: Stage): { name: string; text: string } {
  const typed = stage.files.filter(({ content, text }) => content === text);
  const { name, text } =
    typed.length > 0 && stage.random.chance(30)
      ? stage.random.pick(typed)
      : newFile(stage, stage.random.pick(['txt', 'md']));
  return { name, text: text ?? '' };
}

/** It begins as it should, and then does not go on so. */
function damaged({ canary, placed }: Stage, name: string): FileModel {
  const inside = canary();
  placed.add(inside);
  return { name, text: null, content: `PK\u0003\u0004${inside}` };
}

function newFile(stage: Stage, kind: FileKind): FileModel {
  const { canary, placed, random } = stage;
  const name = `${canary()}.${kind}`;
  const words = Array.from({ length: 4 }, canary);
  for (const one of words) placed.add(one);
  const content = contentOf(kind, words, random.below(45));
  const text = typeof content === 'string' && kind !== 'html' ? content : words.join(' ');
  return { name, text, content };
}

function contentOf(kind: FileKind, words: string[], length: number): string | Buffer {
  const [heading = '', first = '', second = '', last = ''] = words;
  const filler = 'The river runs past the mill. '.repeat(length);
  switch (kind) {
    case 'txt':
    case 'md':
      return `# Of ${heading}\n\n${first} ${filler}\n\n## Then ${second}\n\n${filler}${last}`;
    case 'json':
      return JSON.stringify({ [heading]: { [first]: [second, last] } });
    case 'csv':
      return `${heading},${first}\nmill,${second}\nriver,${last}`;
    case 'html': {
      const body = `<h2>Of ${heading}</h2><p>${first} stands by the ${second} and looks on.</p><p>${last}</p>`;
      return Buffer.from(htmlPage({ title: 'A page that was saved', body }));
    }
    case 'docx': {
      const sections = [{ heading: `Of ${heading}`, paragraphs: [`It is ${first}.`] }];
      return Buffer.from(docxOf({ sections, table: [[second, last]] }));
    }
    case 'xlsx': {
      const rows = [
        [first, 'Costs'],
        [second, 12],
      ];
      const sheets = [
        { name: heading, rows },
        { name: 'More', rows: [['Name', last]] },
      ];
      return Buffer.from(xlsxOf({ sheets }));
    }
    case 'pdf':
      return Buffer.from(pdfOf({ pages: [`Of ${heading} and ${first}`, `Then ${second} and ${last}`] }));
  }
}
