import type { Cited } from '../domain/citations.ts';
import { withoutEnd } from '../domain/context-text.ts';
import { splitAddresses } from './mrkdwn-address.ts';

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
  /** As `link`, for an attachment: null where there is none of that number, or it has no address. */
  cited(one: Cited): string | null;
  issued(construct: string): boolean;
}

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
    cited(one) {
      const url = targets.get(one.n) ?? null;
      return url === null ? null : issue(atPage(url, one.place), safeLabel(citationText(one)));
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

const PAGE = /^(?:pages?|pp?\.)\s*([1-9]\d{0,4})\b/iu;

/** The address of a PDF at the page that is cited, which browsers open there. Slack's own viewer does not. */
function atPage(url: string, place: string): string {
  const page = PAGE.exec(place)?.[1];
  if (page === undefined || !/^https?:\/\/[^?#]+\.pdf$/iu.test(url) || !URL.canParse(url)) return url;
  return /(?:^|\.)slack\.com$/iu.test(new URL(url).hostname) ? url : `${url}#page=${page}`;
}

const PLACE = 80;

/**
 * A citation as it is shown, not escaped yet: `[2, page 3]`. The place is a model's text: it is cut, and left out where
 * there is an address in it.
 */
export function citationText({ n, place }: Cited): string {
  const bare = withoutMarkup(place).replace(/\s+/gu, ' ').trim();
  if (bare === '' || hasAddress(bare)) return `[${n}]`;
  const points = Array.from(bare);
  return `[${n}, ${points.length <= PLACE ? bare : `${points.slice(0, PLACE - 1).join('')}…`}]`;
}

const LABEL = 250;
/** A citation that a model made a link of has lost its brackets. */
const CITING = /^\d{1,3}(?:, (?:pages?|pp?\.|slides?|rows?) [^[\]]*)?$/iu;

/** The words of a link without markup; words that pretend to be another address are left out. */
export function linkLabel(words: string): string {
  const bare = withoutMarkup(words);
  if (hasAddress(bare)) return '';
  const shown = CITING.test(bare) ? `[${bare}]` : bare;
  return safeLabel(Array.from(shown).slice(0, LABEL).join(''));
}

/** Marks of emphasis as the converter writes them, and signs that turn the order of what follows. */
const MARKUP = /\u200b[*_~]+|[*_~]+\u200b|[`<>\u202a-\u202e\u2066-\u2069]/gu;

const withoutMarkup = (text: string): string => text.replace(MARKUP, '');
const hasAddress = (text: string): boolean => splitAddresses(text).some((part) => part.address);
const safeLabel = (text: string): string => escaped(text.replaceAll('|', '¦')).replace(BROADCAST, '@\u200b');

/** Words that call everybody, wherever they stand. */
export const BROADCAST = /@(?=channel|here|everyone)/giu;

export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
