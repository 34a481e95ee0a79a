import { afterAll } from 'vitest';
import type { PassagePlace } from '../../../src/domain/passage-place.ts';
import { createParser, type Parsed, type ParseTask } from '../../../src/reader/files/parse.ts';

/** Reads files as the app does, in threads that end with the tests of this file. */
export function reading(limits: Parameters<typeof createParser>[0] = {}) {
  const parser = createParser(limits);
  const signal = new AbortController().signal;
  afterAll(() => parser.close());

  const parse = (name: string, content: Uint8Array | string, more: Partial<ParseTask> = {}) =>
    parser.parse(
      {
        name,
        bytes: typeof content === 'string' ? Buffer.from(content) : content,
        mediaType: null,
        url: null,
        ...more,
      },
      signal,
    );
  /** What was read; a reason fails the test. */
  const read = async (...task: Parameters<typeof parse>): Promise<Parsed> => {
    const outcome = await parse(...task);
    if (outcome.outcome === 'unread') throw new Error(`${task[0]} was not read: ${outcome.reason}`);
    return outcome;
  };
  return {
    parse,
    read,
    /** The texts of a file's parts. */
    texts: async (...task: Parameters<typeof parse>): Promise<string[]> =>
      (await read(...task)).parts.map(({ text }) => text),
    /** The places of a file's parts. */
    places: async (...task: Parameters<typeof parse>): Promise<PassagePlace[]> =>
      (await read(...task)).parts.map(({ place }) => place),
    /** Why a file was not read, or `read`. */
    reason: async (...task: Parameters<typeof parse>): Promise<string> => {
      const outcome = await parse(...task);
      return outcome.outcome === 'unread' ? outcome.reason : 'read';
    },
  };
}
