import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import {
  entityBombDocx,
  lyingZipBombDocx,
  overlappingZipDocx,
  zipBombDocx,
} from '../../support/files/bombs.ts';
import { docxOf, docxWith, encryptedOffice, oleStub } from '../../support/files/office.ts';
import { reading } from './reading.ts';

const { read, texts, reason } = reading();

describe('A Word document', () => {
  it('is read under its headings, with the rows of its tables', async () => {
    const { parts } = await read(
      'plan.docx',
      docxOf({
        sections: [
          { heading: 'Scope', paragraphs: ['We paint *all* rooms.', 'Not the roof.'] },
          { heading: 'Costs', paragraphs: ['See the table.'] },
        ],
        table: [
          ['Item', 'Price'],
          ['Paint & brushes', '120'],
        ],
      }),
    );
    expect(parts).toEqual([
      { text: '# Scope\n\nWe paint *all* rooms.\n\nNot the roof.', place: { heading: 'Scope' } },
      {
        text: '# Costs\n\nSee the table.\n\nItem | Price\nPaint & brushes | 120',
        place: { heading: 'Costs' },
      },
    ]);
  });

  it('is one by what lies in it, whatever it is called', async () => {
    const bytes = docxOf({ sections: [{ heading: 'A', paragraphs: ['b'] }] });
    expect(await texts('download', bytes)).toEqual(['# A\n\nb']);
    expect(await texts('wrong.xlsx', bytes)).toEqual(['# A\n\nb']);
  });

  it('is read without what its author hid, with equations and with text boxes of new programs', async () => {
    const run = (text: string, properties = '') => `<w:r>${properties}<w:t>${text}</w:t></w:r>`;
    const hidden = run('hidden', '<w:rPr><w:b/><w:vanish/></w:rPr>');
    const seen = run('Seen ', '<w:rPr><w:vanish w:val="0"/></w:rPr>');
    const equation =
      '<m:oMathPara><m:oMath><m:r><m:t>a&lt;</m:t></m:r><m:r><m:t>b</m:t></m:r></m:oMath></m:oMathPara>';
    const box = `<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx><w:txbxContent><w:p>${hidden}${run('In a box')}</w:p></w:txbxContent></wps:txbx></w:drawing></mc:Choice></mc:AlternateContent></w:r>`;
    const names = [
      'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"',
      'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"',
      'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"',
      'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"',
    ].join(' ');
    const document = `<w:document ${names}><w:body><w:p>${seen}${hidden}${equation}</w:p><w:p>${box}</w:p></w:body></w:document>`;
    expect(await texts('a.docx', docxWith(document))).toEqual(['Seen a<b\n\nIn a box']);
  });

  it('without text is empty', async () => {
    expect(await reason('empty.docx', docxOf({ sections: [] }))).toBe('empty');
  });

  it('that is cut off or broken inside is damaged', async () => {
    const bytes = docxOf({ sections: [{ heading: 'A', paragraphs: ['b'] }] });
    expect(await reason('cut.docx', bytes.slice(0, bytes.length - 200))).toBe('damaged');
    expect(await reason('broken.docx', docxWith('<w:document><w:body><w:p>'))).toBe('damaged');
    expect(await reason('deep.docx', docxWith('<a>'.repeat(2000)))).toBe('damaged');
  });
});

describe('An office file that is protected or old', () => {
  it('is encrypted when it is called by a new name or holds an encrypted package', async () => {
    expect(await reason('secret.docx', oleStub())).toBe('encrypted');
    expect(await reason('secret.xlsx', oleStub())).toBe('encrypted');
    expect(await reason('download', encryptedOffice())).toBe('encrypted');
  });

  it('is not supported when it is of the old kind', async () => {
    expect(await reason('letter.doc', oleStub())).toBe('type_not_supported');
  });
});

describe('An archive that is made to harm', () => {
  it('is too large when it declares more than we unpack, or more files than any document has', async () => {
    expect(await reason('bomb.docx', zipBombDocx())).toBe('too_large');
    expect(await reason('overlap.docx', overlappingZipDocx(100))).toBe('too_large');
    expect(await reason('many.docx', overlappingZipDocx(10_001))).toBe('too_large');
  });

  it('is damaged when it declares less than it holds', async () => {
    expect(await reason('lie.docx', lyingZipBombDocx({ declared: 1000 }))).toBe('damaged');
    expect(await reason('small-lie.docx', lyingZipBombDocx({ declared: 40_000 }))).toBe('damaged');
  });

  it('is damaged when its text defines entities', async () => {
    expect(await reason('laughs.docx', entityBombDocx())).toBe('damaged');
  });

  it('is not supported when it is no office file, and damaged when it says it is one', async () => {
    const archive = zipSync({ 'readme.txt': Buffer.from('hello') });
    expect(await reason('files.zip', archive)).toBe('type_not_supported');
    expect(await reason('files.docx', archive)).toBe('damaged');
    expect(await reason('none.zip', Buffer.from('PK\u0003\u0004 and nothing else'))).toBe(
      'type_not_supported',
    );
  });
});
