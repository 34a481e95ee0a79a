import type { WebClient } from '@slack/web-api';
import { DomainError } from '../domain/errors.ts';
import { waitFor } from './call.ts';

const DOWNLOAD_TIMEOUT_MS = 15_000;

/**
 * Reads a shared file with the bot's token. The token goes to Slack's own file hosts and to the host of the Web API
 * (a local Slack), and nowhere else: an address in an event is not a reason to hand it out.
 * @param limit bytes.
 * @throws DomainError `document_too_large`, or `attachment_not_found` when Slack does not hand the file out;
 *   WaitError when it asks to wait; any other error is worth another try.
 */
export async function download(address: string, client: WebClient, limit: number): Promise<Uint8Array> {
  const token = client.token;
  if (token === undefined || !isSlackFileHost(address, client.slackApiUrl)) throw refused();
  const reply = await fetch(address, {
    headers: { authorization: `Bearer ${token}` },
    // Followed, the token would go wherever Slack points to; and to people without access it points to its sign-in.
    redirect: 'manual',
    signal: AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS),
  });
  // Without access Slack serves its sign-in page with status 200.
  const isPage = reply.headers.get('content-type')?.startsWith('text/html') === true;
  if (!reply.ok || reply.body === null || isPage) {
    await reply.body?.cancel();
    throw failure(reply);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of reply.body) {
    size += chunk.byteLength;
    if (size > limit) throw new DomainError('document_too_large', 'The file is larger than the limit.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function isSlackFileHost(address: string, apiUrl: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  if (url.origin === new URL(apiUrl).origin) return true;
  return url.protocol === 'https:' && /(^|\.)(files\.slack\.com|slack-files\.com)$/u.test(url.hostname);
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
