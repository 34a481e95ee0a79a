import { fileTypeFromBuffer } from 'file-type';
import { officeKindOf } from './archive.ts';
import { decodeText, htmlCharset } from './decode.ts';
import type { Task } from './messages.ts';
import { Unreadable } from './unreadable.ts';

/** What a file turned out to be: an office file or a PDF by its bytes, or a text of some kind, decoded. */
export type Recognised =
  | { kind: 'pdf' | 'docx' | 'xlsx' | 'pptx' }
  | { kind: 'html' | 'csv' | 'tsv' | 'json' | 'markdown' | 'code'; text: string };

type TextKind = Exclude<Recognised['kind'], 'pdf' | 'docx' | 'xlsx' | 'pptx'>;

/** More than every signature needs. */
const HEAD = 4100;
const OLE2 = [0xd0, 0xcf, 0x11, 0xe0];
const OFFICE = /^(?:docx|docm|dotx|xlsx|xlsm|pptx|pptm|ppsx)$/u;
const TEXT_TYPE = /^text\/|[/+](?:json|xml|yaml|toml|javascript|ecmascript|x-sh|sql|graphql)$/u;

const KIND_OF_EXTENSION = new Map<string, TextKind>([
  ...ofKind('html', 'html htm xhtml'),
  ...ofKind('csv', 'csv'),
  ...ofKind('tsv', 'tsv tab'),
  ...ofKind('json', 'json geojson webmanifest'),
  ...ofKind('markdown', 'md markdown mdown mdx txt text'),
  ...ofKind(
    'code',
    'log xml svg yaml yml toml ini cfg conf env properties js mjs cjs jsx ts mts cts tsx css scss less vue svelte ' +
      'py rb php java kt kts scala groovy c h cc cpp hpp cs fs go rs swift m mm pl pm lua r jl ex exs erl hs clj sql ' +
      'sh bash zsh fish ps1 bat cmd dockerfile makefile gradle tf proto graphql jsonl ndjson diff patch tex bib srt vtt ' +
      'ics vcf rst adoc org',
  ),
]);
const KIND_OF_TYPE = new Map<string, TextKind>([
  ['text/html', 'html'],
  ['application/xhtml+xml', 'html'],
  ['text/csv', 'csv'],
  ['text/tab-separated-values', 'tsv'],
  ['application/json', 'json'],
  ['text/markdown', 'markdown'],
]);

/**
 * Says what a file is: its bytes decide, then what a server calls it, then its name.
 * @throws Unreadable when it is nothing that is read.
 */
export async function recognise({ bytes, name, mediaType }: Task): Promise<Recognised> {
  if (bytes.length === 0) throw new Unreadable('empty');
  const extension = extensionOf(name);
  const [type = '', charset = null] = mediaTypeParts(mediaType);
  const called = OFFICE.test(extension) || /officedocument/u.test(type);
  if (isArchive(bytes)) return { kind: officeKindOf(bytes, extension, called) };
  if (startsWith(bytes, OLE2)) throw new Unreadable(reasonOfOle(bytes, called));
  const sniffed = await typeOfHead(bytes);
  if (sniffed === 'application/pdf' || ((extension === 'pdf' || type.endsWith('/pdf')) && hasPdfMark(bytes)))
    return { kind: 'pdf' };
  if (sniffed === 'application/rtf') throw new Unreadable('type_not_supported');

  const named = KIND_OF_EXTENSION.has(extension) || TEXT_TYPE.test(type);
  const isPage = KIND_OF_TYPE.get(type) === 'html' || KIND_OF_EXTENSION.get(extension) === 'html';
  const said = isPage || beginsAsHtml(Buffer.from(bytes.subarray(0, HEAD)).toString('latin1'));
  const text = decodeText(bytes, charset ?? (said ? htmlCharset(bytes) : null), named);
  if (text === null) {
    throw new Unreadable(called || extension === 'pdf' ? 'damaged' : 'type_not_supported');
  }
  return { kind: textKindOf(text, type, extension), text };
}

async function typeOfHead(bytes: Uint8Array): Promise<string | null> {
  try {
    return (await fileTypeFromBuffer(bytes.subarray(0, HEAD)))?.mime ?? null;
  } catch {
    // It looks into some containers, and throws when they are cut off or damaged.
    return null;
  }
}

function textKindOf(text: string, type: string, extension: string): TextKind {
  if (beginsAsHtml(text)) return 'html';
  const byType = KIND_OF_TYPE.get(type) ?? (type.endsWith('+json') ? 'json' : undefined);
  return byType ?? KIND_OF_EXTENSION.get(extension) ?? (/^(?:#!|<\?)/u.test(text) ? 'code' : 'markdown');
}

/** Comments, white space and what says that it is XML may stand before the first tag. */
function beginsAsHtml(text: string): boolean {
  const passedOver = /[\uFEFF\s]|\u00EF\u00BB\u00BF|<!--[\s\S]*?-->|<\?xml[^>]{0,500}>/uy;
  let at = 0;
  while (passedOver.test(text)) at = passedOver.lastIndex;
  return /^<(?:!doctype\s+html|html|head|body)[\s>]/iu.test(text.slice(at, at + 40));
}

/** Password-protected office files are OLE2 containers of an encrypted package; other containers are old formats. */
function reasonOfOle(bytes: Uint8Array, called: boolean): 'encrypted' | 'type_not_supported' {
  const holdsPackage = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(
    Buffer.from('EncryptedPackage', 'utf16le'),
  );
  return called || holdsPackage ? 'encrypted' : 'type_not_supported';
}

function hasPdfMark(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.subarray(0, 1024)).includes('%PDF-');
}

function isArchive(bytes: Uint8Array): boolean {
  return [
    [3, 4],
    [5, 6],
    [7, 8],
  ].some((mark) => startsWith(bytes, [0x50, 0x4b, ...mark]));
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, at) => bytes[at] === byte);
}

function extensionOf(name: string): string {
  const base = name.toLowerCase().split(/[/\\]/u).at(-1) ?? '';
  return base.includes('.') ? (base.split('.').at(-1) ?? '') : base;
}

function mediaTypeParts(mediaType: string | null): [type?: string, charset?: string] {
  if (mediaType === null) return [];
  const type = mediaType.split(';')[0]?.trim().toLowerCase() ?? '';
  const charset = /;\s*charset\s*=\s*"?([\w:.-]{2,40})/iu.exec(mediaType)?.[1];
  return charset === undefined ? [type] : [type, charset];
}

function ofKind(kind: TextKind, extensions: string): [string, TextKind][] {
  return extensions.split(' ').map((extension) => [extension, kind]);
}
