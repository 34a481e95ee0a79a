import { Readability } from '@mozilla/readability';
import type { TextPart } from '../../domain/passage-place.ts';
import { partsByHeading } from '../../domain/text-parts.ts';
import { cleanText, hasWords } from './clean.ts';
import { type DomDocument, type DomElement, htmlDocument } from './dom.ts';
import { hiddenBy } from './hidden.ts';
import { isTooMuchForTree, strippedText } from './html-strip.ts';
import { toMarkdown } from './markdown.ts';
import type { HtmlFacts } from './messages.ts';

/** A page with a password field and less text than this is there to sign in. */
const LITTLE_TEXT = 2000;
/** Shorter finds are captions and notices, not what the page is about. */
const MIN_ARTICLE = 140;

const HEADINGS = 'h1, h2, h3, h4, h5, h6, summary, dt';
const UNSEEN =
  'script, style, noscript, template, iframe, object, embed, canvas, svg, audio, video, select, ' +
  'dialog:not([open]), input[type="hidden"]';

/** Reads what a person sees on a page: its article, or all of it when it is none. */
export function readHtml(html: string, url: string | null): { parts: TextPart[]; page: HtmlFacts } {
  if (isTooMuchForTree(html)) {
    // The facts are in the head; what is in the body is only looked at as text.
    const [head = ''] = html.split(/<body[\s>]/iu, 1);
    const page = isTooMuchForTree(head) ? NO_FACTS : factsOf(seenDocument(head), url);
    return { parts: partsByHeading(cleanText(strippedText(html))), page };
  }
  const { article, page } = weighed(html, url);
  return { parts: partsByHeading(cleanText(article ?? bodyOf(seenDocument(html)))), page };
}

const NO_FACTS: HtmlFacts = { title: null, language: null, canonicalUrl: null, asksSignIn: false };

/** A function of its own: the tree it weighs is changed by that, and must not stay while another is built. */
function weighed(html: string, url: string | null): { article: string | null; page: HtmlFacts } {
  const document = seenDocument(html);
  const facts = factsOf(document, url);
  const length = cleanText(document.body?.textContent ?? '')
    .replace(/\s+/gu, ' ')
    .trim().length;
  const page = { ...facts, asksSignIn: facts.asksSignIn && length < LITTLE_TEXT };
  try {
    return { article: articleOf(document, length), page };
  } catch {
    // The finder of articles gives up on some trees that can still be read whole.
    return { article: null, page };
  }
}

/** Without what is hidden. However they are styled, the page and its body are not: programs show them. */
function seenDocument(html: string): DomDocument {
  const document = htmlDocument(html);
  const styles = [...document.querySelectorAll('style')].map(({ textContent }) => textContent ?? '');
  const isHidden = hiddenBy(styles.join('\n'));
  const { documentElement, body } = document;
  for (const element of [...document.querySelectorAll(`${UNSEEN}, [hidden], [style], [class]`)]) {
    if (element === documentElement || element === body) continue;
    if (element.matches(UNSEEN) || isHidden((name) => element.getAttribute(name))) element.remove();
  }
  for (const element of [...document.querySelectorAll('button, textarea')]) {
    if (element.nodeName === 'TEXTAREA' || saysSomething(element)) replace(document, element);
    else element.remove();
  }
  return document;
}

/** A button that opens what stands below it is its heading; others are there to be pressed. */
function saysSomething(button: DomElement): boolean {
  return button.getAttribute('aria-expanded') !== null || button.closest(HEADINGS) !== null;
}

/** An element with the same words, of a kind that nobody takes for a part of a form. */
function replace(document: DomDocument, element: DomElement): void {
  const other = document.createElement(element.nodeName === 'TEXTAREA' ? 'div' : 'span');
  for (const child of [...element.childNodes]) other.appendChild(child);
  element.replaceWith(other);
}

/** Null when the page is no article, or nothing of weight was found. */
function articleOf(document: DomDocument, allLength: number): string | null {
  const article = new Readability<DomElement>(document as never, {
    serializer: (node) => node as unknown as DomElement,
    charThreshold: MIN_ARTICLE,
  }).parse();
  if (article?.content == null) return null;
  const text = toMarkdown(article.content);
  if (text.length < MIN_ARTICLE && text.length < allLength / 2) return null;
  const title = article.title?.replace(/\s+/gu, ' ').trim() ?? '';
  // The heading that is the page's title was taken out of the article.
  return title === '' || text.slice(0, 500).includes(title) ? text : `# ${title}\n\n${text}`;
}

function bodyOf({ body }: DomDocument): string {
  if (body === null) return '';
  try {
    return toMarkdown(body);
  } catch {
    return body.textContent ?? '';
  }
}

function factsOf(document: DomDocument, url: string | null): HtmlFacts {
  const language = document.documentElement?.getAttribute('lang')?.trim() ?? '';
  return {
    title:
      shortLine(document.querySelector('meta[property="og:title"]')?.getAttribute('content')) ??
      shortLine(document.querySelector('title')?.textContent),
    language: /^[a-z]{2,3}(?:-[a-z\d]{2,8}){0,3}$/iu.test(language) ? language : null,
    canonicalUrl: resolved(document.querySelector('link[rel~="canonical"]')?.getAttribute('href'), url),
    asksSignIn: document.querySelector('input[type="password"]') !== null,
  };
}

function shortLine(text: string | null | undefined): string | null {
  const line = cleanText(text ?? '')
    .replace(/\s+/gu, ' ')
    .trim();
  return hasWords(line) ? Array.from(line.slice(0, 600)).slice(0, 300).join('') : null;
}

function resolved(href: string | null | undefined, url: string | null): string | null {
  if (href == null || href.trim() === '') return null;
  try {
    const address = new URL(href.trim(), url ?? undefined);
    return /^https?:$/u.test(address.protocol) && address.href.length <= 2000 ? address.href : null;
  } catch {
    return null;
  }
}
