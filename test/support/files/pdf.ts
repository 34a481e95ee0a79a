import { deflateSync } from 'node:zlib';
import PDFDocument from 'pdfkit';

type PdfOptions = NonNullable<ConstructorParameters<typeof PDFDocument>[0]>;

/** A PDF with a page for each text, set in lines as wide as the page. */
export function pdfOf({ pages }: { pages: readonly string[] }): Uint8Array {
  return made({}, (document) => {
    for (const text of pages) document.addPage().font('Times-Roman').fontSize(12).text(text);
  });
}

/** A PDF of a page whose form was filled in: a line of text, and a field with its value. */
export function filledPdf({
  text,
  field,
  value,
}: {
  text: string;
  field: string;
  value: string;
}): Uint8Array {
  return made({}, (document) => {
    document.addPage().text(text).initForm();
    document.formText(field, 100, 200, 200, 20, { value });
  });
}

/** A PDF of these pages, one of which (from 1) cannot be opened. */
export function pdfWithBrokenPage({
  pages,
  broken,
}: {
  pages: readonly string[];
  broken: number;
}): Uint8Array {
  const text = Buffer.from(pdfOf({ pages })).toString('latin1');
  let page = 0;
  const kids = text.replace(/\/Kids \[[^\]]*\]/u, (list) =>
    list.replace(/\d+ 0 R/gu, (kid) => {
      page += 1;
      return page === broken ? '1 0 R'.padEnd(kid.length) : kid;
    }),
  );
  return Buffer.from(kids, 'latin1');
}

/** A PDF that only opens with a password. */
export function encryptedPdf(): Uint8Array {
  return made({ userPassword: 'open sesame', ownerPassword: 'owner' }, (document) => {
    document.addPage().text('Nobody reads this without the password.');
  });
}

/** A PDF that anyone may open and only its owner may change. */
export function writeProtectedPdf(text: string): Uint8Array {
  return made({ ownerPassword: 'owner', permissions: { modifying: false } }, (document) => {
    document.addPage().text(text);
  });
}

/** A PDF as a scanner makes it: a picture on each page, and no text. */
export function scannedPdf({ pages = 1 }: { pages?: number } = {}): Uint8Array {
  return made({}, (document) => {
    for (let page = 0; page < pages; page += 1)
      document.addPage().image(greyPng(120, 160), 0, 0, { width: 500 });
  });
}

/** A PDF whose only page is blank. */
export function emptyPdf(): Uint8Array {
  return made({}, (document) => {
    document.addPage();
  });
}

/** A PDF that says that its table of contents holds millions of entries. */
export function pdfWithHugeXref(): Uint8Array {
  const text = [
    '%PDF-1.4',
    '1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj',
    '2 0 obj << /Type /Pages /Kids [] /Count 999999999 >> endobj',
    'xref',
    '0 99999999',
    '0000000000 65535 f ',
    'trailer << /Size 99999999 /Root 1 0 R >>',
    'startxref',
    '121',
    '%%EOF',
  ].join('\n');
  return Buffer.from(text, 'latin1');
}

/** A PDF of one page whose content unpacks to `megabytes` of spaces. */
export function pdfBomb(megabytes: number): Uint8Array {
  const content = deflateSync(Buffer.alloc(megabytes * 1024 * 1024, ' '), { level: 9 });
  const head = [
    '%PDF-1.4',
    '1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj',
    '2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj',
    '3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R >> endobj',
    `4 0 obj << /Length ${content.length} /Filter /FlateDecode >> stream`,
    '',
  ].join('\n');
  const tail = '\nendstream endobj\ntrailer << /Size 5 /Root 1 0 R >>\n%%EOF\n';
  return Buffer.concat([Buffer.from(head, 'latin1'), content, Buffer.from(tail, 'latin1')]);
}

/** Without compression everything is written at once, so that nobody has to wait for a stream. */
function made(options: PdfOptions, draw: (document: PDFKit.PDFDocument) => void): Uint8Array {
  const document = new PDFDocument({
    autoFirstPage: false,
    compress: false,
    font: 'Helvetica',
    info: { CreationDate: new Date('2026-01-15T09:00:00Z') },
    ...options,
  });
  const chunks: Buffer[] = [];
  draw(document);
  document.end();
  for (let chunk: unknown = document.read(); chunk instanceof Buffer; chunk = document.read())
    chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

function greyPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height, 0xcc);
  for (let row = 0; row < height; row += 1) rows[row * (width + 1)] = 0;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  // Readers of PDFs do not check the sum at the end of a chunk.
  return Buffer.concat([length, Buffer.from(type, 'latin1'), data, Buffer.alloc(4)]);
}
