import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';

/** The files inside a package, to break or to add some. */
export function withFiles(bytes: Uint8Array, change: (files: Record<string, string>) => void): Uint8Array {
  const files = Object.fromEntries(
    Object.entries(unzipSync(bytes)).map(([path, content]) => [path, strFromU8(content)]),
  );
  change(files);
  return zipOf(files);
}

/** A workbook of one sheet, whose rows are given as they stand in its file. */
export function xlsxWith(
  rows: string,
  { strings = [], workbook = '' }: { strings?: readonly string[]; workbook?: string } = {},
): Uint8Array {
  const bytes = xlsxOf({ sheets: [{ name: 'S', rows: [strings] }] });
  return withFiles(bytes, (files) => {
    files['xl/worksheets/sheet1.xml'] = `<worksheet ${S}><sheetData>${rows}</sheetData></worksheet>`;
    files['xl/workbook.xml'] = (files['xl/workbook.xml'] ?? '').replace('<sheets>', `${workbook}<sheets>`);
  });
}

/** A cell: dates are written as spreadsheets do, as a number with a date format. */
export type Cell = string | number | boolean | Date | null | { formula: string; value: number };

export interface DocxSection {
  heading: string;
  paragraphs: readonly string[];
}

export interface Slide {
  title: string;
  lines: readonly string[];
  notes?: string;
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const S = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="${OFFICE}"`;
const P =
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ' +
  `xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="${OFFICE}"`;

/** A Word document with a heading above each section, and a table at its end. */
export function docxOf(content: {
  sections: readonly DocxSection[];
  table?: readonly (readonly string[])[];
}): Uint8Array {
  return docxWith(documentXml(content));
}

/** A Word document around a `word/document.xml` as it is given. */
export function docxWith(document: string): Uint8Array {
  return zipOf({
    '[Content_Types].xml': contentTypes({
      '/word/document.xml':
        'application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml',
    }),
    '_rels/.rels': relationships([['officeDocument', 'word/document.xml']]),
    'word/_rels/document.xml.rels': relationships([['styles', 'styles.xml']]),
    'word/styles.xml': `<w:styles ${W}><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>`,
    'word/document.xml': document,
  });
}

/** A workbook. Texts are shared strings, as spreadsheets write them. */
export function xlsxOf({
  sheets,
}: {
  sheets: readonly { name: string; rows: readonly (readonly Cell[])[] }[];
}): Uint8Array {
  const strings: string[] = [];
  const sheetXml = sheets.map(({ rows }) => {
    const lines = rows.map((cells, row) => {
      const inner = cells.map((cell, column) => cellXml(cell, `${columnName(column)}${row + 1}`, strings));
      return `<row r="${row + 1}">${inner.join('')}</row>`;
    });
    return `<worksheet ${S}><sheetData>${lines.join('')}</sheetData></worksheet>`;
  });
  const list = sheets.map(
    ({ name }, at) => `<sheet name="${escaped(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`,
  );
  return zipOf({
    '[Content_Types].xml': contentTypes({
      '/xl/workbook.xml': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml',
    }),
    '_rels/.rels': relationships([['officeDocument', 'xl/workbook.xml']]),
    'xl/workbook.xml': `<workbook ${S}><sheets>${list.join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationships([
      ...sheets.map((_, at): [string, string] => ['worksheet', `worksheets/sheet${at + 1}.xml`]),
      ['styles', 'styles.xml'],
      ['sharedStrings', 'sharedStrings.xml'],
    ]),
    'xl/styles.xml': `<styleSheet ${S}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>`,
    'xl/sharedStrings.xml': `<sst ${S}>${strings.map((text) => `<si><t>${escaped(text)}</t></si>`).join('')}</sst>`,
    ...Object.fromEntries(sheetXml.map((xml, at) => [`xl/worksheets/sheet${at + 1}.xml`, xml])),
  });
}

/** A presentation. Its files are numbered in the opposite order of its slides, as after moving them about. */
export function pptxOf({ slides }: { slides: readonly Slide[] }): Uint8Array {
  const file = (at: number) => slides.length - at;
  const list = slides.map((_, at) => `<p:sldId id="${256 + at}" r:id="rId${at + 1}"/>`);
  return zipOf({
    '[Content_Types].xml': contentTypes({
      '/ppt/presentation.xml':
        'application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml',
    }),
    '_rels/.rels': relationships([['officeDocument', 'ppt/presentation.xml']]),
    'ppt/presentation.xml': `<p:presentation ${P}><p:sldIdLst>${list.join('')}</p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relationships(
      slides.map((_, at): [string, string] => ['slide', `slides/slide${file(at)}.xml`]),
    ),
    ...Object.fromEntries(slides.flatMap((slide, at) => slideFiles(slide, file(at)))),
  });
}

/** The first bytes of a container of the kind that password-protected office files and old office files are. */
export function oleStub(): Uint8Array {
  const bytes = new Uint8Array(1536);
  bytes.set([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]);
  return bytes;
}

/** A docx, to be named so: what a password-protected one looks like to those who do not have the password. */
export function encryptedOffice(): Uint8Array {
  const bytes = oleStub();
  bytes.set(Buffer.from('EncryptedPackage', 'utf16le'), 1024);
  return bytes;
}

export function documentXml({
  sections,
  table = [],
}: {
  sections: readonly DocxSection[];
  table?: readonly (readonly string[])[];
}): string {
  const paragraph = (text: string, style = '') => `<w:p>${style}<w:r><w:t>${escaped(text)}</w:t></w:r></w:p>`;
  const heading = '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>';
  const rows = table.map(
    (cells) => `<w:tr>${cells.map((cell) => `<w:tc>${paragraph(cell)}</w:tc>`).join('')}</w:tr>`,
  );
  const body = [
    ...sections.flatMap((section) => [
      paragraph(section.heading, heading),
      ...section.paragraphs.map((text) => paragraph(text)),
    ]),
    ...(rows.length === 0 ? [] : [`<w:tbl>${rows.join('')}</w:tbl>`]),
  ];
  return `${XML}<w:document ${W}><w:body>${body.join('')}</w:body></w:document>`;
}

function slideFiles({ title, lines, notes }: Slide, number: number): [string, string][] {
  const shape = (placeholder: string, texts: readonly string[]) =>
    `<p:sp><p:nvSpPr><p:nvPr><p:ph type="${placeholder}"/></p:nvPr></p:nvSpPr><p:txBody>${texts
      .map((text) => `<a:p><a:r><a:t>${escaped(text)}</a:t></a:r></a:p>`)
      .join('')}</p:txBody></p:sp>`;
  const tree = (shapes: readonly string[]) => `<p:cSld><p:spTree>${shapes.join('')}</p:spTree></p:cSld>`;
  const slide = tree([shape('title', [title]), shape('body', lines), shape('sldNum', [String(number)])]);
  const files: [string, string][] = [[`ppt/slides/slide${number}.xml`, `<p:sld ${P}>${slide}</p:sld>`]];
  if (notes === undefined) return files;
  return [
    ...files,
    [
      `ppt/slides/_rels/slide${number}.xml.rels`,
      relationships([['notesSlide', `../notesSlides/notesSlide${number}.xml`]]),
    ],
    [
      `ppt/notesSlides/notesSlide${number}.xml`,
      `<p:notes ${P}>${tree([shape('sldImg', []), shape('body', [notes]), shape('sldNum', ['1'])])}</p:notes>`,
    ],
  ];
}

function cellXml(cell: Cell, address: string, strings: string[]): string {
  if (cell === null) return '';
  if (typeof cell === 'boolean') return `<c r="${address}" t="b"><v>${cell ? 1 : 0}</v></c>`;
  if (typeof cell === 'number') return `<c r="${address}"><v>${cell}</v></c>`;
  if (cell instanceof Date) return dateXml(cell, address);
  if (typeof cell === 'object') return `<c r="${address}"><f>${cell.formula}</f><v>${cell.value}</v></c>`;
  const known = strings.indexOf(cell);
  const at = known === -1 ? strings.push(cell) - 1 : known;
  return `<c r="${address}" t="s"><v>${at}</v></c>`;
}

/** Days since the end of 1899; style 1 shows a day, style 2 a day and a time. */
function dateXml(date: Date, address: string): string {
  const days = date.getTime() / 86_400_000 + 25_569;
  return `<c r="${address}" s="${Number.isInteger(days) ? 1 : 2}"><v>${days}</v></c>`;
}

function columnName(column: number): string {
  const above = Math.floor(column / 26);
  return (above === 0 ? '' : columnName(above - 1)) + String.fromCharCode(65 + (column % 26));
}

function contentTypes(overrides: Record<string, string>): string {
  const parts = Object.entries(overrides).map(
    ([path, type]) => `<Override PartName="${path}" ContentType="${type}"/>`,
  );
  return `${XML}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${parts.join('')}</Types>`;
}

function relationships(targets: readonly (readonly [type: string, target: string])[]): string {
  const parts = targets.map(
    ([type, target], at) => `<Relationship Id="rId${at + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  );
  return `${XML}<Relationships xmlns="${PACKAGE}/relationships">${parts.join('')}</Relationships>`;
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function zipOf(files: Record<string, string>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)])));
}
