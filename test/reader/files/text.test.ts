import { describe, expect, it } from 'vitest';
import { reading } from './reading.ts';

const { read, texts, places, reason } = reading();

describe('A text', () => {
  it('is read by its headings when it is Markdown or plain', async () => {
    expect(await places('notes.md', '# A\na\n# B\nb')).toEqual([{ heading: 'A' }, { heading: 'B' }]);
    expect(await places('notes.txt', '# A\na')).toEqual([{ heading: 'A' }]);
    expect(await places('README', 'Hello')).toEqual([{}]);
  });

  it('is read as it is when it is source code: its comments are no headings', async () => {
    const code = '# set up\nimport os\n\n\tif True:  # yes\n\t\tpass';
    expect((await read('setup.py', code)).parts).toEqual([{ text: code, place: {} }]);
    expect(await texts('unknown', `#!/bin/sh\n# go\necho`)).toEqual(['#!/bin/sh\n# go\necho']);
  });

  it('is a text whatever it is called, when its bytes are one', async () => {
    expect(await texts('strange.bin', 'BMW builds cars.')).toEqual(['BMW builds cars.']);
    expect(await texts('photo.png', 'MZ is no program here, PK no archive.')).toHaveLength(1);
  });

  it('is read in the charset it is written in', async () => {
    const words = 'Grüße aus Köln – 5 €';
    const utf16 = Buffer.from(words, 'utf16le');
    expect(await texts('a.txt', `\uFEFF${words}`)).toEqual([words]);
    expect(await texts('a.txt', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]))).toEqual([words]);
    expect(await texts('a.txt', Buffer.concat([Buffer.from([0xfe, 0xff]), utf16.swap16()]))).toEqual([words]);
    expect(await texts('a.txt', Buffer.from([0x47, 0x72, 0xfc, 0xdf, 0x65, 0x20, 0x80]))).toEqual([
      'Grüße €',
    ]);
    const japanese = Buffer.from([0x93, 0xfa, 0x96, 0x7b]);
    expect(await texts('page', japanese, { mediaType: 'text/plain; charset=shift_jis' })).toEqual(['日本']);
  });

  it('with single broken bytes is still read in its charset', async () => {
    const words = Buffer.from('Grüße aus Köln, schöne Grüße');
    const broken = Buffer.concat([words, Buffer.from([0xff])]);
    expect(await texts('a.txt', broken)).toEqual(['Grüße aus Köln, schöne Grüße\uFFFD']);
    expect(await texts('a.txt', words.subarray(0, words.length - 2))).toEqual([
      'Grüße aus Köln, schöne Grü\uFFFD',
    ]);
    expect(await texts('a.txt', Buffer.concat([words, Buffer.from([0])]))).toEqual([words.toString()]);
  });

  it('of wide characters is read without a mark at its beginning', async () => {
    const words = 'Grüße aus Köln';
    const utf16 = Buffer.from(words, 'utf16le');
    expect(await texts('a.txt', utf16)).toEqual([words]);
    expect(await texts('a.txt', Buffer.from(utf16).swap16())).toEqual([words]);
    const declared = { mediaType: 'text/plain; charset=utf-16' };
    expect(await texts('a', Buffer.from(utf16), declared)).toEqual([words]);
  });

  it('is not taken for one of wide characters because somebody says so', async () => {
    const words = 'Grüße aus Köln';
    expect(await texts('a', words, { mediaType: 'text/plain; charset=utf-16' })).toEqual([words]);
    const page = `<html><head><meta charset="utf-16"></head><body>${words}</body></html>`;
    expect(await texts('a.html', page)).toEqual([words]);
    const about = Buffer.from('Write <meta charset="shift_jis"> for B\u00fccher', 'latin1');
    expect(await texts('a.md', about)).toEqual(['Write <meta charset="shift_jis"> for Bücher']);
  });

  it('is kept without what cannot be seen, and without gaps', async () => {
    const text = 'one\r\ntwo\u0007\u200B\u{E0041}\rthree\n\n\n \n\nfour\u00ADteen\n';
    expect(await texts('a.txt', text)).toEqual(['one\ntwo\nthree\n\n\nfourteen']);
  });

  it('is kept without gaps of more than sixteen spaces', async () => {
    expect(await texts('a.py', `\tone${' '.repeat(3_000_000)}two`)).toEqual([`\tone${' '.repeat(16)}two`]);
  });

  it('without words is empty', async () => {
    expect(await reason('a.txt', '')).toBe('empty');
    expect(await reason('a.txt', ' \n\t\u200B\n')).toBe('empty');
    expect(await reason('a.csv', ',,\n,,')).toBe('empty');
  });

  it('of the size that files may have at most is read, also in one line, and a much larger one is too large', async () => {
    expect(await reason('long.txt', 'x'.repeat(10_000_000))).toBe('read');
    expect(await reason('long.json', `"${'x'.repeat(10_000_000)}"`)).toBe('read');
    expect(await reason('long.txt', 'x'.repeat(13_000_000))).toBe('too_large');
  });

  it('of one long line below that is read', async () => {
    expect((await texts('line.txt', 'word '.repeat(700_000)))[0]).toHaveLength(3_499_999);
  });

  it('has a hash that depends on its words and places, and on nothing else', async () => {
    const hash = async (name: string, text: string) => (await read(name, text)).hash;
    expect(await hash('a.txt', '# A\r\nb\r\n')).toBe(await hash('other.md', '# A\nb'));
    expect(await hash('a.txt', '# A\nb')).not.toBe(await hash('a.txt', '# A\nc'));
    expect(await hash('a.md', '# A\nb')).not.toBe(await hash('a.py', '# A\nb'));
  });
});

describe('JSON', () => {
  it('in one long line is laid out, with all digits of its numbers and the order of its keys', async () => {
    const json = `{"b":12345678901234567890,"1":[{},[],true],"text":"gr\\u00fc\\u00df, {x}","long":"${'x'.repeat(1000)}"}`;
    expect(await texts('data.json', json)).toEqual([
      `{\n  "b": 12345678901234567890,\n  "1": [\n    {},\n    [],\n    true\n  ],\n  "text": "grüß, {x}",\n  "long": "${'x'.repeat(1000)}"\n}`,
    ]);
  });

  it('that is laid out, or is none, stays as it is', async () => {
    expect(await texts('data.json', '{\n "a": 1\n}')).toEqual(['{\n "a": 1\n}']);
    expect(await texts('data.json', '{"a": 1,}')).toEqual(['{"a": 1,}']);
    expect(await texts('deep.json', '['.repeat(100_000))).toEqual(['['.repeat(100_000)]);
  });

  it('nested deeply does not grow without end', async () => {
    const depth = 20_000;
    const [text = ''] = await texts('deep.json', `${'['.repeat(depth)}1${']'.repeat(depth)}`);
    expect(text.length).toBeLessThan(depth * 100);
  });
});

describe('A table of separated values', () => {
  it('is read in rows, numbered as spreadsheets do', async () => {
    const { parts } = await read('a.csv', 'Name,Price\r\n"Paint, white",12\r\n\r\n"Say ""hi""\nthere",3\r\n');
    expect(parts).toEqual([
      { text: 'Name | Price\nPaint, white | 12\nSay "hi" there | 3', place: { rows: { from: 2, to: 4 } } },
    ]);
  });

  it('is separated by what it is separated by', async () => {
    expect(await texts('a.csv', 'Name;Price\nPaint;1,50\n')).toEqual(['Name | Price\nPaint | 1,50']);
    expect(await texts('a.csv', 'Name\tPrice\nPaint\t1,50\n')).toEqual(['Name | Price\nPaint | 1,50']);
    expect(await texts('a.tsv', 'Name, first\tPrice\nA, B, C\t2\n')).toEqual([
      'Name, first | Price\nA, B, C | 2',
    ]);
    const served = { mediaType: 'text/csv; charset=utf-8' };
    expect(await texts('export', 'Name,Price\nPaint,12', served)).toEqual(['Name | Price\nPaint | 12']);
  });

  it('is separated by what each line has as often as the first, not by what stands in its cells', async () => {
    expect(await texts('a.csv', 'Aufgabe;Preis\nErst, dann, und noch;1,50\n')).toEqual([
      'Aufgabe | Preis\nErst, dann, und noch | 1,50',
    ]);
    expect(await texts('a.csv', 'Name,Note\nA,"x; y; z"\nB,a; b; c\n')).toEqual([
      'Name | Note\nA | x; y; z\nB | a; b; c',
    ]);
  });

  it('keeps its lines apart, and their numbers, when a quote in it is not closed', async () => {
    const { parts } = await read('a.csv', 'Name,Note\nA,"5 inch\nB,fine\nC,"quoted, well"\nD,last');
    expect(parts).toEqual([
      {
        text: 'Name | Note\nA | "5 inch\nB | fine\nC | quoted, well\nD | last',
        place: { rows: { from: 2, to: 5 } },
      },
    ]);
    expect(await reason('a.csv', `a,b\n${'"x,""y\n'.repeat(300_000)}`)).toBe('read');
  });

  it('with broken quotes loses no text', async () => {
    const text = (
      await texts('a.csv', 'Name,Note\nA,"open\nB,5" wide\nC,"x"y\nD,"never closed\nE,last')
    ).join('\n');
    for (const word of ['Name', 'open', '5', 'wide', 'C', 'x', 'y', 'never closed', 'E', 'last'])
      expect(text).toContain(word);
  });

  it('of nearly ten megabytes is read, however long its header is', async () => {
    const header = Array.from({ length: 30 }, (_, at) => `column ${at}`).join(',');
    const row = Array.from({ length: 30 }, (_, at) => at).join(',');
    const { parts } = await read('long.csv', `${header}\n${`${row}\n`.repeat(115_000)}`);
    expect(parts.at(-1)?.place.rows?.to).toBe(115_001);
  });

  it('keeps what stands right of its header, also far down', async () => {
    const columns = Array.from({ length: 60 }, (_, at) => `column-${at}`).join(',');
    const rows = Array.from({ length: 200 }, (_, at) => `row ${at}`);
    const text = await texts('a.csv', `${columns}\n${rows.join('\n')}\nlast${','.repeat(70)}far out\n`);
    expect(text.join('\n')).toContain('far out');
  });

  it('of a thousand columns is divided like a printed one: every value once, the first column in each part', async () => {
    const columns = Array.from({ length: 1000 }, (_, at) => `column-${at}`);
    const rows = Array.from({ length: 20 }, (_, row) => columns.map((_, at) => `r${row}c${at}x`));
    const { parts } = await read('wide.csv', [columns, ...rows].map((cells) => cells.join(',')).join('\n'));
    for (const { text } of parts) {
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1000);
      expect(text.startsWith('column-0 | ')).toBe(true);
    }
    const found = parts
      .flatMap(({ text }) => text.split(/ \| |\n/u))
      .filter((cell) => !/^column-|c0x$/u.test(cell));
    expect(found.toSorted()).toEqual(rows.flatMap((cells) => cells.slice(1)).toSorted());
  });
});

describe('A file of another kind', () => {
  it('is not supported', async () => {
    const rtf = '{\\rtf1\\ansi Hello}';
    const png = Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55', 'hex');
    const gzip = Buffer.from('1f8b0800000000000003', 'hex');
    expect(await reason('letter.rtf', rtf)).toBe('type_not_supported');
    expect(await reason('photo.png', png)).toBe('type_not_supported');
    expect(await reason('photo.txt', png)).toBe('type_not_supported');
    expect(await reason('files.tar.gz', gzip)).toBe('type_not_supported');
    expect(await reason('sound.mp3', Buffer.from('ID3\u0004\u0000\u0000\u0000', 'latin1'))).toBe(
      'type_not_supported',
    );
  });
});
