import { getDocumentProxy, getResolvedPDFJS } from 'unpdf';
import { z } from 'zod';
import type { TextPart } from '../../domain/passage-place.ts';
import { hasWords } from './clean.ts';
import { pageText } from './pdf-lines.ts';
import { Unreadable } from './unreadable.ts';

const MAX_PAGES = 10_000;
/** Enough to see whether pages without text show pictures. */
const LOOKED_AT = 5;

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;
type Page = Awaited<ReturnType<Pdf['getPage']>>;

const UNREAD_PAGE = '(This page could not be read.)';

/** Reads a PDF, a part for each page: its text, and what was filled in. A page that cannot be read is said to be one. */
export async function readPdf(bytes: Uint8Array): Promise<TextPart[]> {
  const pdf = await open(bytes);
  try {
    if (pdf.numPages > MAX_PAGES) throw new Unreadable('too_large');
    const parts: TextPart[] = [];
    let read = 0;
    let failed = 0;
    for (let page = 1; page <= pdf.numPages; page += 1) {
      const text = await textOfPage(pdf, page);
      if (text === null) failed += 1;
      else if (hasWords(text)) read += 1;
      if (text === null || hasWords(text)) parts.push({ text: text ?? UNREAD_PAGE, place: { page } });
    }
    if (read > 0) return parts;
    if (failed > 0) throw new Unreadable('damaged');
    throw new Unreadable((await showsAnything(pdf)) ? 'scanned' : 'empty');
  } finally {
    await pdf.destroy();
  }
}

async function open(bytes: Uint8Array): Promise<Pdf> {
  try {
    return await getDocumentProxy(bytes, { verbosity: 0 });
  } catch (error) {
    const locked = error instanceof Error && error.name === 'PasswordException';
    throw new Unreadable(locked ? 'encrypted' : 'damaged');
  }
}

/** Null for a page that is damaged: the others can still be read. */
async function textOfPage(pdf: Pdf, number: number): Promise<string | null> {
  try {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    const text = pageText(items.flatMap((item) => ('str' in item ? [item] : [])));
    const filled = await filledFields(page);
    page.cleanup();
    return [text, filled.join('\n')].filter((piece) => piece !== '').join('\n\n');
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    return null;
  }
}

const fieldSchema = z.object({
  subtype: z.literal('Widget'),
  fieldType: z.enum(['Tx', 'Ch']),
  fieldValue: z.union([z.string(), z.array(z.string())]),
  fieldName: z.string().catch(''),
  alternativeText: z.string().catch(''),
  password: z.boolean().catch(false),
  hidden: z.boolean().catch(false),
});

/** What was typed or chosen in the fields of a form, a line for each. A form that is broken hides no text. */
async function filledFields(page: Page): Promise<string[]> {
  const fields: unknown[] = await page.getAnnotations().catch(() => []);
  return fields.flatMap((field) => {
    const { data } = fieldSchema.safeParse(field);
    if (data === undefined || data.password || data.hidden) return [];
    const value = [data.fieldValue].flat().join(', ').trim();
    const name = (data.alternativeText || data.fieldName).trim();
    return value === '' ? [] : [name === '' ? value : `${name}: ${value}`];
  });
}

/** True when something is painted on one of the first pages. */
async function showsAnything(pdf: Pdf): Promise<boolean> {
  const { OPS } = await getResolvedPDFJS();
  const paints = new Set(
    Object.entries(OPS)
      .filter(([name]) => /^paint|[Ff]ill|[Ss]troke$|^shadingFill$/u.test(name))
      .map(([, code]) => code),
  );
  for (let number = 1; number <= Math.min(pdf.numPages, LOOKED_AT); number += 1) {
    const { fnArray } = await (await pdf.getPage(number)).getOperatorList();
    if (fnArray.some((code) => paints.has(code))) return true;
  }
  return false;
}
