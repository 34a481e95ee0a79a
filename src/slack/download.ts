import type { WebClient } from '@slack/web-api';
import { DomainError } from '../domain/errors.ts';
import { waitFor } from './call.ts';

const DOWNLOAD_TIMEOUT_MS = 15_000;

/**
 * Reads a shared file with the bot's token. The token goes to Slack's own file hosts and to the host of the Web API
 * (a local Slack), and nowhere else: an address in an event is not a reason to hand it out.
 * @param limit bytes.
 * @throws DomainError `document_too_large`, or `attachment_not_found` when Slack does not hand the file out;
 *   WaitError when it asks to wait; the reason of `signal` when it ends; any other error is worth another try.
 */
export async function download(
  address: string,
  client: WebClient,
  limit: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const token = client.token;
  if (token === undefined || !isSlackFileHost(address, client.slackApiUrl)) throw refused();
  return inTime(signal, (until) => fetchFile(address, token, limit, until));
}

async function inTime<T>(outer: AbortSignal, work: (until: AbortSignal) => Promise<T>): Promise<T> {
  outer.throwIfAborted();
  const controller = new AbortController();
  const end = (): void => controller.abort(outer.reason);
  const tooLate = new Error(`Slack did not hand a file out within ${DOWNLOAD_TIMEOUT_MS} ms.`);
  const timer = setTimeout(() => controller.abort(tooLate), DOWNLOAD_TIMEOUT_MS);
  outer.addEventListener('abort', end, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener('abort', end);
  }
}

async function fetchFile(
  address: string,
  token: string,
  limit: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const reply = await fetch(address, {
    headers: { authorization: `Bearer ${token}` },
    // Followed, the token would go wherever Slack points to; and to people without access it points to its sign-in.
    redirect: 'manual',
    signal,
  });
  const isPage = reply.headers.get('content-type')?.startsWith('text/html') === true;
  if (!reply.ok || reply.body === null || (isPage && !namesPage(address))) {
    await reply.body?.cancel();
    throw failure(reply);
  }
  const bytes = await readUpTo(reply.body, limit);
  if (isPage && isSignIn(bytes)) throw refused();
  return bytes;
}

/** What comes is counted as it comes, whatever length was announced. */
async function readUpTo(body: ReadableStream<Uint8Array>, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > limit) throw new DomainError('document_too_large', 'The file is larger than the limit.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function isSlackFileHost(address: string, apiUrl: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return false;
  const api = new URL(apiUrl);
  // Slack's own API host serves much that is no file.
  if (url.origin === api.origin) return !/(^|\.)slack\.com$/u.test(api.hostname);
  const isSecure = url.protocol === 'https:' && url.port === '';
  return isSecure && /(^|\.)(files\.slack\.com|slack-files\.com)$/u.test(url.hostname);
}

const namesPage = (address: string): boolean => /\.x?html?$/iu.test(new URL(address).pathname);

/** The title of the page that Slack serves with status 200 in place of a file to whoever may not have it. */
const SIGN_IN = /<title>[^<]*\bslack\b[^<]*<\/title>/iu;
const BEGINNING = 20_000;

/** Where a page was shared, a page is expected: Slack's sign-in is told by what it calls itself and asks for. */
function isSignIn(bytes: Uint8Array): boolean {
  const beginning = new TextDecoder().decode(bytes.subarray(0, BEGINNING));
  return SIGN_IN.test(beginning) && /sign[\s_-]?in/iu.test(beginning);
}

/** One file that Slack cannot serve is no outage: its tries count, and then it is kept by name. */
function failure({ status, headers }: Response): Error {
  if (status === 429) return waitFor(Number.parseInt(headers.get('retry-after') ?? '', 10));
  return status >= 500 ? new Error(`Slack answered a download with ${status}.`) : refused();
}

function refused(): DomainError {
  return new DomainError(
    'attachment_not_found',
    'Slack did not hand the file out. Share it again in the thread.',
  );
}
