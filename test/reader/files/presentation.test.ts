import { describe, expect, it } from 'vitest';
import { pptxOf, withFiles } from '../../support/files/office.ts';
import { reading } from './reading.ts';

const { read, texts, reason } = reading();

describe('A presentation', () => {
  it('is read slide by slide in the order of the show, with its notes', async () => {
    const { parts } = await read(
      'pitch.pptx',
      pptxOf({
        slides: [
          { title: 'Why', lines: ['Rooms are dark', 'Paint is old'], notes: 'Pause here.' },
          { title: 'What & how', lines: ['Paint'] },
        ],
      }),
    );
    expect(parts).toEqual([
      {
        text: '# Why\n\nRooms are dark\nPaint is old\n\nNotes: Pause here.',
        place: { slide: 1, heading: 'Why' },
      },
      { text: '# What & how\n\nPaint', place: { slide: 2, heading: 'What & how' } },
    ]);
  });

  it('without words is empty', async () => {
    expect(await reason('empty.pptx', pptxOf({ slides: [{ title: '', lines: [] }] }))).toBe('empty');
  });

  it('is read whatever addresses elsewhere it refers to, and by names that are written as addresses', async () => {
    const bytes = withFiles(
      pptxOf({ slides: [{ title: 'Why', lines: ['Paint'], notes: 'Pause.' }] }),
      (files) => {
        const rels = 'ppt/slides/_rels/slide1.xml.rels';
        files['ppt/slides/_rels/slide 1.xml.rels'] = (files[rels] ?? '').replace(
          '</Relationships>',
          '<Relationship Id="a" Type="x/hyperlink" Target="http://" TargetMode="External"/>' +
            '<Relationship Id="b" Type="x/hyperlink" Target="https://exa mple.com"/></Relationships>',
        );
        files['ppt/slides/slide 1.xml'] = files['ppt/slides/slide1.xml'] ?? '';
        delete files['ppt/slides/slide1.xml'];
        const list = 'ppt/_rels/presentation.xml.rels';
        files[list] = (files[list] ?? '').replace('slide1.xml', 'slide%201.xml');
      },
    );
    expect(await texts('a.pptx', bytes)).toEqual(['# Why\n\nPaint\n\nNotes: Pause.']);
  });

  it('keeps the numbers of its slides when one of them cannot be read, and says so', async () => {
    const slides = ['One', 'Two', 'Three'].map((title) => ({ title, lines: [] }));
    const bytes = withFiles(pptxOf({ slides }), (files) => {
      delete files['ppt/slides/slide2.xml'];
    });
    expect((await read('a.pptx', bytes)).parts).toEqual([
      { text: '# One', place: { slide: 1, heading: 'One' } },
      { text: '(This slide could not be read.)', place: { slide: 2 } },
      { text: '# Three', place: { slide: 3, heading: 'Three' } },
    ]);
  });

  it('is read with the words on its lines and the values of its charts', async () => {
    const bytes = withFiles(pptxOf({ slides: [{ title: 'Costs', lines: [] }] }), (files) => {
      const slide = 'ppt/slides/slide1.xml';
      files[slide] = (files[slide] ?? '').replace(
        '</p:spTree>',
        '<p:cxnSp><p:txBody><a:p><a:r><a:t>leads to</a:t></a:r></a:p></p:txBody></p:cxnSp></p:spTree>',
      );
      files['ppt/slides/_rels/slide1.xml.rels'] =
        '<Relationships><Relationship Id="c" Type="x/chart" Target="../charts/chart1.xml"/></Relationships>';
      const points = (...values: string[]) =>
        values.map((value) => `<c:pt><c:v>${value}</c:v></c:pt>`).join('');
      files['ppt/charts/chart1.xml'] =
        '<c:chartSpace><c:chart><c:title><a:p><a:t>By </a:t><a:t>year</a:t></a:p></c:title>' +
        `<c:ser><c:tx>${points('Paint')}</c:tx><c:cat>${points('2025', '2026')}</c:cat><c:val>${points('10', '12')}</c:val></c:ser></c:chart></c:chartSpace>`;
    });
    expect(await texts('a.pptx', bytes)).toEqual(['# Costs\n\nleads to\nBy year\nPaint: 2025 10, 2026 12']);
  });
});
