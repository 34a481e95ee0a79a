import { call } from './call.ts';

/** Where the next page begins; empty for the first. */
export type Cursor = { cursor?: string };

/** All pages of a list that Slack gives in pieces, one after the other. Errors are those of `call`. */
export async function* pagesOf<P extends { response_metadata?: { next_cursor?: string } }>(
  read: (cursor: Cursor) => Promise<P>,
): AsyncGenerator<P> {
  let cursor: string | undefined;
  do {
    const page = await call(read(cursor === undefined ? {} : { cursor }));
    yield page;
    cursor = page.response_metadata?.next_cursor || undefined;
  } while (cursor !== undefined);
}
