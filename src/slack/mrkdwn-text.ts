import { withoutEnd } from '../domain/context-text.ts';
import { splitAddresses } from './mrkdwn-address.ts';
import { CODE, END_CODE, PERCENT } from './mrkdwn-source.ts';

/** An attachment as answers cite it: [n], with the address that leads there, if there is one. */
export interface Citation {
  n: number;
  url: string | null;
}

/** What may be live in one text. */
export interface Whitelist {
  allows(url: string): boolean;
  /** The live construct for an address, or null when the address can be none. It is remembered as issued. */
  link(url: string, label: string): string | null;
  cited(n: number): string | null;
  issued(construct: string): boolean;
}

const LABEL = 250;
const BROADCAST = /@(?=channel|here|everyone)/giu;
/** Code block, code, Slack construct, text, a stray sign: in the order in which Slack reads them. */
const TOKEN = /```([\s\S]*?)```|(`+)([^\n]*?[^`\n])\2(?!`)|<([^<>|\s]+)(?:\|([^<>]*))?>|[^`<]+|[`<]/gu;

/** Our own code and links, and the text between them. */
const WRITTEN = /```[\s\S]*?```|\ue001[^\ue002]*\ue002|<[^<>]*>|[^`<\ue001]+/gu;

export function createWhitelist(allowedUrls: string[], citations: Citation[]): Whitelist {
  // Addresses found in running text may have kept the full stop behind them.
  const allowed = new Set(allowedUrls.flatMap((url) => [url, withoutEnd(url, '.,;:!?')]));
  const targets = new Map(citations.map((citation) => [citation.n, citation.url]));
  const issued = new Set<string>();
  const issue = (url: string, label: string): string | null => {
    if (!isLinkable(url)) return null;
    const link = label === '' ? `<${escaped(url)}>` : `<${escaped(url)}|${label}>`;
    issued.add(link);
    return link;
  };
  return {
    allows: (url) => allowed.has(url),
    link: (url, label) => issue(url, label),
    cited(n) {
      const url = targets.get(n) ?? null;
      return url === null ? null : issue(url, `[${n}]`);
    },
    issued: (construct) => issued.has(construct),
  };
}

/** Web addresses without a user part and without signs that Slack or a browser reads differently. */
function isLinkable(url: string): boolean {
  if (!/^https?:\/\/[^\s<>|"`\\\p{Cc}\p{Cf}]+$/iu.test(url) || !URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  return username === '' && password === '';
}

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

/** The words of a link without markup; words that pretend to be another address are left out. */
function linkLabel(words: string): string {
  const bare = words.replace(/\u200b[*_~]+|[*_~]+\u200b/gu, '').replace(/[`<>]/gu, '');
  if (splitAddresses(bare).some((part) => part.address)) return '';
  const shown = /^\d{1,3}$/u.test(bare) ? `[${bare}]` : Array.from(bare).slice(0, LABEL).join('');
  return escaped(shown.replaceAll('|', '¦')).replace(BROADCAST, '@\u200b');
}

function address(url: string): string {
  return inCode(url.replace(/[\p{Cf}\s]/gu, ''));
}

/** Text between constructs: escaped, with live citations. */
function textOf(text: string, whitelist: Whitelist): string {
  return unescaped(text.replaceAll('`', 'ˋ'))
    .replace(/^([^\S\n]*)•\s+/gmu, '$1• ')
    .replace(/^([^\S\n]*\d+[.)]) {2,}/gmu, '$1 ')
    .replace(/^\*\*\*$/gmu, '———')
    .split(/(\[\d{1,3}(?:\s?[,;]\s?\d{1,3})*\])/u)
    .map((part, at) => (at % 2 === 1 ? citation(part, whitelist) : escaped(part)))
    .join('');
}

function citation(marks: string, whitelist: Whitelist): string {
  const numbers = (marks.match(/\d+/gu) ?? []).map(Number);
  const links = numbers.map((n) => whitelist.cited(n));
  if (links.every((link) => link === null)) return marks;
  return links.map((link, at) => link ?? `[${numbers[at] ?? ''}]`).join(' ');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
