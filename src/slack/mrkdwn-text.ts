import { type Cited, findCitations } from '../domain/citations.ts';
import { splitAddresses } from './mrkdwn-address.ts';
import { CODE, END_CODE, PERCENT } from './mrkdwn-source.ts';
import {
  BROADCAST,
  citationText,
  escaped,
  linkLabel,
  unescaped,
  type Whitelist,
} from './mrkdwn-whitelist.ts';

/** Code block, code, Slack construct, text, a stray sign: in the order in which Slack reads them. */
const TOKEN = /```([\s\S]*?)```|(`+)([^\n]*?[^`\n])\2(?!`)|<([^<>|\s]+)(?:\|([^<>]*))?>|[^`<]+|[`<]/gu;

/** Our own code and links, and the text between them. */
const WRITTEN = /```[\s\S]*?```|\ue001[^\ue002]*\ue002|<[^<>]*>|[^`<\ue001]+/gu;

/**
 * Makes the converter's output safe: everything is escaped, and only what the whitelist issued is live.
 * Addresses are looked for in the finished text, where pieces that were apart in the Markdown have come
 * together.
 */
export function toSafeText(converted: string, whitelist: Whitelist): string {
  const written = converted.replace(TOKEN, (...match: (string | undefined)[]) => {
    const [all = '', block, , code, target, label] = match;
    if (block !== undefined) return codeBlock(block);
    if (code !== undefined) return inCode(code);
    if (target !== undefined && /^[a-z][a-z0-9+.-]*:/iu.test(target))
      return construct(target, label ?? '', whitelist);
    return textOf(all, whitelist);
  });
  const calm = written.replace(WRITTEN, (found) => (/^[`<\ue001]/u.test(found) ? found : calmed(found)));
  return withCode(calm)
    .replace(/<[^<>]*>|</gu, (found) => (whitelist.issued(found) ? found : escaped(found)))
    .replace(/^(?:&gt; ?)+/gmu, (quote) => quote.replaceAll('&gt;', '>'))
    .replaceAll(PERCENT, '%');
}

/** Text that Slack would read more into: addresses go into code, broadcasts are broken up invisibly. */
function calmed(text: string): string {
  return splitAddresses(unescaped(text))
    .map((part) => (part.address ? address(part.text) : escaped(part.text).replace(BROADCAST, '@\u200b')))
    .join('');
}

function codeBlock(content: string): string {
  const body = content.replace(/^\n|\n$/gu, '').replaceAll('`', 'ˋ');
  return body.trim() === '' ? '' : `\`\`\`\n${escaped(body)}\n\`\`\``;
}

function inCode(content: string): string {
  const body = content.replaceAll('`', 'ˋ').trim();
  return body === '' ? '' : `${CODE}${escaped(body)}${END_CODE}`;
}

/** Slack reads a backtick as code only away from letters and digits, and a row of them by its length. */
function withCode(text: string): string {
  return text
    .replace(/(?<=\n```|\ue002)(?=```\n)|(?<=```)(?=\ue001)/gu, '\n')
    .replace(/(?<=[\p{L}\p{N}])\ue001/gu, `\u200b${CODE}`)
    .replace(/\ue002(?=[\p{L}\p{N}\ue001])/gu, `${END_CODE}\u200b`)
    .replace(/[\ue001\ue002]/gu, '`');
}

function construct(target: string, label: string, whitelist: Whitelist): string {
  const url = typed(target);
  const words = unescaped(label).replaceAll(PERCENT, '%').replace(/\s+/gu, ' ').trim();
  const same = words === '' || words === url || url === `http://${words}` || url === `mailto:${words}`;
  if (whitelist.allows(url)) {
    const link = whitelist.link(url, same ? '' : linkLabel(words));
    if (link !== null) return link;
  }
  if (same) return address(words === '' ? url : words);
  return `${textOf(label, whitelist)} (${address(url)})`;
}

/** The address as it was typed: the converter has encoded it. */
function typed(target: string): string {
  try {
    return decodeURI(target).replaceAll(PERCENT, '%');
  } catch {
    return target;
  }
}

function address(url: string): string {
  return inCode(url.replace(/[\p{Cf}\s]/gu, ''));
}

/** Text between constructs: escaped, with live citations. */
function textOf(text: string, whitelist: Whitelist): string {
  const plain = unescaped(text.replaceAll('`', 'ˋ'))
    .replace(/^([^\S\n]*)•\s+/gmu, '$1• ')
    .replace(/^([^\S\n]*\d+[.)]) {2,}/gmu, '$1 ')
    .replace(/^\*\*\*$/gmu, '———');
  let shown = '';
  let from = 0;
  for (const { from: at, to, cited } of findCitations(plain)) {
    shown += escaped(plain.slice(from, at));
    shown += citation(cited, whitelist) ?? escaped(plain.slice(at, to));
    from = to;
  }
  return shown + escaped(plain.slice(from));
}

/** Each attachment by itself, live where there is one of that number; null where none is, and it stays as written. */
function citation(cited: Cited[], whitelist: Whitelist): string | null {
  const links = cited.map((one) => whitelist.cited(one));
  if (links.every((link) => link === null)) return null;
  return cited.map((one, at) => links[at] ?? escaped(citationText(one))).join(' ');
}
