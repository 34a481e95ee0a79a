import { z } from 'zod';
import { type ContextSource, markShown, unreadNote } from '../../domain/context-sources.ts';
import { guard, placed } from '../../domain/context-text.ts';
import { cut } from '../../domain/project.ts';
import type { ToolSpec } from '../../ports/model.ts';
import { findPlace, placesText } from './find-place.ts';
import { delimited, fitting, noText, PLACES_CAN_BE_CITED } from './tool-text.ts';

export const READ_ATTACHMENT: ToolSpec = {
  name: 'read_attachment',
  description: `Reads passages of one attachment in order, about 1,500 tokens at a time. Says at which passage to go on. ${PLACES_CAN_BE_CITED}`,
  parameters: {
    type: 'object',
    properties: {
      number: { type: 'integer', minimum: 1, description: 'The number of the attachment, as in [2].' },
      from_passage: {
        type: 'integer',
        minimum: 1,
        description: 'The passage to begin with; 1 when left out.',
      },
      place: {
        type: 'string',
        description:
          'Begins at this place instead, such as "page 12", "slide 3", "rows 40-60", the name of a sheet or a heading.',
      },
    },
    required: ['number'],
    additionalProperties: false,
  },
};

const whole = z
  .union([z.number(), z.string().regex(/^\s*\d{1,9}\s*$/u)])
  .transform(Number)
  .pipe(z.int());
/** Arguments as models write them: numbers may come as text. */
export const readSchema = z.object({
  number: whole,
  from_passage: whole.nullish(),
  place: z.string().trim().max(1_000).nullish(),
});

/** The passages of one attachment from a place or `from_passage` on, or a sentence that says why there are none. */
export function readAttachment(
  sources: ContextSource[],
  { number, from_passage, place }: z.infer<typeof readSchema>,
): string {
  const source = sources.find((one) => one.n === number);
  if (source === undefined) return `There is no attachment [${number}] here. ${numbersText(sources)}`;
  const { passages } = source;
  if (passages.length === 0) return noText(source);
  const wanted = place ?? '';
  const at = wanted === '' ? Math.max(1, from_passage ?? 1) - 1 : findPlace(passages, wanted);
  if (at === null)
    return guard(`Attachment [${number}] has no place “${cut(wanted, 80)}”. ${placesText(passages)}`);
  if (at >= passages.length)
    return `Attachment [${number}] has ${passages.length} passages; there is none from ${at + 1} on.`;
  return readFrom(source, at);
}

function readFrom(source: ContextSource, at: number): string {
  const { n, passages } = source;
  const read = fitting(passages.slice(at).map((passage) => ({ n: passage.n, text: placed(passage) })));
  markShown(
    source,
    read.map((passage) => passage.n),
  );
  const last = at + read.length;
  const text = delimited(
    source,
    `${at + 1}-${last} of ${passages.length}`,
    read.map((passage) => passage.text).join('\n\n'),
  );
  const note = unreadNote(source);
  const next =
    last < passages.length ? `Go on with from_passage ${last + 1}.` : `That is the end of attachment [${n}].`;
  return [text, ...(note === null ? [] : [`Of attachment [${n}]: ${note}.`]), next].join('\n');
}

function numbersText(sources: ContextSource[]): string {
  if (sources.length === 0) return 'Nothing is attached here.';
  return `The attachments here have the numbers 1 to ${sources.length}.`;
}
