import { isUtf8 } from 'node:buffer';
import type { Response } from 'undici';
import type { UnreadReason, Validators } from '../../domain/attachment.ts';
import { URL_LIMIT } from '../../domain/link.ts';
import type { Unread } from '../../ports/reader.ts';
import type { AddressRules } from './addresses.ts';
import { discard, isDecodable, readBody } from './body.ts';
import type { Client } from './client.ts';
import { isReadableType } from './content-type.ts';
import { signInTrace } from './sign-in.ts';
import { unread } from './unread.ts';

/** The bytes behind a link, and the reply they came with. */
export interface Fetched {
  outcome: 'fetched';
  /** Where it was found, after redirects. */
  url: URL;
  /** Where it lives: as far as redirects for good lead. */
  home: URL;
  response: Response;
  bytes: Uint8Array;
}

interface FetchDeps {
  client: Client;
  rules: AddressRules;
  /** Most bytes of a page, after decompression. */
  pageLimit: number;
}

const REDIRECTS = 3;
const FOR_GOOD = new Set([301, 308]);
const REDIRECT_STATUSES = new Set([301, 302, 303, 307, 308]);
const STATUS_REASONS: Record<number, UnreadReason> = {
  401: 'needs_sign_in',
  403: 'needs_sign_in',
  404: 'not_found',
  410: 'not_found',
  413: 'too_large',
};

/**
 * Fetches what is behind an address, over redirects. No address is opened that the rules block, and a page to sign in
 * at is recognised by its address before it is opened.
 * @throws what the network does, and the reason of `until`.
 */
export async function fetchPage(
  deps: FetchDeps,
  asked: URL,
  known: Validators | null,
  until: AbortSignal,
): Promise<Fetched | Unread | { outcome: 'unchanged' }> {
  const conditions = conditionsOf(known);
  const found = await follow(deps, asked, conditions, until);
  if ('outcome' in found) return found;
  const { url, home, response } = found;
  const conclusion = withoutBody(response, Object.keys(conditions).length > 0);
  if (conclusion !== null) {
    await discard(response);
    return conclusion;
  }
  const bytes = await readBody(response, deps.pageLimit);
  return bytes === 'too_large' ? unread('too_large') : { outcome: 'fetched', url, home, response, bytes };
}

/** The reply that is no redirect, and where it was found. */
async function follow(
  { client, rules }: FetchDeps,
  asked: URL,
  headers: Record<string, string>,
  until: AbortSignal,
): Promise<{ url: URL; home: URL; response: Response } | Unread> {
  let url = asked;
  let home = asked;
  let nearSignIn = false;
  let standing = rules(asked);
  if (standing === 'blocked') return unread('blocked_address');
  for (let redirects = 0; redirects <= REDIRECTS; redirects += 1) {
    const response = await client.get(url, headers, until);
    const location = REDIRECT_STATUSES.has(response.status) ? locationOf(response) : null;
    if (location === null) return { url, home, response };
    await discard(response);
    if (!URL.canParse(location, url.href)) return unread('unreachable');
    const isHome = home === url && FOR_GOOD.has(response.status);
    url = new URL(location, url.href);
    if (isHome) home = url;
    const trace = signInTrace(asked, url);
    if (trace === 'certain') return unread('needs_sign_in');
    nearSignIn ||= trace === 'likely';
    if (url.href.length > URL_LIMIT) return unread('unreachable');
    const next = rules(url);
    // A stranger's page must not choose what is opened inside.
    if (next === 'blocked' || (next === 'private' && standing !== 'private'))
      return unread('blocked_address');
    standing = next;
  }
  return unread(nearSignIn ? 'needs_sign_in' : 'unreachable');
}

/** Where a reply redirects. Headers arrive as one character for each byte, and many servers send UTF-8 as it is. */
function locationOf({ headers }: Response): string | null {
  const location = headers.get('location');
  if (location === null || !/[\u0080-\u00ff]/u.test(location)) return location;
  const bytes = Buffer.from(location, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : location;
}

/** What a reply says without its body; null when the body is to be read. */
function withoutBody(response: Response, conditional: boolean): Unread | { outcome: 'unchanged' } | null {
  const { status, headers } = response;
  if (status === 304 && conditional) return { outcome: 'unchanged' };
  if (!response.ok) return unread(STATUS_REASONS[status] ?? 'unreachable');
  if (!isReadableType(headers.get('content-type'))) return unread('type_not_supported');
  return isDecodable(response) ? null : unread('unreachable');
}

function conditionsOf(known: Validators | null): Record<string, string> {
  return {
    ...(known?.etag ? { 'if-none-match': known.etag } : {}),
    ...(known?.lastModified ? { 'if-modified-since': known.lastModified } : {}),
  };
}
