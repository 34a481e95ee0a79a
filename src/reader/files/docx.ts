import { strToU8 } from 'fflate';
import mammoth from 'mammoth';
import type { TextPart } from '../../domain/passage-place.ts';
import { partsByHeading } from '../../domain/text-parts.ts';
import { repack, unpack } from './archive.ts';
import { cleanText } from './clean.ts';
import { mendedDocument } from './docx-mend.ts';
import { htmlDocument } from './dom.ts';
import { toMarkdown } from './markdown.ts';

/** Files inside a Word document that hold its text. */
const WITH_TEXT = /^word\/(?:document\d*|footnotes|endnotes)\.xml$/u;

/**
 * Reads a Word document: its text under its headings, lists and tables as lines. Pictures and what the author hid are
 * left out.
 */
export async function readDocx(bytes: Uint8Array): Promise<TextPart[]> {
  const entries = unpack(bytes, 'docx');
  for (const [path, content] of Object.entries(entries))
    if (WITH_TEXT.test(path))
      entries[path] = strToU8(mendedDocument(new TextDecoder('utf-8').decode(content)));
  const { value: html } = await mammoth.convertToHtml(
    { buffer: Buffer.from(repack(entries)) },
    {
      styleMap: ["p[style-name='Title'] => h1:fresh", "p[style-name='Subtitle'] => p:fresh"],
      convertImage: mammoth.images.imgElement(async () => ({ src: '' })),
      externalFileAccess: false,
    },
  );
  const { body } = htmlDocument(`<html><body>${html}</body></html>`);
  return body === null ? [] : partsByHeading(cleanText(toMarkdown(body)));
}
