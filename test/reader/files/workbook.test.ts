import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { withFiles, xlsxOf, xlsxWith } from '../../support/files/office.ts';
import { reading } from './reading.ts';

const { read, texts, reason } = reading();

describe('A workbook', () => {
  it('is read sheet by sheet: shared texts, days and times, formulas by their last value', async () => {
    const { parts } = await read(
      'budget.xlsx',
      xlsxOf({
        sheets: [
          {
            name: 'Costs',
            rows: [
              ['Item', 'Price', 'Due', 'Paid'],
              ['Paint', 12.1 + 0.2, new Date('2026-03-01'), true],
              [],
              ['Wood', { formula: 'B2*2', value: 24.5 }, new Date('2026-03-02T14:30:00Z'), false],
            ],
          },
          { name: 'Nothing', rows: [] },
          { name: 'People', rows: [['Name'], ['Item']] },
        ],
      }),
    );
    expect(parts).toEqual([
      {
        text: 'Item | Price | Due | Paid\nPaint | 12.3 | 2026-03-01 | true\nWood | 24.5 | 2026-03-02T14:30 | false',
        place: { sheet: 'Costs', rows: { from: 2, to: 4 } },
      },
      { text: 'Name\nItem', place: { sheet: 'People', rows: { from: 2, to: 2 } } },
    ]);
  });

  it('of many rows is read in parts that fit a passage, with the header at the top of each', async () => {
    const rows = Array.from({ length: 500 }, (_, at) => [`Item ${at + 2}`, at, 'ordered and paid']);
    const { parts } = await read(
      'long.xlsx',
      xlsxOf({ sheets: [{ name: 'All', rows: [['Item', 'No', 'State'], ...rows] }] }),
    );
    expect(parts.length).toBeGreaterThan(5);
    let next = 2;
    for (const { text, place } of parts) {
      const lines = text.split('\n');
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1000);
      expect(lines[0]).toBe('Item | No | State');
      expect(lines[1]).toMatch(new RegExp(`^Item ${next} `, 'u'));
      expect(place.rows?.from).toBe(next);
      next += lines.length - 1;
      expect(place.rows?.to).toBe(next - 1);
    }
    expect(next).toBe(502);
  });

  it('keeps what stands above its header apart', async () => {
    const rows = [['Budget of the northern wing'], [], ['Item', 'Price'], ['Paint', 12]];
    const { parts } = await read('titled.xlsx', xlsxOf({ sheets: [{ name: 'S', rows }] }));
    expect(parts).toEqual([
      { text: 'Budget of the northern wing', place: { sheet: 'S', rows: { from: 1, to: 1 } } },
      { text: 'Item | Price\nPaint | 12', place: { sheet: 'S', rows: { from: 4, to: 4 } } },
    ]);
  });

  it('without any cell is empty, and with missing parts damaged', async () => {
    expect(await reason('empty.xlsx', xlsxOf({ sheets: [{ name: 'A', rows: [] }] }))).toBe('empty');
    const broken = zipSync({ 'xl/workbook.xml': Buffer.from('<workbook/>') });
    expect(await reason('broken.xlsx', broken)).toBe('damaged');
  });

  it('loses nothing but what is broken in it', async () => {
    const rows =
      '<row><c t="inlineStr"><is><t>Item</t></is></c><c t="inlineStr"><is><r><t>Pri</t></r><r><t>ce</t></r><rPh><t>spoken</t></rPh></is></c></row>' +
      '<row r="3"><c r="A3" t="s"><v>999</v></c><c r="B3" t="s"><v>0</v></c><c r="C3" t="new"><v>odd</v></c></row>' +
      '<row r="4"><c r="A4" t="e"><v>#DIV/0!</v></c><c r="B4" t="str"><f>A1</f><v>a &amp; b</v></c><c r="D4" t="d"><v>2026-03-01T00:00:00</v></c></row>';
    const { parts } = await read('odd.xlsx', xlsxWith(rows, { strings: ['shared_x000D_ text'] }));
    expect(parts).toEqual([
      {
        text: 'Item | Price\n | shared text | odd\n#DIV/0! | a & b |  | 2026-03-01',
        place: { sheet: 'S', rows: { from: 3, to: 4 } },
      },
    ]);
  });

  it('with a cell far out costs no more than its filled cells', async () => {
    const rows =
      '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c></row><row r="1048576"><c r="XFD1048576"><v>3</v></c></row>';
    expect((await read('far.xlsx', xlsxWith(rows))).parts).toEqual([
      { text: '1 | 2\n |  | 3', place: { sheet: 'S', rows: { from: 1_048_576, to: 1_048_576 } } },
    ]);
  });

  it('shows days and amounts of time by the formats of its cells', async () => {
    const formats =
      '<numFmts><numFmt numFmtId="170" formatCode="[h]:mm"/><numFmt numFmtId="171" formatCode="dd\\.mm\\.yy;@"/>' +
      '<numFmt numFmtId="172" formatCode="0 &quot;days&quot;"/></numFmts>' +
      '<cellXfs><xf/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="172"/><xf numFmtId="20"/></cellXfs>';
    const cells = [
      ['1', '1.5'],
      ['2', '46082'],
      ['2', '1'],
      ['3', '7'],
      ['4', '0.5'],
      ['2', '1e300'],
    ].map(([style, value]) => `<c s="${style}"><v>${value}</v></c>`);
    const shown = (workbook: string) => {
      const bytes = withFiles(xlsxWith(`<row>${cells.join('')}</row>`, { workbook }), (files) => {
        files['xl/styles.xml'] = `<styleSheet>${formats}</styleSheet>`;
      });
      return texts('a.xlsx', bytes);
    };
    expect(await shown('')).toEqual(['36:00 | 2026-03-01 | 1900-01-01 | 7 | 12:00 | 1e+300']);
    expect(await shown('<workbookPr date1904="1"/>')).toEqual([
      '36:00 | 2030-03-02 | 1904-01-02 | 7 | 12:00 | 1e+300',
    ]);
  });
});
