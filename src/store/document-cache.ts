import { LRUCache } from 'lru-cache';
import type { Connection } from 'mongoose';
import type { Passage } from '../domain/attachment.ts';

interface Whose {
  teamId: string;
  projectId: string;
  documentId: string;
}

/** What a passage takes besides its text, about. */
const PASSAGE_BYTES = 300;

type Cache = LRUCache<string, readonly Passage[]>;

const caches = new WeakMap<Connection, Cache>();

/** Holds the passages of documents used last, up to so many bytes; a document and its passages never change. */
export function createPassageCache(connection: Connection, maxBytes: number) {
  const cache: Cache = new LRUCache({ maxSize: maxBytes, sizeCalculation: sizeOf });
  caches.set(connection, cache);
  return {
    get: (whose: Whose): readonly Passage[] | undefined => cache.get(keyOf(whose)),
    /** @returns what is held from now on: the same objects as before when another call was first. */
    put(whose: Whose, passages: readonly Passage[]): readonly Passage[] {
      const held = cache.get(keyOf(whose));
      if (held !== undefined) return held;
      cache.set(keyOf(whose), passages);
      return passages;
    },
  };
}

/** Forgets the text of a document that was removed. */
export function dropPassages(connection: Connection, whose: Whose): void {
  caches.get(connection)?.delete(keyOf(whose));
}

function keyOf({ teamId, projectId, documentId }: Whose): string {
  return JSON.stringify([teamId, projectId, documentId]);
}

function sizeOf(passages: readonly Passage[]): number {
  const texts = passages.map(({ text }) => Buffer.byteLength(text) + PASSAGE_BYTES);
  return texts.reduce((sum, one) => sum + one, PASSAGE_BYTES);
}
