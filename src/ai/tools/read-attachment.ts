import { z } from 'zod';
import { type ContextSource, markShown, unreadNote } from '../../domain/context-sources.ts';
import type { ToolSpec } from '../../ports/model.ts';
import { delimited, fitting } from './tool-text.ts';

export const READ_ATTACHMENT: ToolSpec = {
  name: 'read_attachment',
  description:
    'Reads passages of one attachment in order, about 1,500 tokens at a time. Says at which passage to go on.',
  parameters: {
    type: 'object',
    properties: {
      number: { type: 'integer', minimum: 1, description: 'The number of the attachment, as in [2].' },
      from_passage: {
        type: 'integer',
        minimum: 1,
        description: 'The passage to begin with; 1 when left out.',
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
export const readSchema = z.object({ number: whole, from_passage: whole.nullish() });

/** The passages of one attachment from `from_passage` on, or a sentence that says why there are none. */
export function readAttachment(
  sources: ContextSource[],
  { number, from_passage }: z.infer<typeof readSchema>,
): string {
  const source = sources.find((one) => one.n === number);
  if (source === undefined) return `There is no attachment [${number}] here. ${numbersText(sources)}`;
  const count = source.passages.length;
  if (count === 0)
    return `Attachment [${number}] cannot be read: ${unreadNote(source) ?? 'there is no text in it'}.`;
  const first = Math.max(1, from_passage ?? 1);
  if (first > count) return `Attachment [${number}] has ${count} passages; there is none from ${first} on.`;
  const passages = fitting(source.passages.slice(first - 1));
  markShown(
    source,
    passages.map((passage) => passage.n),
  );
  const last = first - 1 + passages.length;
  const text = delimited(
    source,
    `${first}-${last} of ${count}`,
    passages.map((passage) => passage.text).join('\n\n'),
  );
  const next =
    last < count ? `Go on with from_passage ${last + 1}.` : `That is the end of attachment [${number}].`;
  return `${text}\n${next}`;
}

function numbersText(sources: ContextSource[]): string {
  if (sources.length === 0) return 'Nothing is attached here.';
  return `The attachments here have the numbers 1 to ${sources.length}.`;
}
