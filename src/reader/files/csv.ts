import type { ReadPart } from './clean.ts';
import { separatedRows, sniffDelimiter } from './csv-rows.ts';
import { cellText, partsOfTable } from './table.ts';

/** Reads a text of separated values. What breaks the rules of quoting is read as it is written, and loses nothing. */
export function partsOfCsv(text: string, kind: 'csv' | 'tsv'): ReadPart[] {
  const plain = text.replace(/^\uFEFF/u, '');
  const rows = separatedRows(plain, kind === 'tsv' ? '\t' : sniffDelimiter(plain)).flatMap((record, at) => {
    const cells = record.map(cellText);
    return cells.some((cell) => cell !== '') ? [{ n: at + 1, cells }] : [];
  });
  return partsOfTable(rows, {});
}
