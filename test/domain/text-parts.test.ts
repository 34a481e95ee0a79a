import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partsByHeading } from '../../src/domain/text-parts.ts';

describe('The parts of a Markdown text', () => {
  it('begin at headings, each with the words of its heading', () => {
    expect(
      partsByHeading('Before.\n\n# Opening hours\nNine to five.\n\n## On *holidays* ##\n\nClosed.'),
    ).toEqual([
      { text: 'Before.', place: {} },
      { text: '# Opening hours\nNine to five.', place: { heading: 'Opening hours' } },
      { text: '## On *holidays* ##\n\nClosed.', place: { heading: 'On *holidays*' } },
    ]);
  });

  it('are one part without a place when there is no heading', () => {
    expect(partsByHeading('Only text.\n\n#hashtag\n\n####### seven')).toEqual([
      { text: 'Only text.\n\n#hashtag\n\n####### seven', place: {} },
    ]);
  });

  it('do not begin inside of code', () => {
    const text = '# Setup\n\n```sh\n# install first\nnpm ci\n```\n\n~~~\n# still code\n```\n~~~\nDone.';
    expect(partsByHeading(text)).toEqual([{ text, place: { heading: 'Setup' } }]);
  });

  it('begin again after code that was closed', () => {
    expect(partsByHeading('```\n# code\n```\n# Heading\ntext').map(({ place }) => place)).toEqual([
      {},
      { heading: 'Heading' },
    ]);
  });

  it('keep a heading with nothing below it together with the section that follows', () => {
    expect(partsByHeading('# Contract\n\n## Payment\nIn thirty days.\n\n# End')).toEqual([
      { text: '# Contract\n\n## Payment\nIn thirty days.', place: { heading: 'Payment' } },
      { text: '# End', place: { heading: 'End' } },
    ]);
  });

  it('name a heading by its words: without marks, without the address of a link, at most 120 characters', () => {
    const heading = (line: string) => partsByHeading(`${line}\ntext`)[0]?.place.heading;
    expect(heading('## **Prices** of `npm` [packages](https://example.com/a)')).toBe(
      'Prices of npm packages',
    );
    expect(heading('# Notes on C#')).toBe('Notes on C#');
    expect(heading(`# ${'😀'.repeat(200)}`)).toBe('😀'.repeat(120));
  });

  it('are none for a text without words', () => {
    expect(partsByHeading('')).toEqual([]);
    expect(partsByHeading('\n \n\t\n')).toEqual([]);
  });

  it('hold every line of the text, in order', () => {
    const line = fc.oneof(
      fc.constantFrom('# A', '## B', '```', 'text', '', 'more text', '~~~', '#'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const words = (text: string) => text.replace(/\r\n?/gu, '\n').split(/\s+/u).filter(Boolean);
        const parts = partsByHeading(lines.join('\n'));
        expect(words(parts.map(({ text }) => text).join('\n'))).toEqual(words(lines.join('\n')));
      }),
    );
  });
});
