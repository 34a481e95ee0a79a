import { describe, expect, it } from 'vitest';
import { toMrkdwn } from '../../src/slack/mrkdwn.ts';

const ONE = 'https://one.example/';
const PDF = 'https://two.example/a/report.pdf';
const CITATIONS = [
  { n: 1, url: ONE },
  { n: 2, url: PDF },
  { n: 3, url: null },
  { n: 4, url: 'https://acme.slack.com/files/U1/F1/report.pdf' },
  { n: 5, url: 'https://five.example/report.pdf?v=1' },
  { n: 6, url: 'https://six.example/report.pdf#top' },
];
const show = (markdown: string): string => toMrkdwn(markdown, [], CITATIONS);
const calm = (markdown: string): string => show(markdown).replaceAll('\u200b', '');

describe('A citation with a place', () => {
  it.each([
    ['So it is [1, “Opening hours”].', `So it is <${ONE}|[1, “Opening hours”]>.`],
    ['[1, "Costs"]', `<${ONE}|[1, "Costs"]>`],
    ['[1, rows 4–8; 2]', `<${ONE}|[1, rows 4–8]> <${PDF}|[2]>`],
    ['[1, Costs_2026, rows 2–40]', `<${ONE}|[1, Costs_2026, rows 2–40]>`],
    ['**[1, slide 2]**', `*<${ONE}|[1, slide 2]>*`],
    ['- [1, slide 2]: the plan', `• <${ONE}|[1, slide 2]>: the plan`],
    ['| a | b |\n|---|---|\n| x | [1, row 3] |', `• *x* — b: <${ONE}|[1, row 3]>`],
    ['[1, *Costs* and **more**]', `<${ONE}|[1, Costs and more]>`],
    ['[1, 50% & more]', `<${ONE}|[1, 50% &amp; more]>`],
  ])('leads to its attachment: %s', (markdown, expected) => {
    expect(calm(markdown)).toBe(expected);
  });

  it.each([
    ['[2, page 3]', `${PDF}#page=3`],
    ['[2, pages 3–5]', `${PDF}#page=3`],
    ['[2, p. 12, “Costs”]', `${PDF}#page=12`],
    ['[2, “page 3”]', PDF],
    ['[2, slide 3]', PDF],
    ['[2, page 0]', PDF],
    ['[1, page 3]', ONE],
    ['[4, page 3]', 'https://acme.slack.com/files/U1/F1/report.pdf'],
    ['[5, page 3]', 'https://five.example/report.pdf?v=1'],
    ['[6, page 3]', 'https://six.example/report.pdf#top'],
  ])('opens a PDF on the web at its page, and nothing else: %s', (markdown, address) => {
    expect(show(markdown)).toBe(`<${address}|${markdown}>`);
  });

  it('stays text where no attachment has its number, or it has no address', () => {
    expect(show('[9, page 2] and [3, “Costs”]')).toBe('[9, page 2] and [3, “Costs”]');
    expect(show('[3, row 2; 1]')).toBe(`[3, row 2] <${ONE}|[1]>`);
    expect(show('[1 apples], [2024], [1, page 3')).toBe('[1 apples], [2024], [1, page 3');
    expect(show('`[1, page 3]`')).toBe('`[1, page 3]`');
  });

  it('is cut where it is long', () => {
    expect(show(`[1, ${'x'.repeat(150)}]`)).toBe(`<${ONE}|[1, ${'x'.repeat(79)}…]>`);
  });

  it.each([
    ['[1, evil.com]', `<${ONE}|[1]>`],
    ['[1, evil。com]', `<${ONE}|[1]>`],
    ['[1, “see evil.com/x”]', `<${ONE}|[1]>`],
    ['[1, a@evil.example]', '[1, `a@evil.example`]'],
    ['[1, www.evil.com/x]', '[1, `www.evil.com/x`]'],
    ['[1, https://evil.example/x]', '[1, `https://evil.example/x`]'],
    ['[1, tel:+4912345]', `<${ONE}|[1]>`],
    ['[3, evil.com; 1]', `[3] <${ONE}|[1]>`],
    ['[3, evil.com]', '[3, `evil.com`]'],
    ['[9, https://evil.example]', '[9, `https://evil.example`]'],
  ])('has no address in it: %s', (markdown, expected) => {
    expect(calm(markdown)).toBe(expected);
  });

  it.each([
    '[1, <!channel>]',
    '[1, <@U123>]',
    '[1, @channel]',
    '[1, a|b>c]',
    '[1, \u202egnp.live]',
    '[1, `a`]',
  ])('calls nobody and stays in its link: %s', (markdown) => {
    const links = show(markdown).match(/<[^<>]*>/gu) ?? [];
    expect(links.filter((link) => !/^<https:\/\/one\.example\/\|\[1[^|\u202e]*\]>$/u.test(link))).toEqual([]);
    expect(show(markdown)).not.toMatch(/@(?:channel|here|everyone)/u);
    expect(show(markdown).replace(/<[^<>]*>/gu, '')).not.toMatch(/[<>]/u);
  });

  it('keeps its brackets where a model made a link of it', () => {
    const link = (label: string) => toMrkdwn(`[${label}](${ONE})`, [ONE], CITATIONS);
    expect(link('2, page 3')).toBe(`<${ONE}|[2, page 3]>`);
    expect(link('12, Main Street')).toBe(`<${ONE}|12, Main Street>`);
  });
});
