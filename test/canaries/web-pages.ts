import type { Stage } from './stage.ts';
import type { LinkModel, PageModel } from './things.ts';

/** A link nobody shared before, or one that somebody did: in another form, under another label, with a campaign. */
export function someLink(stage: Stage): LinkModel {
  const { random, links } = stage;
  if (links.length === 0 || !random.chance(35)) {
    const made = newLink(stage);
    links.push(made);
    return made;
  }
  const link = otherForm(stage, random.pick(links));
  return { ...link, typed: random.chance(50) ? link.key : `${link.key}?utm_source=mail#top` };
}

/** The short form of a page for its own address, and the other way round. */
function otherForm({ random }: Stage, link: LinkModel): LinkModel {
  const { page, key } = link;
  if (page === null || page.short === null || random.chance(50)) return link;
  const other = key === page.short ? page.url : page.short;
  return { ...link, key: other, label: '' };
}

/** What is behind a link: a page, one with a short form, nothing yet, or a server that nobody reaches. */
const KINDS = ['page', 'page', 'page', 'page', 'short', 'short', 'nothing', 'unreachable'] as const;

function newLink(stage: Stage): LinkModel {
  const { random, canary, world } = stage;
  const path = `/${canary()}${random.pick(['', '/a_(b)', '/x.html'])}`;
  const label = random.chance(40) ? `Plan ${canary()}` : '';
  const kind = random.pick(KINDS);
  const key = kind === 'unreachable' ? `https://example.com${path}` : world.web.url(path);
  if (kind === 'unreachable') return { key, typed: key, label, page: null };
  const page = newPage(stage, path, kind);
  const form = page.short !== null && random.chance(50) ? page.short : key;
  return { key: form, typed: form, label, page };
}

/** @param kind with a short form, or with nothing at its address yet. */
export function newPage(stage: Stage, path: string, kind: 'page' | 'short' | 'nothing'): PageModel {
  const { canary, world, pages } = stage;
  const shortPath = kind === 'short' ? `/${canary()}` : null;
  const page: PageModel = {
    path,
    url: world.web.url(path),
    short: shortPath === null ? null : world.web.url(shortPath),
    up: kind !== 'nothing',
    title: '',
    text: '',
  };
  pages.push(page);
  rewrite(stage, page);
  if (shortPath !== null) {
    const headers = { location: page.url };
    world.web.put(shortPath, { body: '', status: 301, headers });
  }
  return page;
}

/** Other words on a page, from its title to its last line. What was read of it before stays what it is. */
export function rewrite({ canary, world: { web }, placed }: Stage, page: PageModel): void {
  const words = Array.from({ length: 4 }, canary);
  for (const one of words) placed.add(one);
  const [title = '', ...inside] = words;
  const [heading, first, last] = inside;
  page.title = `Page ${title}`;
  page.text = inside.join(' ');
  const filler = 'The river runs past the mill and on to the sea, and nobody hurries it.';
  const html = [
    `<!doctype html><html lang="en"><head><title>${page.title}</title></head><body><main><article>`,
    `<p>${filler} It is ${first}. ${filler}</p><h2>Of ${heading}</h2><p>${filler} ${filler} So it is ${last}.</p>`,
    '</article></main></body></html>',
  ].join('\n');
  if (page.up) web.put(page.path, html);
  else web.remove(page.path);
}
