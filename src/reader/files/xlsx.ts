import type { TextPart } from '../../domain/passage-place.ts';
import { type Entries, unpack } from './archive.ts';
import { all, rootOf } from './office-xml.ts';
import { relations } from './relations.ts';
import { cellText, partsOfTable, type TableRow } from './table.ts';
import { Unreadable } from './unreadable.ts';
import { type CellContext, cellValue } from './xlsx-cell.ts';
import { readFormats } from './xlsx-formats.ts';
import { attribute, xmlTags } from './xml-scan.ts';

const WORKBOOK = 'xl/workbook.xml';
/** As many as spreadsheets have. */
const MAX_ROW = 1_048_576;
const MAX_COLUMN = 16_384;

/**
 * Reads a workbook, sheet by sheet: cells as they are shown, formulas as what they last came to. Only filled cells
 * cost anything, wherever they stand.
 */
export function readXlsx(bytes: Uint8Array): TextPart[] {
  const entries = unpack(bytes, 'xlsx');
  const root = rootOf(entries, WORKBOOK);
  const targets = relations(entries, WORKBOOK);
  const sheets = (root === null ? [] : all(root, 'sheet')).flatMap((sheet) => {
    const target = targets.get(sheet.getAttribute('r:id') ?? '')?.path ?? '';
    const content = entries[target];
    return content === undefined ? [] : [{ name: cellText(sheet.getAttribute('name') ?? ''), content }];
  });
  if (root === null || sheets.length === 0) throw new Unreadable('damaged');
  const only = (type: string) => [...targets.values()].find((target) => target.type === type)?.path ?? '';
  const context: CellContext = {
    strings: sharedStrings(textOf(entries, only('sharedStrings'))),
    formatOf: readFormats(textOf(entries, only('styles'))),
    from1904: /^(?:1|true)$/u.test(all(root, 'workbookPr')[0]?.getAttribute('date1904') ?? ''),
  };
  return sheets.flatMap(({ name, content }) =>
    partsOfTable(rowsOf(decoded(content), context), { sheet: name }),
  );
}

function textOf(entries: Entries, path: string): string {
  const xml = entries[path];
  return xml === undefined ? '' : decoded(xml);
}

function decoded(xml: Uint8Array): string {
  return new TextDecoder('utf-8').decode(xml);
}

/** Texts that cells share, in their order; how Japanese words are spoken is no part of them. */
function sharedStrings(xml: string): string[] {
  const strings: string[] = [];
  let text = '';
  let spoken = false;
  for (const { name, kind, text: before } of xmlTags(xml)) {
    if (name === 'rPh') spoken = kind === 'start';
    else if (name === 't' && kind === 'end' && !spoken) text += before;
    else if (name === 'si' && kind !== 'start') {
      strings.push(text);
      text = '';
    } else if (name === 'si') text = '';
  }
  return strings;
}

interface OpenCell {
  column: number;
  type: string;
  style: number;
  value: string;
  text: string;
}

function rowsOf(xml: string, context: CellContext): TableRow[] {
  const rows: { n: number; filled: [column: number, text: string][] }[] = [];
  let filled: [column: number, text: string][] = [];
  let row = 0;
  let column = 0;
  let cell: OpenCell | null = null;
  let spoken = false;
  for (const { name, kind, attributes, text } of xmlTags(xml)) {
    if (name === 'row' && kind !== 'end') {
      row = within(Number(attribute(attributes, 'r')), MAX_ROW) ?? row + 1;
      column = 0;
      filled = [];
      rows.push({ n: row, filled });
    } else if (name === 'c' && kind === 'start') {
      column = columnOf(attribute(attributes, 'r') ?? '') ?? column + 1;
      cell = openCell(column, attributes);
    } else if (name === 'c' && kind === 'empty') {
      column = columnOf(attribute(attributes, 'r') ?? '') ?? column + 1;
    } else if (cell !== null && kind !== 'start') {
      if (name === 'rPh') spoken = false;
      else if (name === 'v') cell.value = text;
      else if (name === 't' && !spoken) cell.text += text;
      else if (name === 'c') {
        const shown = cellText(cellValue(cell, context));
        if (shown !== '') filled.push([cell.column, shown]);
        cell = null;
      }
    } else if (name === 'rPh') spoken = kind === 'start';
  }
  return compact(rows.filter((one) => one.filled.length > 0));
}

function openCell(column: number, attributes: string): OpenCell {
  const style = Number(attribute(attributes, 's') ?? 0);
  return { column, type: attribute(attributes, 't') ?? 'n', style, value: '', text: '' };
}

/** Columns that are empty in all of the sheet are left out. */
function compact(
  rows: readonly { n: number; filled: readonly [column: number, text: string][] }[],
): TableRow[] {
  const used = new Set<number>();
  for (const { filled } of rows) for (const [column] of filled) used.add(column);
  const places = new Map([...used].sort((a, b) => a - b).map((column, at) => [column, at]));
  return rows
    .map(({ n, filled }) => {
      const cells: string[] = [];
      for (const [column, text] of filled) cells[places.get(column) ?? 0] = text;
      return { n, cells };
    })
    .sort((a, b) => a.n - b.n);
}

/** `AB12` is in column 28; null for what is no address. */
function columnOf(address: string): number | null {
  const letters = /^\$?([A-Z]{1,3})\$?\d*$/iu.exec(address)?.[1]?.toUpperCase();
  if (letters === undefined) return null;
  return within(
    [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0),
    MAX_COLUMN,
  );
}

function within(number: number, most: number): number | null {
  return Number.isInteger(number) && number >= 1 && number <= most ? number : null;
}
