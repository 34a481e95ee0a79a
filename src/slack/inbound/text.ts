import type { SharedLink } from '../../domain/link.ts';

/** `<@U…>`, `<#C…|name>`, `<!here>`, `<https://…|label>`: docs.slack.dev, "Formatting text for app surfaces". */
const TOKEN = /<([^<>]+)>/gu;

/** Slack's text as people read it: tokens resolved, entities decoded. Mentions of people stay as `<@U…>`. */
export function plainText(text: string): string {
  let plain = '';
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    plain += decode(text.slice(from, match.index)) + plainToken(match[1] ?? '');
    from = match.index + match[0].length;
  }
  return plain + decode(text.slice(from));
}

function plainToken(token: string): string {
  const [target = '', label] = splitOnce(token);
  if (target.startsWith('@')) return `<${target}>`;
  if (target.startsWith('#')) return `#${decode(label ?? target.slice(1))}`;
  if (target.startsWith('!')) return decode(label ?? `@${target.slice(1).split('^')[0] ?? ''}`);
  const address = decode(target);
  if (label === undefined || decode(label) === address) return address;
  return address.startsWith('mailto:') ? decode(label) : `${decode(label)} (${address})`;
}

function splitOnce(token: string): [string, string | undefined] {
  const at = token.indexOf('|');
  return at === -1 ? [token, undefined] : [token.slice(0, at), token.slice(at + 1)];
}

function decode(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** What ends a sentence rather than an address. It begins where a run begins, so that a long run is read once. */
const PUNCTUATION_AFTER = /(?<![.,;:!?)\]}'"])[.,;:!?)\]}'"]+$/u;

/** Links from a message's plain `text`, for messages without rich text. */
export function linksInText(text: string): SharedLink[] {
  const links: SharedLink[] = [];
  const rest = text.replace(TOKEN, (_, token: string) => {
    const [target, label] = splitOnce(token);
    if (/^https?:/iu.test(target))
      links.push({ url: decode(target), label: label === undefined ? null : decode(label) });
    return ' ';
  });
  for (const [bare] of rest.matchAll(/https?:\/\/[^\s<>]+/giu)) {
    links.push({ url: decode(bare).replace(PUNCTUATION_AFTER, ''), label: null });
  }
  return links;
}
