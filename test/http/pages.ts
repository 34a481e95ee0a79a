import { createHash } from 'node:crypto';
import type { TextPart } from '../../src/domain/passage-place.ts';
import { partsByHeading } from '../../src/domain/text-parts.ts';
import type { PageContent, Reader } from '../../src/ports/reader.ts';

/** A web of a few pages, in place of the real one: nothing is asked of the network. */
export interface Pages {
  reader: Reader;
  /** What stands at an address from now on; parts as a reader of files would give them. */
  publish(url: string, parts: TextPart[], facts?: Partial<PageContent>): void;
  remove(url: string): void;
  /** Keeps all pages from answering until the function it gives is called. */
  hold(): () => void;
}

export function createPages(): Pages {
  const pages = new Map<string, PageContent>();
  let gate: Promise<void> = Promise.resolve();
  return {
    reader: {
      async readLink(url, known, signal) {
        await Promise.race([gate, aborted(signal)]);
        const page = pages.get(url);
        if (page === undefined) return { outcome: 'unread', reason: 'unreachable' };
        const { etag } = page.validators;
        return etag !== null && etag === known?.etag ? { outcome: 'unchanged' } : page;
      },
      async readFile(_name, bytes) {
        const text = Buffer.from(bytes).toString('utf8');
        if (text.trim() === '') return { outcome: 'unread', reason: 'empty' };
        return { outcome: 'read', parts: partsByHeading(text), hash: hashOf(text), size: bytes.length };
      },
    },
    publish(url, parts, facts = {}) {
      const text = parts.map((part) => part.text).join('\n\n');
      const hash = hashOf(text);
      pages.set(url, {
        outcome: 'read',
        ...{ parts, hash, url, size: text.length },
        ...{ title: null, language: null, canonicalUrl: null },
        validators: { etag: `"${hash}"`, lastModified: null },
        ...facts,
      });
    },
    remove: (url) => void pages.delete(url),
    hold() {
      let open = (): void => {};
      gate = new Promise((resolve) => {
        open = resolve;
      });
      return open;
    },
  };
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
