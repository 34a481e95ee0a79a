import type { Reader } from '../ports/reader.ts';
import { createParser } from './files/parse.ts';
import { createLinkReader } from './web/link-reader.ts';

/** For all of a page: every redirect, and the whole body. */
const PAGE_MS = 15_000;

type ReaderDeps = Omit<Parameters<typeof createLinkReader>[0], 'parse' | 'timeoutMs'>;

/** Reads links and files. After `close` nothing is read any more, and nothing of it keeps the process alive. */
export function createReader(deps: ReaderDeps): Reader & { close(): Promise<void> } {
  const { parse, close } = createParser();
  const links = createLinkReader({ ...deps, parse, timeoutMs: PAGE_MS });
  return {
    readLink: (url, known, signal) => links.readLink(url, known, signal),
    async readFile(name, bytes, signal) {
      const read = await parse({ bytes, name, mediaType: null, url: null }, signal);
      if (read.outcome === 'unread') return read;
      const { outcome, parts, hash, size } = read;
      return { outcome, parts, hash, size };
    },
    async close() {
      await Promise.all([links.close(), close()]);
    },
  };
}
