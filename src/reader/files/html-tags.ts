import { tagEnd } from './tag-end.ts';

/** A tag of an HTML page. */
export interface HtmlTag {
  /** In small letters; `!` for a comment and the like. */
  name: string;
  isEnd: boolean;
  /** Ends itself, as in XML. */
  isEmpty: boolean;
  attributes: string;
  from: number;
  to: number;
}

/** Elements whose content is no HTML: it ends at their end tag, whatever stands in it. */
const RAW = /^(?:script|style|noscript|template|svg|title)$/u;

/**
 * The tags of a page one after another, in one pass. Comments are one tag; so are scripts, styles and the like, with
 * what stands in them.
 */
export function* htmlTags(html: string): Generator<HtmlTag> {
  let at = 0;
  for (let from = html.indexOf('<'); from !== -1; from = html.indexOf('<', at)) {
    at = from + 1;
    if (/[!?]/u.test(html[at] ?? '')) {
      const close = html.startsWith('<!--', from) ? '-->' : '>';
      const end = html.indexOf(close, from + close.length + 1);
      at = end === -1 ? html.length : end + close.length;
      yield { name: '!', isEnd: false, isEmpty: true, attributes: '', from, to: at };
      continue;
    }
    const begin = /<(\/?)([a-z][^\s/<>]{0,100})/iuy;
    begin.lastIndex = from;
    const found = begin.exec(html);
    if (found === null) continue;
    const end = tagEnd(html, begin.lastIndex);
    // A tag that never ends is as good as text.
    if (end === -1) return;
    const name = (found[2] ?? '').toLowerCase();
    const attributes = html.slice(begin.lastIndex, end);
    const tag = { name, isEnd: found[1] === '/', isEmpty: attributes.endsWith('/'), attributes, from };
    at = end + 1;
    if (RAW.test(name) && !tag.isEnd && !tag.isEmpty) {
      const close = new RegExp(`</${name}[^>]{0,100}>`, 'giu');
      close.lastIndex = at;
      at = close.test(html) ? close.lastIndex : html.length;
      yield { ...tag, isEmpty: true, to: at };
    } else yield { ...tag, to: at };
  }
}

/** The attributes of a tag by their names. */
export function attributesOf(attributes: string): Map<string, string> {
  const found = attributes.matchAll(
    /([^\s"'=<>/]+)(?:\s{0,100}=\s{0,100}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/gu,
  );
  return new Map([...found].map(([, name = '', a, b, c]) => [name.toLowerCase(), a ?? b ?? c ?? '']));
}
