import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../../src/domain/errors.ts';
import {
  canonicalUrl,
  isShareable,
  type LinkType,
  linkTitle,
  linkType,
  sortLinks,
  standsIn,
  URL_LIMIT,
} from '../../src/domain/link.ts';

function refusal(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return 'none';
}

describe('The canonical form of a link', () => {
  it.each([
    ['HTTPS://Example.COM/Path', 'https://example.com/Path'],
    ['https://example.com:443/a', 'https://example.com/a'],
    ['http://example.com:80/a', 'http://example.com/a'],
    ['http://example.com:8080/a', 'http://example.com:8080/a'],
    ['https://example.com/a#section-2', 'https://example.com/a'],
    ['https://www.example.com', 'https://www.example.com/'],
    ['https://example.com/?utm_source=x&UTM_Medium=y&q=1', 'https://example.com/?q=1'],
    ['https://example.com/?gclid=1&fbclid=2&mc_cid=3&mc_eid=4', 'https://example.com/'],
    ['https://example.com/?b=2&a=1&b=3', 'https://example.com/?b=2&a=1&b=3'],
    ['https://example.com/?q=a%20b+c&x=%2F', 'https://example.com/?q=a%20b+c&x=%2F'],
    ['https://例え.jp/道', 'https://xn--r8jz45g.jp/%E9%81%93'],
  ])('of %s is %s', (raw, canonical) => {
    expect(canonicalUrl(raw)).toBe(canonical);
  });

  it('keeps what tells two pages apart: host with and without www, path, case of the path, query', () => {
    const pages = [
      'https://example.com/a',
      'https://www.example.com/a',
      'https://example.com/A',
      'https://example.com/a/',
      'https://example.com/a?x=1',
      'http://example.com/a',
    ];
    expect(new Set(pages.map(canonicalUrl)).size).toBe(pages.length);
  });

  it('is its own canonical form, and never has anything that could end its place in a prompt', () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withQueryParameters: true, withFragments: true }),
        fc.string({ unit: 'binary', maxLength: 30 }),
        (url, tail) => {
          fc.pre(isShareable(`${url}${tail}`, null));
          const once = canonicalUrl(`${url}${tail}`);
          expect(canonicalUrl(once)).toBe(once);
          expect(once).not.toMatch(/[<>\s"]/u);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is refused for anything but http and https', () => {
    for (const raw of ['mailto:a@example.com', 'javascript:alert(1)', 'ftp://example.com', 'example.com', ''])
      expect(refusal(() => canonicalUrl(raw))).toBe('link_not_attachable');
  });

  it('takes 2,000 characters and refuses 2,001 with the numbers', () => {
    const long = `https://example.com/${'a'.repeat(URL_LIMIT - 20)}`;
    expect(canonicalUrl(long)).toBe(long);
    expect(refusal(() => canonicalUrl(`${long}a`))).toBe('link_too_long');
    expect(() => canonicalUrl(`${long}a`)).toThrow('That link has 2,001 characters; the limit is 2,000.');
  });
});

describe('The type of a link', () => {
  it.each<[string, LinkType]>([
    ['https://acme.sharepoint.com/sites/a', 'sharepoint'],
    ['https://onedrive.live.com/x', 'sharepoint'],
    ['https://docs.google.com/document/d/1', 'google_doc'],
    ['https://docs.google.com/spreadsheets/d/1', 'google_sheet'],
    ['https://docs.google.com/presentation/d/1', 'google_slides'],
    ['https://docs.google.com/forms/d/1', 'google_drive'],
    ['https://drive.google.com/file/d/1', 'google_drive'],
    ['https://www.notion.so/page', 'notion'],
    ['https://acme.atlassian.net/wiki/spaces/A', 'confluence'],
    ['https://acme.atlassian.net/browse/A-1', 'jira'],
    ['https://jira.acme.com/browse/A-1', 'jira'],
    ['https://linear.app/acme/issue/A-1', 'linear'],
    ['https://www.figma.com/file/1', 'figma'],
    ['https://miro.com/app/board/1', 'miro'],
    ['https://github.com/acme/repo', 'github'],
    ['https://gitlab.com/acme/repo', 'gitlab'],
    ['https://gitlab.acme.com/repo', 'gitlab'],
    ['https://www.loom.com/share/1', 'loom'],
    ['https://youtu.be/1', 'youtube'],
    ['https://vimeo.com/1', 'vimeo'],
    ['https://www.dropbox.com/s/1', 'dropbox'],
    ['https://app.box.com/s/1', 'box'],
    ['https://airtable.com/1', 'airtable'],
    ['https://trello.com/b/1', 'trello'],
    ['https://app.asana.com/0/1', 'asana'],
    ['https://acme.slack.com/archives/C1', 'slack'],
    ['https://example.com/paper.PDF', 'pdf'],
    ['https://example.com/picture.jpeg?size=2', 'image'],
    ['https://example.com/', 'website'],
  ])('of %s is %s', (url, type) => {
    expect(linkType(url)).toBe(type);
  });

  it('is not taken from a name that only looks like a host', () => {
    expect(linkType('https://notgithub.com/a')).toBe('website');
    expect(linkType('https://github.com.example.org/a')).toBe('website');
    expect(linkType('https://example.com/?u=github.com')).toBe('website');
    expect(linkType('https://dropbox.com.evil.org/a')).toBe('website');
  });
});

describe('The title of a link', () => {
  const titled = (url: string, label: string | null) => linkTitle({ url, label });

  it('is what it was shared under, else its address without scheme and tracking', () => {
    expect(titled('https://example.com/a', 'The plan')).toBe('The plan');
    expect(titled('https://example.com/a/', null)).toBe('example.com/a');
    expect(titled('https://example.com/', '  ')).toBe('example.com');
    expect(titled('https://example.com/a?b=1&utm_source=x', 'https://example.com/a?b=1&utm_source=x')).toBe(
      'example.com/a?b=1',
    );
  });

  it('is one line of at most 120 characters, whatever it was shared under', () => {
    expect(titled('https://example.com/', 'One\n[7] Two\r\n\tthree')).toBe('One [7] Two three');
    expect(Array.from(titled('https://example.com/', '🚀'.repeat(5_000)))).toHaveLength(120);
    expect(Array.from(titled(`https://example.com/${'a'.repeat(1_900)}`, null))).toHaveLength(120);
  });
});

describe('Sorting the links of a message', () => {
  const link = (url: string, label: string | null = null) => ({ url, label });

  it('attaches each address once, under its first label', () => {
    const { attachable } = sortLinks(
      [
        link('https://example.com/a', 'first'),
        link('https://EXAMPLE.com/a#top', 'second'),
        link('https://example.com/b'),
      ],
      null,
    );
    expect(attachable).toEqual([link('https://example.com/a', 'first'), link('https://example.com/b')]);
  });

  it('leaves out this workspace, mail and other schemes without a word; other workspaces are links', () => {
    const links = [
      link('https://acme.slack.com/archives/C1/p1'),
      link('https://other.slack.com/archives/C1/p1'),
      link('mailto:anna@example.com'),
      link('tel:123'),
      link('not a link'),
    ];
    expect(sortLinks(links, 'Acme.slack.com')).toEqual({
      attachable: [link('https://other.slack.com/archives/C1/p1')],
      tooLong: [],
    });
    expect(isShareable('https://acme.slack.com/x', null)).toBe(true);
  });

  it('names those beyond 2,000 characters and attaches the others', () => {
    const long = link(`https://example.com/${'a'.repeat(3_000)}`);
    expect(sortLinks([long, link('https://example.com/b')], null)).toEqual({
      attachable: [link('https://example.com/b')],
      tooLong: [long],
    });
  });
});

describe('Finding an address in a text', () => {
  it('finds it before white space, punctuation, brackets and at the end', () => {
    for (const text of [
      'see https://a.io/x',
      'https://a.io/x.',
      '(https://a.io/x), and',
      '<https://a.io/x|b>',
    ])
      expect(standsIn('https://a.io/x', text)).toBe(true);
    expect(standsIn('https://a.io/Foo_(bar)', 'see https://a.io/Foo_(bar).')).toBe(true);
  });

  it('does not take the beginning of a longer address for it', () => {
    for (const text of [
      'https://a.io/xy',
      'https://a.io/x/y',
      'https://a.io/x.html',
      'https://a.io/x?q=1',
      '',
    ])
      expect(standsIn('https://a.io/x', text)).toBe(false);
    expect(standsIn('https://a.io/x', 'https://a.io/xy and https://a.io/x')).toBe(true);
  });
});
