import { withoutEnd } from '../domain/context-text.ts';

const REST = '[^\\s<>`\\u200b]+';
const HOST = '[\\p{L}\\p{N}-]{1,63}';
const DOMAINS =
  'com|org|net|edu|gov|mil|int|info|biz|name|pro|io|co|ai|app|dev|cloud|site|online|tech|store|shop|xyz|tv|uk|de|fr|nl|eu|ca|jp|cn|ru|br|ch|link|click|top|live|page|zip|mov';

/** Everything that Slack, or a client of it, could turn into a link. */
const ADDRESS = new RegExp(
  [
    `[a-z][a-z0-9+.-]{0,30}://${REST}`,
    `//(?=${HOST}\\.)${REST}`,
    `(?:mailto|javascript|vbscript|(?<!\\p{L})(?:tel|sms|callto|skype|facetime|data|file|blob|slack|xmpp|magnet)):${REST}`,
    `www\\.${REST}`,
    `[\\p{L}\\p{N}._%+-]{1,64}@${HOST}(?:\\.${HOST}){1,8}`,
    `(?<![\\p{L}\\p{N}@./-])(?:${HOST}\\.){1,8}(?:(?:${DOMAINS})(?![\\p{L}\\p{N}-])(?:[/?#:]${REST})?|[a-z]{2,24}/${REST})`,
  ].join('|'),
  'giu',
);
const TRAILING = '.,;:!?\'")]}*_~|\u200b…';

export interface TextPart {
  text: string;
  address: boolean;
}

/**
 * Cuts a text into addresses and what stands between them: with or without scheme, e-mail addresses, and
 * those written in look-alike signs such as full-width letters.
 */
export function splitAddresses(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let from = 0;
  for (const match of plainShape(text).matchAll(ADDRESS)) {
    const length = withoutEnd(match[0], TRAILING).length;
    if (length === 0) continue;
    parts.push({ text: text.slice(from, match.index), address: false });
    from = match.index + length;
    parts.push({ text: text.slice(match.index, from), address: true });
  }
  parts.push({ text: text.slice(from), address: false });
  return parts.filter((part) => part.text !== '');
}

/** The text with each look-alike sign replaced by the plain one, position by position. */
function plainShape(text: string): string {
  if (!/[\u0080-\uffff]/u.test(text)) return text;
  return Array.from(text.replaceAll('。', '.'), (sign) => {
    const plain = sign.normalize('NFKC');
    return plain.length === sign.length ? plain : sign;
  }).join('');
}
