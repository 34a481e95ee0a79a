import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { urlsIn } from '../../src/domain/context-text.ts';
import { splitText, toMrkdwn } from '../../src/slack/mrkdwn.ts';

const OK = 'https://docs.example/a?b=1&c=2';
const ODD = 'https://docs.example/100%_é_(x)';
const CITATIONS = [
  { n: 1, url: 'https://one.example/' },
  { n: 2, url: null },
  { n: 3, url: 'https://three.example/?a=1&b=2' },
];
const LIVE = [
  `<https://docs.example/a?b=1&amp;c=2`,
  `<${ODD}`,
  '<https://one.example/',
  '<https://three.example/?a=1&amp;b=2',
];
const show = (markdown: string) => toMrkdwn(markdown, [OK, ODD], CITATIONS).replaceAll('\u200b', '');

describe('Markdown in Slack', () => {
  it.each([
    ['# A **bold** heading', '*A bold heading*'],
    ['**bold** and _italic_ and ~~gone~~', '*bold* and _italic_ and ~gone~'],
    ['- a\n- b\n  - c', '• a\n• b\n    • c'],
    ['1. a\n2. b', '1. a\n2. b'],
    ['> quoted\n> twice', '> quoted\n> twice'],
    ['one  \ntwo\\\nthree', 'one\ntwo\nthree'],
    ['a\n\n---\n\nb', 'a\n\n———\n\nb'],
    ['`` a`b ``', '`aˋb`'],
    ['5 < 6 & 7 > 3', '5 &lt; 6 &amp; 7 &gt; 3'],
    ['100% of 50%25', '100% of 50%25'],
    ['[1]: Outline.md\n[2]: Budget', '<https://one.example/|[1]>: Outline.md\n[2]: Budget'],
  ])('shows %j', (markdown, expected) => {
    expect(show(markdown)).toBe(expected);
  });

  it('keeps text in a code block as it was written', () => {
    const code = 'if (a < b && c) { log("<!channel> @here **x** https://evil.example"); } // &lt;';
    const shown = show(`\`\`\`js\n${code}\n\`\`\``);
    const literal = code.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
    expect(shown).toBe(`\`\`\`\n${literal}\n\`\`\``);
  });

  it('closes a code block that was left open', () => {
    expect(show('```\nopen')).toBe('```\nopen\n```');
  });

  it('shows a table in aligned columns', () => {
    const table = '| Name | Words |\n|:--|--:|\n| **One** | 3,000 |\n| Three \\| last | `4,200` |';
    expect(show(`Words:\n${table}\n\nEnd`)).toBe(
      'Words:\n\n```\nName          Words\n------------  -----\nOne           3,000\nThree | last  4,200\n```\n\nEnd',
    );
  });

  it('shows a table with links or many words as a list, so that its links work', () => {
    const table = `| Name | Where |\n|---|---|\n| Outline | [here](${OK}) |\n| Budget | [1] |`;
    expect(show(table)).toBe(
      '• *Outline* — Where: <https://docs.example/a?b=1&amp;c=2|here>\n• *Budget* — Where: <https://one.example/|[1]>',
    );
  });
});

describe('links in Slack', () => {
  it.each([
    [`[the plan](${OK})`, '<https://docs.example/a?b=1&amp;c=2|the plan>'],
    [`See ${OK}.`, 'See <https://docs.example/a?b=1&amp;c=2>.'],
    [`<${OK}>`, '<https://docs.example/a?b=1&amp;c=2>'],
    [`<${OK}|the plan>`, '<https://docs.example/a?b=1&amp;c=2|the plan>'],
    [`![a picture](${OK})`, '<https://docs.example/a?b=1&amp;c=2|a picture>'],
    [`[**bold** \`code\`](${OK})`, '<https://docs.example/a?b=1&amp;c=2|bold code>'],
    [`[odd](${ODD})`, `<${ODD}|odd>`],
    [`[@channel | x](${OK})`, '<https://docs.example/a?b=1&amp;c=2|@channel ¦ x>'],
  ])('stay live when the address is allowed: %s', (markdown, expected) => {
    expect(show(markdown)).toBe(expected);
  });

  it('lose words that pretend to be another address', () => {
    expect(show(`[https://bank.example](${OK})`)).toBe('<https://docs.example/a?b=1&amp;c=2>');
  });

  it.each([
    ['[x](https://evil.example)', 'x (`https://evil.example`)'],
    ['[x](https://docs.example/a?b=1)', 'x (`https://docs.example/a?b=1`)'],
    ['[x](HTTPS://docs.example/a?b=1&c=2)', 'x (`HTTPS://docs.example/a?b=1&c=2`)'.replace('&', '&amp;')],
    ['https://evil.example/a_b_c', '`https://evil.example/a_b_c`'],
    ['<https://evil.example>', '`https://evil.example`'],
    ['<https://evil.example|click here>', 'click here (`https://evil.example`)'],
    ['![](https://evil.example/x.png?secret)', '`https://evil.example/x.png?secret`'],
    ['![i](https://evil.example/x.png)', 'i (`https://evil.example/x.png`)'],
    ['[x][r]\n\n[r]: https://evil.example', '[x][r]\n\n[r]: `https://evil.example`'],
    ['[x](javascript:alert)', 'x (`javascript:alert`)'],
    ['[x](mailto:a@evil.example)', 'x (`mailto:a@evil.example`)'],
    ['a@evil.example', '`a@evil.example`'],
    ['tel:+4912345', '`tel:+4912345`'],
    ['//evil.example/x', '`//evil.example/x`'],
    ['www.evil.example', '`www.evil.example`'],
    ['evil.com/path', '`evil.com/path`'],
    ['https://docs.example@evil.example/', '`https://docs.example@evil.example/`'],
    ['https\\://evil.example', '`https://evil.example`'],
    ['&#104;ttps://evil.example', '`https://evil.example`'],
    ['https://evil.example', '`https://evil.example`'],
    ['evil。com', '`evil。com`'],
    ['ftp://evil.example', '`ftp://evil.example`'],
    ['http://[evil.com](https://a.example)', '`http://evil.com` (`https://a.example`)'],
    ['ht_t_ps://evil.com', 'ht_t_`ps://evil.com`'],
    ['<a href="https://evil.example">x</a>', '&lt;a href="`https://evil.example`"&gt;x&lt;/a&gt;'],
    ['https://evil.example`x` `y', '`https://evil.exampleˋxˋ` ˋy'],
  ])('that are not allowed are plain text: %s', (markdown, expected) => {
    expect(show(markdown)).toBe(expected);
  });

  it('never go to an address with a user part or another scheme, even when it is allowed', () => {
    for (const url of [
      'https://docs.example@evil.example/',
      'javascript:alert(1)',
      'ftp://a.example/',
      'https://a.example/\\@b',
    ]) {
      expect(toMrkdwn(`[x](${url}) <${url}>`, [url], [{ n: 1, url }])).not.toContain('<');
      expect(toMrkdwn('[1]', [], [{ n: 1, url }])).toBe('[1]');
    }
  });

  it('take an allowed address whose full stop belongs to the sentence it was found in', () => {
    expect(toMrkdwn('https://a.example/x', ['https://a.example/x.'], [])).toBe('<https://a.example/x>');
  });

  it('are found in a text, and shown, however many full stops follow or stand in them', () => {
    const dots = '.'.repeat(200_000);
    expect(urlsIn(`https://a.example/x${dots} https://b.example/${dots}y`)).toEqual([
      'https://a.example/x',
      `https://b.example/${dots}y`,
    ]);
    const odd = `https://a.example/${dots}y`;
    expect(toMrkdwn('https://a.example/x', [odd, `https://a.example/x${dots}`], [])).toBe(
      '<https://a.example/x>',
    );
  });

  it('leave file names alone', () => {
    expect(show('Outline.md, plan.pdf and Node.js, e.g. v1.2.3')).toBe(
      'Outline.md, plan.pdf and Node.js, e.g. v1.2.3',
    );
  });
});

describe('citations in Slack', () => {
  it.each([
    ['So it is [1].', 'So it is <https://one.example/|[1]>.'],
    ['[1][3]', '<https://one.example/|[1]><https://three.example/?a=1&amp;b=2|[3]>'],
    ['[1, 2]', '<https://one.example/|[1]> [2]'],
    ['[2] and [9]', '[2] and [9]'],
    ['`[1]`', '`[1]`'],
    [`[3](${OK})`, '<https://docs.example/a?b=1&amp;c=2|[3]>'],
  ])('link to what they cite: %s', (markdown, expected) => {
    expect(show(markdown)).toBe(expected);
  });
});

describe('mentions and broadcasts in Slack', () => {
  it.each([
    '<!channel>',
    '<!here|here>',
    '<!everyone>',
    '<!subteam^S123|@team>',
    '<!date^1^{date}^https://evil.example|x>',
    '<@U123>',
    '<@U123|anna>',
    '<#C123|general>',
    '&lt;!channel&gt;',
    '\\<!channel\\>',
    '`<!channel>`',
    '    <!channel>',
    '<div><!channel></div>',
    '**<@U123>**',
    '| a | b |\n|---|---|\n| <!channel> | <@U1> |',
  ])('are shown as text and call nobody: %s', (markdown) => {
    expect(show(markdown)).not.toMatch(/<[!@#]/u);
    expect(show(markdown)).toMatch(/&lt;[!@#]/u);
  });

  it('typed as plain words are broken up invisibly', () => {
    expect(toMrkdwn('@channel @Here @everyone @anna', [], [])).toBe(
      '@\u200bchannel @\u200bHere @\u200beveryone @anna',
    );
  });
});

const PIECES = [
  ...[
    '<',
    '>',
    '|',
    '&',
    '`',
    '```',
    '~~~',
    '*',
    '_',
    '[',
    ']',
    '(',
    ')',
    '!',
    '\\',
    '\n',
    '\n\n',
    ' ',
    '    ',
    '> ',
    '- ',
    '#',
    '"',
  ],
  ...[
    '<!channel>',
    '<@U123>',
    '<#C1|x>',
    '@channel',
    '@here',
    '&lt;',
    '&#60;',
    '&amp;lt;',
    '[1]',
    '[3]',
    '[1, ',
    ', page 3]',
    '; 3]',
    '“',
    '[3, “evil.com”]',
    '[1, https://evil.example]',
    '[r]: ',
    '|---|---|',
    '%',
    '%E0',
  ],
  ...[
    'https://evil.example/x',
    'http://',
    'www.evil.com',
    '//evil.com/',
    'javascript:',
    'mailto:a@b.co',
    'tel:1',
    OK,
    ODD,
    `<${OK}|`,
  ],
  ...[
    '](https://evil.example)',
    `](${OK})`,
    '![](',
    '<https://evil.example|x>',
    'evil',
    'a',
    '\u200b',
    '\u202e',
    '\ue000',
    '\ue001',
    '\ue002',
    '\ud800',
  ],
];
const nasty = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 4 })), { maxLength: 30 })
  .map((pieces) => pieces.join(''));

/** What Slack would take for more than text, outside of code and of the links that are allowed. */
function liveConstructs(shown: string): string[] {
  let text = shown;
  for (const link of LIVE) {
    const [before = '', ...after] = text.split(link);
    text = before + after.map((rest) => rest.replace(/^(?:\|[^<>]*)?>/u, ' ')).join('');
  }
  const outside = text.replace(/```[\s\S]*?```/gu, ' ').replace(/`[^`\n]*`/gu, ' ');
  return [
    ...(text.match(/</gu) ?? []),
    ...(outside.match(/[a-z][a-z0-9+.-]*:\/\/\w|(?:www\.|mailto:|javascript:)\w/giu) ?? []),
    ...(outside.match(/@(?:channel|here|everyone)|`/giu) ?? []),
  ];
}

describe('whatever a model writes', () => {
  it('nothing is live but the allowed links', () => {
    fc.assert(
      fc.property(nasty, (markdown) => {
        expect(liveConstructs(toMrkdwn(markdown, [OK, ODD], CITATIONS))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  // Each of these took seconds to minutes before; the time limit of a test is what fails it.
  it.each([
    ...['a.', 'a-', '_a', 'a_', '-', '.', '+', 'a@', 'a:', '1. ', '- ', '> ', '[', '![', '*a ', '**a', '<a '],
    ...['[a](', '\n', ' \n', '- a\n', '`a ', '~~a ', 'www.', 'a.com ', '<!channel> ', '[1,', '|-'],
  ])('40,000 characters of %j are shown in time, whatever stands before them', (unit) => {
    const row = unit.repeat(40_000 / unit.length);
    for (const markdown of [row, `https://${row}`, `https://${row}x`, `[x](https://${row}`])
      expect(toMrkdwn(markdown, [], [])).not.toContain('<');
  });

  it('a long name without an end stays whole, and the text around it is still Markdown', () => {
    const name = 'very-long_file.txt'.repeat(100);
    expect(show(`**bold** ${name} [1]`)).toBe(`*bold* ${name} <https://one.example/|[1]>`);
  });

  it('an allowed address may be as long as it likes', () => {
    const url = `https://docs.example/${'a-b_c.'.repeat(100)}x?y=1`;
    expect(toMrkdwn(`[x](${url}) ${url}`, [url], [])).toBe(`<${url}|x> <${url}>`);
  });

  it('nesting that no converter survives is shown as text', () => {
    const deep = `${'> '.repeat(4_000)}<!channel> https://evil.example`;
    expect(liveConstructs(toMrkdwn(deep, [], []))).toEqual([]);
  });
});

describe('splitting a long text', () => {
  const words = (text: string) =>
    text.replaceAll('```', ' ').replaceAll('`', '').split(/\s+/u).filter(Boolean);
  const fences = (text: string) => text.split('```').length - 1;

  it('leaves a short text alone', () => {
    expect(splitText('short')).toEqual(['short']);
    expect(splitText('')).toEqual(['']);
  });

  it('cuts at the last end of a paragraph that fits', () => {
    expect(splitText('one two\n\nthree four\n\nfive six', 28)).toEqual(['one two\n\nthree four', 'five six']);
  });

  it('cuts at line ends, then at spaces, then between characters', () => {
    expect(splitText('one two three\nfour five six seven', 26)).toEqual([
      'one two three',
      'four five six seven',
    ]);
    expect(splitText('one two three four five six', 24)).toEqual(['one two three four', 'five six']);
    expect(splitText('🙂'.repeat(14), 20)).toEqual(['🙂'.repeat(8), '🙂'.repeat(6)]);
  });

  it('never cuts a link or an escaped sign', () => {
    const link = '<https://docs.example/a|the whole plan>';
    expect(splitText(`see ${link} now`, 24)).toEqual(['see', link, 'now']);
    for (const part of splitText('&amp;'.repeat(30), 22)) expect(part.replaceAll('&amp;', '')).toBe('');
  });

  it('closes a code block at the cut and opens it again', () => {
    const lines = Array.from({ length: 12 }, (_, at) => `    line ${at}`);
    const parts = splitText(`Code:\n\n\`\`\`\n${lines.join('\n')}\n\`\`\`\n\nEnd`, 60);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(fences(part) % 2).toBe(0);
    expect(parts[1]).toMatch(/^```\n {4}line 0\n/u);
    expect(parts.join('\n')).not.toMatch(/```\n```\n {4}line 0/u);
    expect(parts.at(-1)?.endsWith('End')).toBe(true);
  });

  it('keeps an address in code that is longer than a part in code', () => {
    const parts = splitText(`\`https://evil.example/${'x'.repeat(60)}\``, 40);
    for (const part of parts) expect(part).toMatch(/^`.+`$/u);
  });

  it('holds every word, keeps to the limit and leaves no code open, whatever the text', () => {
    fc.assert(
      fc.property(nasty, fc.integer({ min: 60, max: 200 }), (markdown, limit) => {
        const text = toMrkdwn(markdown.repeat(4), [OK, ODD], CITATIONS);
        const parts = splitText(text, limit);
        expect(words(parts.join('\n')).join('')).toBe(words(text).join(''));
        for (const part of parts) {
          expect(fences(part) % 2).toBe(0);
          expect(liveConstructs(part)).toEqual([]);
          expect(part.replace(/<[^<>]*>/gu, '').length).toBeLessThanOrEqual(limit);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
