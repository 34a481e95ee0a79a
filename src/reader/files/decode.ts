/**
 * The text that bytes stand for, or null when they are no text. The bytes decide: a byte order mark, zeros in every
 * other place, then UTF-8, also with single bytes that are broken; only what is none of these is taken for what was
 * declared, or for Windows-1252 when `namedText` says that it should be text.
 * @param charset as a server or a page declares it, or null
 */
export function decodeText(bytes: Uint8Array, charset: string | null, namedText: boolean): string | null {
  const marked = byteOrderMark(bytes);
  if (marked !== null) return decode(bytes, marked);
  const declared = charset === null || /^utf-?16/iu.test(charset) ? null : charset;
  if (bytes.includes(0)) {
    const wide = declared === charset ? null : decode(bytes, charset ?? 'utf-16le');
    const guessed = wide ?? decode(bytes, wideByZeros(bytes));
    if (guessed !== null) return guessed;
    if (!isNearlyText(bytes, namedText || charset !== null)) return null;
  }
  const text = decode(bytes, 'utf-8') ?? mended(bytes);
  if (text !== null || !(namedText || charset !== null)) return text;
  return (declared === null ? null : decode(bytes, declared)) ?? decode(bytes, 'windows-1252');
}

/** The charset that an HTML page declares in its first bytes, or null. What can be read so is not UTF-16. */
export function htmlCharset(bytes: Uint8Array): string | null {
  const head = Buffer.from(bytes.subarray(0, 2048)).toString('latin1');
  const charset = /<meta[^>]{0,200}charset\s*=\s*["']?([\w:.-]{2,40})/iu.exec(head)?.[1] ?? null;
  return charset === null || /^utf-?16/iu.test(charset) ? null : charset;
}

function byteOrderMark(bytes: Uint8Array): string | null {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  return null;
}

/** Enough to see where zeros stand. */
const HEAD = 4096;

/** What Windows-1252 has where Latin-1 has control characters, from 0x80 on. */
const WINDOWS_SIGNS = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ';

/** Null for a charset nobody knows, and for bytes it does not allow. In wide characters, a zero is none. */
function decode(bytes: Uint8Array, charset: string | null): string | null {
  if (charset === null) return null;
  try {
    const decoder = new TextDecoder(charset, { fatal: true });
    const text = decoder.decode(bytes);
    if (text.includes('\u0000'))
      return decoder.encoding.startsWith('utf-16') ? null : text.replaceAll('\u0000', '');
    // Some versions of Node.js take it for Latin-1.
    return decoder.encoding === 'windows-1252' ? withWindowsSigns(text) : text;
  } catch {
    return null;
  }
}

/** UTF-8 of which a few bytes are broken or cut off, with a sign in their place; null when it is hardly UTF-8. */
function mended(bytes: Uint8Array): string | null {
  const text = new TextDecoder('utf-8').decode(bytes);
  const broken = text.split('\uFFFD').length - 1;
  // Accented letters of older charsets are hardly ever valid together by chance.
  let whole = -broken;
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) whole += 1;
  return whole >= 2 * broken ? text.replaceAll('\u0000', '') : null;
}

/** The kind of UTF-16 that has its zeros where these bytes have them, or null. */
function wideByZeros(bytes: Uint8Array): string | null {
  const head = bytes.subarray(0, HEAD - (HEAD % 2));
  let even = 0;
  let odd = 0;
  head.forEach((byte, at) => {
    if (byte !== 0) return;
    if (at % 2 === 0) even += 1;
    else odd += 1;
  });
  const most = Math.max(even, odd);
  if (most < head.length * 0.2 || Math.min(even, odd) > most * 0.05) return null;
  return odd > even ? 'utf-16le' : 'utf-16be';
}

/** True when control characters are as rare as they are where something went wrong with a text. */
function isNearlyText(bytes: Uint8Array, namedText: boolean): boolean {
  let controls = 0;
  for (const byte of bytes)
    if (byte < 0x20 && !(byte >= 0x07 && byte <= 0x0d) && byte !== 0x1b) controls += 1;
  return controls <= (namedText ? Math.max(1, bytes.length / 50) : bytes.length / 500);
}

function withWindowsSigns(text: string): string {
  return text.replace(/[\u0080-\u009F]/gu, (sign) => WINDOWS_SIGNS[sign.charCodeAt(0) - 0x80] ?? sign);
}
