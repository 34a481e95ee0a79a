import { z } from 'zod';
import type { Passage } from '../../domain/attachment.ts';
import { type ContextSource, candidateOf, markShown, type Rank } from '../../domain/context-sources.ts';
import { placed } from '../../domain/context-text.ts';
import type { ToolSpec } from '../../ports/model.ts';
import { delimited, fitting, noText, PLACES_CAN_BE_CITED } from './tool-text.ts';

export const SEARCH_ATTACHMENTS: ToolSpec = {
  name: 'search_attachments',
  description: `Finds the passages that match some words, in all attachments that can be read here. Best first. ${PLACES_CAN_BE_CITED}`,
  parameters: {
    type: 'object',
    properties: {
      query: { type: 'string', description: 'Words to look for, in the language of the attachments.' },
    },
    required: ['query'],
    additionalProperties: false,
  },
};

/** No more than these are looked at for a result: it holds a few hundred words. */
const MOST = 200;

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
  const ranked = rank(
    query,
    entries.map(({ source, passage }, at) =>
      passage === null
        ? { id: String(at), label: source.title, text: source.url ?? '' }
        : candidateOf(String(at), source, passage),
    ),
  );
  if (ranked.length === 0) return 'No attachment here holds any of these words.';
  const best = ranked.slice(0, MOST).flatMap(({ id }) => entries[Number(id)] ?? []);
  const shown = fitting(best.map((entry) => ({ ...entry, text: textOf(entry) })));
  for (const { source, passage } of shown) if (passage !== null) markShown(source, [passage.n]);
  const left = ranked.length - shown.length;
  const rest =
    left === 0 ? [] : [`${left} more passages match; ask with other words, or read on with read_attachment.`];
  return [...shown.map(({ source, at, text }) => delimited(source, at, text)), ...rest].join('\n');
}

interface Entry {
  source: ContextSource;
  /** Null for an attachment without text. */
  passage: Passage | null;
  /** Which passage of how many it is. */
  at: string;
}

function entriesOf(source: ContextSource): Entry[] {
  const { passages } = source;
  if (passages.length === 0) return [{ source, passage: null, at: 'none' }];
  return passages.map((passage, at) => ({ source, passage, at: `${at + 1} of ${passages.length}` }));
}

function textOf({ source, passage }: Entry): string {
  return passage === null ? `${source.url ?? ''} ${noText(source)}`.trim() : placed(passage);
}
