import type { Response } from 'undici';

/** Types whose bytes the parser may make something of. Some servers give files of any kind as bare bytes. */
const READABLE = [
  /^text\//u,
  /[/+](?:json|xml|yaml)$/u,
  /^application\/(?:x-)?(?:ndjson|json-seq|yaml|toml|csv|markdown|javascript|sh|sql|pdf)$/u,
  /^application\/vnd\.openxmlformats-officedocument\./u,
  /^application\/vnd\.ms-excel$/u,
  /^(?:application|binary)\/(?:octet-stream|(?:x-|force-)?download)$/u,
];
const PICTURE = /^image\//u;

/** False when the server names a type that holds no text we can read, such as a picture, a video or an archive. */
export function isReadableType(contentType: string | null): boolean {
  const type = (contentType ?? '').split(';', 1).join('').trim().toLowerCase();
  // Many servers do not know a type and say so by none, or by something that is none.
  if (!type.includes('/') || type === '*/*') return true;
  return !PICTURE.test(type) && READABLE.some((readable) => readable.test(type));
}

/** What the file behind a reply is called: by the server, else by its address; empty when neither says. */
export function fileName(url: URL, { headers }: Response): string {
  const disposition = headers.get('content-disposition') ?? '';
  const encoded = /filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/iu.exec(disposition)?.[1];
  const plain = /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/iu.exec(disposition);
  const given =
    encoded === undefined ? (plain?.[1] ?? plain?.[2] ?? lastPart(url.pathname)) : decoded(encoded);
  return lastPart(given).slice(0, 255);
}

/** Names are for telling types apart, and never a path. */
function lastPart(path: string): string {
  return decoded(path.split(/[/\\]/u).at(-1) ?? '');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
