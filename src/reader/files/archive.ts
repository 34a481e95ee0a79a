import { type UnzipFileInfo, unzipSync, zipSync } from 'fflate';
import { Unreadable } from './unreadable.ts';

/** The files inside an office file that hold its text, by their paths. */
export type Entries = Record<string, Uint8Array>;
export type OfficeKind = 'docx' | 'xlsx' | 'pptx';

const MAX_ENTRIES = 10_000;
const MAX_BYTES = 60 * 1024 * 1024;

const MAIN: Record<OfficeKind, RegExp> = {
  docx: /^word\/document\d*\.xml$/u,
  xlsx: /^xl\/workbook\.xml$/u,
  pptx: /^ppt\/presentation\.xml$/u,
};
const NEEDED: Record<OfficeKind, RegExp> = {
  docx: /^(?:\[Content_Types\]\.xml|_rels\/\.rels|word\/(?:_rels\/)?[^/]+\.(?:xml|rels))$/u,
  xlsx: /^(?:\[Content_Types\]\.xml|_rels\/\.rels|xl\/(?:_rels\/|worksheets\/)?[^/]+\.(?:xml|rels))$/u,
  pptx: /^ppt\/(?:_rels\/|(?:slides|notesSlides|diagrams|charts)\/(?:_rels\/)?)?[^/]+\.(?:xml|rels)$/u,
};

/**
 * Which office file an archive is, by what lies in it.
 * @param called whether its name or its server says that it is an office file
 * @throws Unreadable when it is another archive, or its contents cannot be listed.
 */
export function officeKindOf(bytes: Uint8Array, extension: string, called: boolean): OfficeKind {
  let names: string[];
  try {
    names = list(bytes).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(called ? 'damaged' : 'type_not_supported');
  }
  const kinds = (['docx', 'xlsx', 'pptx'] as const).filter((kind) =>
    names.some((name) => MAIN[kind].test(name)),
  );
  const kind = kinds.find((one) => one === extension) ?? kinds[0];
  if (kind === undefined) throw new Unreadable(called ? 'damaged' : 'type_not_supported');
  return kind;
}

/**
 * Unpacks what holds the text of an office file, and nothing else.
 * @throws Unreadable when that is too much, by what the archive itself declares, or is not what office files hold.
 */
export function unpack(bytes: Uint8Array, kind: OfficeKind): Entries {
  const needed = list(bytes).filter(({ name }) => NEEDED[kind].test(name));
  const declared = needed.reduce((sum, { originalSize, size }) => sum + Math.max(originalSize, size), 0);
  if (!(declared <= MAX_BYTES)) throw new Unreadable('too_large');
  if (needed.some(isLie)) throw new Unreadable('damaged');
  // The sizes in the list are the sizes of the buffers that are unpacked into: an entry that is really larger is cut.
  const entries = unzipSync(bytes, { filter: ({ name }) => NEEDED[kind].test(name) });
  for (const content of Object.values(entries)) refuseDeclarations(content);
  return entries;
}

/** A fresh archive of just these files, so that no parser sees the one that was sent. */
export function repack(entries: Entries): Uint8Array<ArrayBuffer> {
  return zipSync(entries, { level: 0 });
}

/** Packing never makes anything much larger: what declares less than it is packed in unpacks to something else. */
function isLie({ size, originalSize }: UnzipFileInfo): boolean {
  return size > originalSize * 1.01 + 64;
}

function list(bytes: Uint8Array): UnzipFileInfo[] {
  const found: UnzipFileInfo[] = [];
  unzipSync(bytes, {
    filter(entry) {
      if (found.length >= MAX_ENTRIES) throw new Unreadable('too_large');
      found.push(entry);
      return false;
    },
  });
  return found;
}

/** Office files have no document type declaration; one is there to define entities that grow when they are read. */
function refuseDeclarations(content: Uint8Array): void {
  const view = Buffer.from(content.buffer, content.byteOffset, content.length);
  if (view.includes('<!DOCTYPE') || view.includes('<!ENTITY')) throw new Unreadable('damaged');
}
