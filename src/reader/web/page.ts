import type { Response } from 'undici';
import { URL_LIMIT } from '../../domain/link.ts';
import type { PageContent, Unread } from '../../ports/reader.ts';
import type { Parsed } from '../files/parse.ts';
import type { Fetched } from './fetch-page.ts';
import { isSignInPage, signInTrace } from './sign-in.ts';
import { unread } from './unread.ts';

/** Longer ones are no validators; they would be kept, and sent back each time. */
const VALIDATOR_LIMIT = 1_000;

/** The page that was asked for, or that what was found in its place is one to sign in at. */
export function toPage(
  asked: URL,
  { url, home, response }: Fetched,
  parsed: Parsed | Unread,
): PageContent | Unread {
  if (parsed.outcome === 'unread') {
    // A form alone is no text.
    const isForm = parsed.reason === 'empty' && signInTrace(asked, url) !== 'none';
    return isForm ? unread('needs_sign_in') : parsed;
  }
  const { parts, hash, size, page } = parsed;
  const characters = parts.reduce((sum, { text }) => sum + text.length, 0);
  if (isSignInPage({ asked, home, final: url }, { asksSignIn: page?.asksSignIn ?? false, characters })) {
    return unread('needs_sign_in');
  }
  return {
    outcome: 'read',
    parts,
    hash,
    size,
    url: plainAddress(home),
    title: page?.title ?? null,
    language: page?.language ?? null,
    canonicalUrl: claimed(page?.canonicalUrl ?? null),
    validators: { etag: validator(response, 'etag'), lastModified: validator(response, 'last-modified') },
  };
}

/** An address as it may be shown and kept: without a user name and password, and without a place on the page. */
export function plainAddress(url: URL): string {
  const plain = new URL(url);
  plain.username = '';
  plain.password = '';
  plain.hash = '';
  return plain.href;
}

/** The address a page gives as its own, when people can follow it and see from it where it leads. */
function claimed(address: string | null): string | null {
  if (address === null || address.length > URL_LIMIT || !URL.canParse(address)) return null;
  const { protocol, username, password } = new URL(address);
  return /^https?:$/u.test(protocol) && username === '' && password === '' ? address : null;
}

function validator({ headers }: Response, name: string): string | null {
  const value = headers.get(name);
  return value === null || value === '' || value.length > VALIDATOR_LIMIT ? null : value;
}
