import type { Response } from 'undici';

/** Encodings that are asked for and undone. Others would arrive as they are, and several at once serve no page. */
const ENCODINGS = new Set(['', 'identity', 'gzip', 'x-gzip', 'deflate', 'br']);

/** True when the body arrives as the text or file it stands for. */
export function isDecodable({ headers }: Response): boolean {
  return ENCODINGS.has((headers.get('content-encoding') ?? '').trim().toLowerCase());
}

/** Ends the reply without reading its body, and frees its connection. */
export async function discard({ body }: Response): Promise<void> {
  // A reply that already broke off has nothing left to free.
  await body?.cancel().catch(() => undefined);
}

/**
 * The body of a reply after decompression, or `too_large` as soon as that is known: not more than the limit and one
 * piece of it is ever held, whatever the server announces and however much it sends.
 */
export async function readBody(response: Response, limit: number): Promise<Uint8Array | 'too_large'> {
  if (Number(response.headers.get('content-length') ?? 0) > limit) {
    await discard(response);
    return 'too_large';
  }
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body ?? []) {
    size += piece.byteLength;
    // Leaving the loop cancels the body.
    if (size > limit) return 'too_large';
    pieces.push(piece);
  }
  return joined(pieces, size);
}

function joined(pieces: Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.byteLength;
  }
  return bytes;
}
