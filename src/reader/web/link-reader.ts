import type { UnreadReason } from '../../domain/attachment.ts';
import type { Reader, Unread } from '../../ports/reader.ts';
import type { Parse } from '../files/parse.ts';
import { createAddressRules } from './addresses.ts';
import { BlockedAddress, type Lookup } from './checked-lookup.ts';
import { createClient } from './client.ts';
import { fileName } from './content-type.ts';
import { startDeadline } from './deadline.ts';
import { fetchPage } from './fetch-page.ts';
import { plainAddress, toPage } from './page.ts';
import { unread } from './unread.ts';

export interface LinkReader extends Pick<Reader, 'readLink'> {
  /** Ends every connection at once; a reading that is under way, or begins later, throws. */
  close(): Promise<void>;
}

interface LinkReaderDeps {
  parse: Parse;
  /** Given by tests; otherwise name servers are asked, and for hosts inside the system. */
  lookup?: Lookup;
  /** Given by tests; otherwise those of the system. */
  nameServers?: readonly string[];
  /** Hosts inside that an administrator allows, as `host` (ports 80 and 443) or `host:port`. */
  privateHosts: readonly string[];
  /** Most bytes of a page, after decompression. */
  pageLimit: number;
  /** Time for all of a page: every redirect and the whole body. */
  timeoutMs: number;
}

/**
 * Reads what is behind links, and reaches nothing but the public web and what an administrator allowed.
 * @throws Error for an entry of `privateHosts` that is no host.
 */
export function createLinkReader(deps: LinkReaderDeps): LinkReader {
  const { parse, lookup, nameServers, privateHosts, pageLimit, timeoutMs } = deps;
  const rules = createAddressRules(privateHosts);
  const client = createClient({ rules, timeoutMs, lookup, nameServers });
  let closed = false;

  return {
    async readLink(address, known, signal) {
      signal.throwIfAborted();
      if (!URL.canParse(address)) return unread('unreachable');
      const asked = new URL(address);
      const fetched = await inTime(signal, (until) =>
        fetchPage({ client, rules, pageLimit }, asked, known, until),
      );
      if (fetched.outcome !== 'fetched') return fetched;
      const { url, response, bytes } = fetched;
      const name = fileName(url, response);
      const mediaType = response.headers.get('content-type');
      return toPage(asked, fetched, await parse({ bytes, name, mediaType, url: plainAddress(url) }, signal));
    },
    async close() {
      closed = true;
      await client.close();
    },
  };

  /** What goes wrong on the network is a reason, unless the caller gave up or the reader was closed. */
  async function inTime<T>(
    signal: AbortSignal,
    work: (until: AbortSignal) => Promise<T>,
  ): Promise<T | Unread> {
    const deadline = startDeadline(signal, timeoutMs);
    try {
      return await work(deadline.signal);
    } catch (error) {
      signal.throwIfAborted();
      // Closing says nothing about the page.
      if (closed) throw error;
      return unread(deadline.passed() ? 'timed_out' : reasonOf(error));
    } finally {
      deadline.clear();
    }
  }
}

function reasonOf(error: unknown): UnreadReason {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof BlockedAddress) return 'blocked_address';
    if ('code' in cause && /TIMEOUT|ETIMEDOUT/u.test(String(cause.code))) return 'timed_out';
  }
  return 'unreachable';
}
