import { type ContextSource, unreadNote } from '../../domain/context-sources.ts';
import { guard } from '../../domain/context-text.ts';
import { cut } from '../../domain/project.ts';
import { countTokens } from '../../domain/tokens.ts';

const RESULT_TOKENS = 1_500;

/** Said in the description of every tool that hands out passages. */
export const PLACES_CAN_BE_CITED =
  'Where a place stands in round brackets above a text, it can be cited with the number, such as [2, page 3].';

/** Why nothing of an attachment can be handed out. */
export function noText(source: ContextSource): string {
  const note = unreadNote(source) ?? 'there is no text in it';
  return source.state === 'pending'
    ? `Attachment [${source.n}] cannot be read yet: ${note}.`
    : `Attachment [${source.n}] cannot be read: ${note}.`;
}

/** A text of an attachment in the delimiters the prompt uses. */
export function delimited(source: ContextSource, passages: string, text: string): string {
  const title = guard(source.title).replaceAll('"', "'");
  return `<attachment n="${source.n}" title="${title}" passages="${passages}">\n${guard(text)}\n</attachment>`;
}

/**
 * The first items whose texts fit a result of about 1,500 tokens, and one at least (shortened if it is alone
 * too long).
 */
export function fitting<Item extends { text: string }>(items: Item[]): Item[] {
  const [first] = items;
  if (first === undefined) return [];
  if (countTokens(first.text) > RESULT_TOKENS) return [{ ...first, text: cut(first.text, RESULT_TOKENS) }];
  let left = RESULT_TOKENS;
  const end = items.findIndex((item) => {
    left -= countTokens(item.text);
    return left < 0;
  });
  return end === -1 ? items : items.slice(0, end);
}
