import { z } from 'zod';
import { InvalidRequest } from './errors.ts';

/** What every list takes. */
export const PAGE = {
  limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'Items of one page.' }),
  cursor: z
    .string()
    .max(1_000)
    .optional()
    .meta({ description: 'The nextCursor of the page before; leave it out for the first page.' }),
};

export const NEXT_CURSOR = z
  .string()
  .nullable()
  .meta({ description: 'Give it as cursor to read on; null at the end.' });

export const ID = z.string().min(1).max(64);
/** An ISO time as the key of a place in a list. */
export const MOMENT = z.iso.datetime().transform((text) => new Date(text));

/** The place in a list that a cursor stands for; null for the beginning. @throws InvalidRequest */
export function readCursor<T extends z.ZodType>(schema: T, cursor: string | undefined): z.output<T> | null {
  if (cursor === undefined) return null;
  const parsed = schema.safeParse(jsonOf(cursor));
  if (parsed.success) return parsed.data;
  throw new InvalidRequest([
    { path: 'cursor', message: 'Give the nextCursor of the page before, unchanged.' },
  ]);
}

/** A place in a list as text that nobody needs to understand. */
export const writeCursor = (place: Record<string, unknown>): string =>
  Buffer.from(JSON.stringify(place), 'utf8').toString('base64url');

/** The cursor after the last of these items; null when the page is not full, so that there are no more. */
export function nextCursor<T>(
  items: T[],
  limit: number,
  placeOf: (item: T) => Record<string, unknown>,
): string | null {
  const last = items.at(-1);
  return last === undefined || items.length < limit ? null : writeCursor(placeOf(last));
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
