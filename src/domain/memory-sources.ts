import type { Context } from './context.ts';
import { type EntrySources, valueText } from './context-entry.ts';
import { shownPassages } from './context-sources.ts';
import { createQuotes, type Quotes } from './quotes.ts';

/** Shorter texts stand in many places by chance. */
const TELLING = 6;
/** Texts of one value that are looked for. */
const LOOKED_FOR = 50;

/**
 * What something to be remembered was learned from (product.md 6.4): the message that is answered, the attachments the
 * model names, and whatever it was shown that the value quotes, or that holds one of its texts word for word, whether the
 * model names it or not. What the person says in the question itself was learned from nowhere else.
 * @param named numbers of attachments; undefined when the model did not say, then all it was shown count.
 */
export function learnedFrom(
  { sources, told, question: asked }: Context,
  question: { channelId: string; ts: string },
  named: number[] | undefined,
  value: unknown,
): EntrySources {
  const holds = createHolds(value, asked);
  const attachments = sources.filter(
    (source) =>
      (named === undefined ? source.shown.length > 0 : named.includes(source.n)) ||
      shownPassages(source).some((passage) => holds.of(passage.text)) ||
      holds.name(source.title) ||
      (source.url !== null && holds.name(source.url)),
  );
  const messages = told.filter((message) => message.ts !== question.ts && holds.of(message.content));
  return {
    attachmentIds: attachments.map((one) => one.attachmentId),
    messages: [question, ...messages.map(({ channelId, ts }) => ({ channelId, ts }))],
  };
}

/** Tells which texts hold what a value has from elsewhere than the question. */
function createHolds(value: unknown, asked: string): Quotes {
  const said = plainly(asked);
  const texts = [...new Set(leaves(value).map(plainly))]
    .filter((text) => text !== '' && !said.includes(text))
    .slice(0, LOOKED_FOR);
  const telling = texts.filter((text) => text.length >= TELLING);
  const quotes = createQuotes(texts.join('\n'));
  return {
    of(source) {
      const plain = plainly(source);
      return telling.some((one) => plain.includes(one)) || quotes.of(source);
    },
    name: (source) => telling.includes(plainly(source)) || quotes.name(source),
  };
}

const plainly = (text: string): string => text.toLowerCase().replace(/\s+/gu, ' ').trim();

/** The texts in a value of any JSON. */
function leaves(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leaves);
  return [valueText(value)];
}
