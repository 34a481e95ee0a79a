import { DomainError } from './errors.ts';
import { oneLine } from './project.ts';

export const URL_LIMIT = 2_000;

export type LinkType =
  | 'sharepoint'
  | 'google_doc'
  | 'google_sheet'
  | 'google_slides'
  | 'google_drive'
  | 'notion'
  | 'confluence'
  | 'jira'
  | 'linear'
  | 'figma'
  | 'miro'
  | 'github'
  | 'gitlab'
  | 'loom'
  | 'youtube'
  | 'vimeo'
  | 'dropbox'
  | 'box'
  | 'airtable'
  | 'trello'
  | 'asana'
  | 'slack'
  | 'pdf'
  | 'image'
  | 'website';

/** A link as a person shared it: the address and the words it was put under, if any. */
export interface SharedLink {
  url: string;
  label: string | null;
}

const TRACKING =
  /^(?:utm_.*|gclid|dclid|fbclid|msclkid|mc_.*|igshid|yclid|_hsenc|_hsmi|vero_id|oly_.*|wickedid|gbraid|wbraid)$/iu;

/**
 * The form of an address that decides sameness (product.md 2.3): scheme and host in lower case, no default port,
 * no fragment, no tracking parameters; `www.` stays, the order of the other parameters stays.
 * @throws DomainError `link_too_long` beyond 2,000 characters, `link_not_attachable` for anything but http(s).
 */
export function canonicalUrl(raw: string): string {
  if (raw.length > URL_LIMIT) {
    throw new DomainError(
      'link_too_long',
      `That link has ${raw.length.toLocaleString('en-US')} characters; the limit is ${URL_LIMIT.toLocaleString('en-US')}. Share a shorter form of it.`,
    );
  }
  const url = parseHttp(raw);
  if (url === null) {
    throw new DomainError(
      'link_not_attachable',
      'Only web addresses that begin with http:// or https:// can be attached.',
    );
  }
  url.hash = '';
  const kept = [...url.searchParams].filter(([name]) => !TRACKING.test(name));
  // Rewriting an untouched query would change its escapes, and with them what the other side is asked for.
  if (kept.length !== url.searchParams.size) url.search = new URLSearchParams(kept).toString();
  return url.href;
}

function parseHttp(raw: string): URL | null {
  if (!URL.canParse(raw)) return null;
  const url = new URL(raw);
  return url.protocol === 'http:' || url.protocol === 'https:' ? url : null;
}

/**
 * True when a link is attached by itself: http(s), and not an address of the same Slack workspace (product.md 2.4).
 * @param workspaceHost such as `acme.slack.com`, or null when it is not known.
 */
export function isShareable(raw: string, workspaceHost: string | null): boolean {
  const url = parseHttp(raw);
  return url !== null && (workspaceHost === null || url.host !== workspaceHost.toLowerCase());
}

const HOSTS: [RegExp, LinkType][] = [
  [/(^|\.)sharepoint\.com$|(^|\.)onedrive\.live\.com$|^1drv\.ms$/u, 'sharepoint'],
  [/(^|\.)notion\.(so|site|com)$/u, 'notion'],
  [/(^|\.)linear\.app$/u, 'linear'],
  [/(^|\.)figma\.com$/u, 'figma'],
  [/(^|\.)miro\.com$/u, 'miro'],
  [/(^|\.)(github\.com|github\.io|githubusercontent\.com)$/u, 'github'],
  [/(^|\.)gitlab\./u, 'gitlab'],
  [/(^|\.)loom\.com$/u, 'loom'],
  [/(^|\.)(youtube\.com|youtu\.be)$/u, 'youtube'],
  [/(^|\.)vimeo\.com$/u, 'vimeo'],
  [/(^|\.)dropbox\.com$/u, 'dropbox'],
  [/(^|\.)box\.com$/u, 'box'],
  [/(^|\.)airtable\.com$/u, 'airtable'],
  [/(^|\.)trello\.com$/u, 'trello'],
  [/(^|\.)asana\.com$/u, 'asana'],
  [/(^|\.)slack\.com$/u, 'slack'],
];

const GOOGLE_DOCS: [RegExp, LinkType][] = [
  [/^\/document\//u, 'google_doc'],
  [/^\/spreadsheets\//u, 'google_sheet'],
  [/^\/presentation\//u, 'google_slides'],
];

/** The type of a link from its address alone. */
export function linkType(address: string): LinkType {
  const url = new URL(address);
  const host = url.hostname;
  if (host === 'docs.google.com') return firstMatch(GOOGLE_DOCS, url.pathname) ?? 'google_drive';
  if (host === 'drive.google.com') return 'google_drive';
  if (host.endsWith('.atlassian.net')) return url.pathname.startsWith('/wiki') ? 'confluence' : 'jira';
  if (/^confluence\./u.test(host)) return 'confluence';
  if (/^jira\./u.test(host)) return 'jira';
  const byHost = firstMatch(HOSTS, host);
  if (byHost !== null) return byHost;
  if (/\.pdf$/iu.test(url.pathname)) return 'pdf';
  if (/\.(png|jpe?g|gif|webp|svg)$/iu.test(url.pathname)) return 'image';
  return 'website';
}

function firstMatch(table: [RegExp, LinkType][], text: string): LinkType | null {
  return table.find(([pattern]) => pattern.test(text))?.[1] ?? null;
}

/** What a link is called in lists: the words it was shared under, else its address without scheme and tracking. */
export function linkTitle(link: SharedLink): string {
  const label = oneLine(link.label ?? '');
  if (label !== '' && label !== oneLine(link.url)) return label;
  const url = new URL(canonicalUrl(link.url));
  const path = url.pathname === '/' ? '' : url.pathname.replace(/\/$/u, '');
  return oneLine(`${url.host}${path}${url.search}`);
}

/** What a page calls itself, as it stands in lists and prompts, or null when that says nothing. */
export function titleOfPage(own: string | null): string | null {
  const title = oneLine(own ?? '');
  return title === '' ? null : title;
}

/** True when an address stands in a text as a whole, not as the beginning of a longer one. */
export function standsIn(url: string, text: string): boolean {
  for (let at = text.indexOf(url); at !== -1; at = text.indexOf(url, at + 1)) {
    if (/^[.,;:!?)\]}'"]*(?:$|[\s<>|])/u.test(text.slice(at + url.length))) return true;
  }
  return false;
}

/** What attaching the links of one message came to. */
export interface LinkSorting {
  attachable: SharedLink[];
  tooLong: SharedLink[];
}

/**
 * Sorts the links of one message: those to attach (each canonical address once), and those refused with a message.
 * Links to the same workspace, mailto and other schemes are left out without a word (product.md 2.4).
 */
export function sortLinks(links: SharedLink[], workspaceHost: string | null): LinkSorting {
  const shareable = links.filter((link) => isShareable(link.url, workspaceHost));
  const tooLong = shareable.filter((link) => link.url.length > URL_LIMIT);
  const attachable = new Map<string, SharedLink>();
  for (const link of shareable) {
    if (link.url.length > URL_LIMIT) continue;
    const key = canonicalUrl(link.url);
    if (!attachable.has(key)) attachable.set(key, link);
  }
  return { attachable: [...attachable.values()], tooLong };
}
