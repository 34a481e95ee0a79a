import { z } from 'zod';
import type { SharedLink } from '../../domain/link.ts';

const link = z.object({ type: z.literal('link'), url: z.string(), text: z.string().nullish() });
const container = z.object({ elements: z.array(z.unknown()) });

/**
 * Links from the rich text of a message, in their order (docs.slack.dev, rich text block). Quotes and lists nest, so
 * every `elements` array is walked; what is not understood is passed over.
 */
export function linksInRichText(blocks: unknown[]): SharedLink[] {
  return blocks.flatMap((block) => {
    const asLink = link.safeParse(block);
    if (asLink.success) return [{ url: asLink.data.url, label: asLink.data.text ?? null }];
    const asContainer = container.safeParse(block);
    return asContainer.success ? linksInRichText(asContainer.data.elements) : [];
  });
}

/** True when a message carries rich text at all: then its links are in there and nowhere else. */
export function hasRichText(blocks: unknown[]): boolean {
  return blocks.some((block) => z.object({ type: z.literal('rich_text') }).safeParse(block).success);
}
