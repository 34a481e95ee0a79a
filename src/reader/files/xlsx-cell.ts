import { type CellFormat, dateText, elapsedText } from './xlsx-formats.ts';

/** What a sheet needs of its workbook. */
export interface CellContext {
  strings: readonly string[];
  /** How a style shows numbers. */
  formatOf(style: number): CellFormat;
  /** Days are counted from 1904, as on old Macs. */
  from1904: boolean;
}

/** A cell as it is shown, as far as that is known; of what nobody knows, the value as it is written. */
export function cellValue(
  { type, style, value, text }: { type: string; style: number; value: string; text: string },
  context: CellContext,
): string {
  switch (type) {
    case 's':
      return /^\s*\d+\s*$/u.test(value) ? unescaped(context.strings[Number(value)] ?? '') : '';
    case 'b':
      return value.trim() === '' ? '' : value.trim() === '0' ? 'false' : 'true';
    case 'd':
      return value.replace(/(?:T00:00(?::00(?:\.0+)?)?)?Z?$/u, '');
    case 'n':
      return value.trim() === ''
        ? unescaped(text)
        : numberText(value.trim(), context.formatOf(style), context);
    default:
      return unescaped(text === '' ? value : text);
  }
}

function numberText(value: string, format: CellFormat, { from1904 }: CellContext): string {
  const number = Number(value);
  if (!Number.isFinite(number)) return value;
  const shown =
    format === 'date' ? dateText(number, from1904) : format === 'elapsed' ? elapsedText(number) : null;
  // Spreadsheets calculate with 15 digits; what is beyond is noise.
  return shown ?? String(Number(number.toPrecision(15)));
}

/** Characters that XML does not allow are written as `_x000D_`. */
function unescaped(text: string): string {
  if (!text.includes('_x')) return text;
  return text.replace(/_x([\dA-F]{4})_/giu, (_whole, code) => String.fromCharCode(Number.parseInt(code, 16)));
}
