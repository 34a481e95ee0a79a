import type { TextPart } from '../../domain/passage-place.ts';
import type { Unread } from '../../ports/reader.ts';
import { createPool, type PoolLimits } from './pool.ts';

/** A file, or what a server answered. */
export interface ParseTask {
  bytes: Uint8Array;
  /** Only helps where the bytes do not say what they are. */
  name: string;
  /** Content-Type of a server, or null. */
  mediaType: string | null;
  /** Address of a page, for HTML, or null. */
  url: string | null;
}

export interface Parsed {
  outcome: 'read';
  /** Never empty. */
  parts: TextPart[];
  /** SHA-256, hex, of the text and where its pieces stand. */
  hash: string;
  /** Bytes of the original. */
  size: number;
  /** What an HTML page says of itself; null for everything else. */
  page: {
    title: string | null;
    language: string | null;
    canonicalUrl: string | null;
    /** There is a password field, and little else. */
    asksSignIn: boolean;
  } | null;
}

/**
 * Turns bytes into text. Whatever they are, it resolves with the text or a reason; it rejects only when `signal` is
 * aborted, when the parser is closed, or when no thread can be started.
 */
export type Parse = (task: ParseTask, signal: AbortSignal) => Promise<Parsed | Unread>;

const LIMITS: PoolLimits = { workers: 2, timeoutMs: 20_000, heapMb: 384, bufferMb: 256 };

/**
 * Reads files in threads of their own, so that none of them can stop or crash the app, whatever it holds. A thread
 * that takes too long or too much memory is ended, and its file counts as too complex.
 */
export function createParser(limits: Partial<PoolLimits> = {}): { parse: Parse; close(): Promise<void> } {
  const pool = createPool({ ...LIMITS, ...limits });
  return {
    async parse(task, signal) {
      return (await pool.run(task, signal)) ?? { outcome: 'unread', reason: 'too_complex' };
    },
    close: () => pool.close(),
  };
}
