export const BYTES_PER_TOKEN = 4;

/**
 * An estimate of how many tokens a text costs: a quarter of its UTF-8 bytes, rounded up. Four bytes a token is what
 * English prose comes to with today's tokenizers, and bytes rather than characters keep other scripts honest. The
 * receipt shows the provider's own figure when there is one.
 */
export function countTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text, 'utf8') / BYTES_PER_TOKEN);
}
