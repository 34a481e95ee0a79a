import type { Fields } from './json.ts';

interface HumanText {
  text: string;
  elements: Fields[];
}

const TOKEN = new RegExp(
  [
    '<@(?<user>[A-Za-z0-9_]+)(?:\\|[^>]*)?>',
    '<#(?<channel>[A-Za-z0-9_]+)(?:\\|[^>]*)?>',
    '<!(?<range>here|channel|everyone)>',
    '<(?<url>(?:https?|mailto):[^|>\\s]+)(?:\\|(?<label>[^>]*))?>',
    '(?<bare>https?://[^\\s<>]+)',
  ].join('|'),
  'g',
);

function escapeText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** What Slack makes of what a person typed: the escaped text, and the elements of a rich text section. */
export function readHumanText(typed: string): HumanText {
  const elements: Fields[] = [];
  let text = '';
  let end = 0;
  const plain = (piece: string) => {
    if (piece) elements.push({ type: 'text', text: piece });
    text += escapeText(piece);
  };
  for (const match of typed.matchAll(TOKEN)) {
    const token = linkedToken(match.groups ?? {});
    plain(typed.slice(end, match.index));
    elements.push(token.element);
    text += token.text;
    end = match.index + (token.length ?? match[0].length);
  }
  plain(typed.slice(end));
  return { text, elements };
}

function linkedToken(found: Record<string, string | undefined>): {
  element: Fields;
  text: string;
  length?: number;
} {
  const { user, channel, range, url, label, bare } = found;
  if (user) return { element: { type: 'user', user_id: user }, text: `<@${user}>` };
  if (channel) return { element: { type: 'channel', channel_id: channel }, text: `<#${channel}>` };
  if (range) return { element: { type: 'broadcast', range }, text: `<!${range}>` };
  if (url && label) {
    return { element: { type: 'link', url, text: label }, text: `<${escapeText(url)}|${escapeText(label)}>` };
  }
  const typed = bare ?? '';
  const link = url ?? typed.replace(/[.,;:!?)\]'"]+$/, '');
  const length = url ? {} : { length: link.length };
  return { element: { type: 'link', url: link }, text: `<${escapeText(link)}>`, ...length };
}
