import { z } from 'zod';

/** Slack leaves a field out or sends null, as it pleases: both are null here. */
export const orNull = z
  .string()
  .nullish()
  .transform((value) => value ?? null);

/** A number keeps all six decimals of a ts as long as it has any; a whole number has lost them on its way. */
const numericTs = z
  .number()
  .refine((value) => !Number.isInteger(value) && Number(value.toFixed(6)) === value)
  .transform((value) => value.toFixed(6));

/** A Slack ts. It names a message, so one that cannot be told exactly is refused. */
export const slackTs = z.union([z.string().min(1), numericTs]);
/** Null as well where the field is left empty. */
export const slackTsOrNull = z
  .union([z.literal(''), slackTs])
  .nullish()
  .transform((value) => value || null);
