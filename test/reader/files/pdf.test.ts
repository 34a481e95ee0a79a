import { describe, expect, it } from 'vitest';
import {
  emptyPdf,
  encryptedPdf,
  filledPdf,
  pdfBomb,
  pdfOf,
  pdfWithBrokenPage,
  pdfWithHugeXref,
  scannedPdf,
  writeProtectedPdf,
} from '../../support/files/pdf.ts';
import { reading } from './reading.ts';

describe('A PDF', () => {
  const { read, texts, reason } = reading();

  it('is read page by page', async () => {
    const { parts, page, size } = await read(
      'minutes.pdf',
      pdfOf({ pages: ['First page.', 'Second page.'] }),
    );
    expect(parts).toEqual([
      { text: 'First page.', place: { page: 1 } },
      { text: 'Second page.', place: { page: 2 } },
    ]);
    expect(page).toBeNull();
    expect(size).toBeGreaterThan(500);
  });

  it('is read with the lines of a paragraph joined, and divided words whole', async () => {
    const paragraph =
      'The committee discussed the renovation of the northern wing at great length and then agreed to post-\n' +
      'pone the decision until the offers of three more companies have been received and compared with care.';
    const [text] = await texts('minutes.pdf', pdfOf({ pages: [`${paragraph}\n\nNext meeting: Monday.`] }));
    expect(text).toBe(`${paragraph.replace('-\n', '')}\n\nNext meeting: Monday.`);
  });

  it('keeps the lines of a list apart', async () => {
    const [text] = await texts(
      'list.pdf',
      pdfOf({ pages: ['Bring along:\n- paint\n- brushes\n- a ladder'] }),
    );
    expect(text).toBe('Bring along:\n- paint\n- brushes\n- a ladder');
  });

  it('of 300 pages is read to the last one', async () => {
    const pages = Array.from({ length: 300 }, (_, at) => `Clause ${at + 1} of the contract.`);
    const { parts } = await read('contract.pdf', pdfOf({ pages }));
    expect(parts).toHaveLength(300);
    expect(parts.at(-1)).toEqual({ text: 'Clause 300 of the contract.', place: { page: 300 } });
  });

  it('without text on some pages keeps the numbers of the others', async () => {
    const { parts } = await read('report.pdf', pdfOf({ pages: ['Cover', '', 'Summary'] }));
    expect(parts.map(({ place }) => place.page)).toEqual([1, 3]);
  });

  it('says of a page that it could not be read', async () => {
    const pdf = pdfWithBrokenPage({ pages: ['First.', 'Second.', 'Third.'], broken: 3 });
    expect((await read('broken.pdf', pdf)).parts).toEqual([
      { text: 'First.', place: { page: 1 } },
      { text: 'Second.', place: { page: 2 } },
      { text: '(This page could not be read.)', place: { page: 3 } },
    ]);
  });

  it('is read with what was filled into its form', async () => {
    const form = filledPdf({ text: 'Application', field: 'Name', value: 'Ada' });
    expect(await texts('form.pdf', form)).toEqual(['Application\n\nName: Ada']);
  });

  it('is a PDF by its bytes, whatever it is called', async () => {
    expect(await texts('notes.txt', pdfOf({ pages: ['Really a PDF.'] }))).toEqual(['Really a PDF.']);
    expect(
      await texts('x.pdf', Buffer.concat([Buffer.from('\n\n'), pdfOf({ pages: ['Late start.'] })])),
    ).toEqual(['Late start.']);
  });

  it('that only its owner may change is read; one that opens with a password is not', async () => {
    expect(await texts('offer.pdf', writeProtectedPdf('Read me.'))).toEqual(['Read me.']);
    expect(await reason('secret.pdf', encryptedPdf())).toBe('encrypted');
  });

  it('of pictures is told from an empty one', async () => {
    expect(await reason('scan.pdf', scannedPdf({ pages: 2 }))).toBe('scanned');
    expect(await reason('blank.pdf', emptyPdf())).toBe('empty');
    expect(await reason('none.pdf', pdfOf({ pages: [] }))).toBe('empty');
  });

  it('that is cut off, or is none, is damaged', async () => {
    const whole = pdfOf({ pages: ['Gone.'] });
    expect(await reason('cut.pdf', whole.slice(0, whole.length / 3))).toBe('damaged');
    expect(await reason('junk.pdf', '%PDF-1.7\nnothing of a PDF')).toBe('damaged');
    expect(await reason('noise.pdf', new Uint8Array(1000).fill(0x81).fill(0, 500))).toBe('damaged');
  });

  it('that declares a hundred million entries is given up at once', async () => {
    expect(await reason('xref.pdf', pdfWithHugeXref())).not.toBe('read');
  });
});

describe('A PDF that unpacks to more than a thread may hold', () => {
  const { reason, texts } = reading({ bufferMb: 8 });

  it('is too large, and the next file is read', async () => {
    expect(await reason('bomb.pdf', pdfBomb(32))).toBe('too_large');
    expect(await texts('after.txt', 'Still here.')).toEqual(['Still here.']);
  });
});
