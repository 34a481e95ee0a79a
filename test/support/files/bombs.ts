import { strToU8, zipSync } from 'fflate';
import { documentXml, docxWith } from './office.ts';

/** A docx of a few hundred kilobytes whose text is declared, and is, 200 MB. */
export function zipBombDocx(): Uint8Array {
  const block = new Uint8Array(20 * 1024 * 1024).fill(0x20);
  const files = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`word/part${at}.xml`, block]));
  return zipSync({ 'word/document.xml': strToU8('<w:document/>'), ...files }, { level: 9 });
}

/** A docx that packs 20 MB of text, and declares fewer bytes. */
export function lyingZipBombDocx({ declared }: { declared: number }): Uint8Array {
  const bytes = zipSync({ 'word/document.xml': new Uint8Array(20 * 1024 * 1024).fill(0x20) }, { level: 9 });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  // The size stands in the header of the file, and again in the list at the end of the archive.
  view.setUint32(22, declared, true);
  view.setUint32(listAt(view) + 24, declared, true);
  return bytes;
}

/** A docx whose list names the same packed text again and again. */
export function overlappingZipDocx(entries: number): Uint8Array {
  const bytes = zipSync({ 'word/document.xml': new Uint8Array(1024 * 1024).fill(0x20) }, { level: 9 });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const at = listAt(view);
  const end = bytes.length - 22;
  const entry = bytes.slice(at, end);
  const closing = bytes.slice(end);
  const closingView = new DataView(closing.buffer);
  closingView.setUint16(8, entries, true);
  closingView.setUint16(10, entries, true);
  closingView.setUint32(12, entry.length * entries, true);
  return Buffer.concat([bytes.slice(0, at), ...Array.from({ length: entries }, () => entry), closing]);
}

/** A docx whose text is one entity that stands for a thousand million words. */
export function entityBombDocx(): Uint8Array {
  const entities = Array.from(
    { length: 9 },
    (_, at) => `<!ENTITY e${at + 1} "${`&e${at};`.repeat(10)}">`,
  ).join('');
  const text = documentXml({ sections: [{ heading: 'Bomb', paragraphs: ['ENTITY'] }] })
    .replace('?>', `?><!DOCTYPE bomb [<!ENTITY e0 "laugh">${entities}]>`)
    .replace('ENTITY<', '&e9;<');
  return docxWith(text);
}

function listAt(view: DataView): number {
  return view.getUint32(view.byteLength - 22 + 16, true);
}
