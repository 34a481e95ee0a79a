import { attribute, xmlTags } from './xml-scan.ts';

/** How a number is shown: as a day or a time of day, as an amount of time, or as a number. */
export type CellFormat = 'date' | 'elapsed' | 'number';

/** Reads the styles of a workbook. */
export function readFormats(stylesXml: string): (style: number) => CellFormat {
  const own = new Map<number, CellFormat>();
  const styles: CellFormat[] = [];
  let inCells = false;
  for (const { name, kind, attributes } of xmlTags(stylesXml)) {
    if (name === 'numFmt' && kind !== 'end')
      own.set(
        Number(attribute(attributes, 'numFmtId')),
        formatOfCode(attribute(attributes, 'formatCode') ?? ''),
      );
    else if (name === 'cellXfs') inCells = kind === 'start';
    else if (name === 'xf' && kind !== 'end' && inCells) {
      const id = Number(attribute(attributes, 'numFmtId') ?? 0);
      styles.push(own.get(id) ?? builtIn(id));
    }
  }
  return (style) => styles[style] ?? 'number';
}

function builtIn(id: number): CellFormat {
  if (id === 46) return 'elapsed';
  const isDate =
    (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
  return isDate ? 'date' : 'number';
}

/** By the part for positive numbers, without quoted words, escaped signs, colours and countries. */
function formatOfCode(code: string): CellFormat {
  const [signs = ''] = code.replace(/"[^"]*"?|\\.|[_*]./gu, '').split(';', 1);
  if (/\[(?:h+|m+|s+)\]/iu.test(signs)) return 'elapsed';
  const plain = signs.replace(/\[[^\]]*\]/gu, '');
  return !/general|standard/iu.test(plain) && /[ymdhs]/iu.test(plain) ? 'date' : 'number';
}

const DAY_MS = 86_400_000;

/**
 * ISO 8601, as much of it as the number says: a day, a time of day (day zero of spreadsheets), or both. Null when it
 * is no day.
 */
export function dateText(number: number, from1904: boolean): string | null {
  const days = from1904 ? number + 1462 : number;
  // Spreadsheets count a 29th of February in 1900, which was none.
  const since1970 = (days < 60 && days >= 1 ? days + 1 : days) - 25_569;
  const date = new Date(Math.round((since1970 * DAY_MS) / 1000) * 1000);
  if (Number.isNaN(date.getTime()) || number < 0 || date.getUTCFullYear() > 9999) return null;
  const [day = '', time = ''] = date.toISOString().split('T');
  const clock = time.slice(0, time.slice(5, 8) === ':00' ? 5 : 8);
  if (number < 1) return clock;
  return clock === '00:00' ? day : `${day}T${clock}`;
}

/** An amount of time in hours, minutes and, if there are any, seconds. */
export function elapsedText(days: number): string | null {
  const seconds = Math.round(Math.abs(days) * 86_400);
  if (!Number.isSafeInteger(seconds)) return null;
  const two = (number: number) => String(number).padStart(2, '0');
  const rest = seconds % 60;
  const clock = `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}`;
  return `${days < 0 ? '-' : ''}${clock}${rest === 0 ? '' : `:${two(rest)}`}`;
}
