import { z } from 'zod';
import { type ContextSource, markShown, type Rank, unreadNote } from '../../domain/context-sources.ts';
import type { ToolSpec } from '../../ports/model.ts';
import { delimited, fitting } from './tool-text.ts';

export const SEARCH_ATTACHMENTS: ToolSpec = {
  name: 'search_attachments',
  description:
    'Finds the passages that match some words, in all attachments that can be read here. Best first.',
  parameters: {
    type: 'object',
    properties: {
      query: { type: 'string', description: 'Words to look for, in the language of the attachments.' },
    },
    required: ['query'],
    additionalProperties: false,
  },
};

export const searchSchema = z.object({ query: z.string().trim().min(1).max(1_000) });

/**
 * The best passages for a query, about 1,500 tokens, each with the passage number that `read_attachment`
 * takes.
 */
export function searchAttachments(
  sources: ContextSource[],
  { query }: z.infer<typeof searchSchema>,
  rank: Rank,
): string {
  const entries = sources.flatMap(entriesOf);
  const byId = new Map(entries.map((entry, at) => [String(at), entry]));
  const ranked = rank(
    query,
    [...byId].map(([id, { source, searched }]) => ({ id, text: `${source.title}\n${searched}` })),
  );
  const found = ranked.flatMap(({ id }) => byId.get(id) ?? []);
  if (found.length === 0) return 'No attachment here holds any of these words.';
  const shown = fitting(found);
  for (const { source, n } of shown) if (n !== null) markShown(source, [n]);
  const left = found.length - shown.length;
  const rest =
    left === 0 ? [] : [`${left} more passages match; ask with other words, or read on with read_attachment.`];
  return [...shown.map(({ source, place, text }) => delimited(source, place, text)), ...rest].join('\n');
}

interface Entry {
  source: ContextSource;
  /** Position of the passage; null for an attachment without text. */
  n: number | null;
  place: string;
  text: string;
  searched: string;
}

function entriesOf(source: ContextSource): Entry[] {
  const count = source.passages.length;
  if (count > 0) {
    return source.passages.map(({ n, text }, at) => ({
      source,
      n,
      place: `${at + 1} of ${count}`,
      text,
      searched: text,
    }));
  }
  const url = source.url ?? '';
  const text = `${url} (not read: ${unreadNote(source) ?? 'there is no text in it'})`.trim();
  return [{ source, n: null, place: 'none', text, searched: url }];
}
