import { cut } from '../../src/domain/project.ts';
import type { MilestoneModel, ProjectModel } from './model.ts';

/** A page of the web as it is at this moment, whatever was read of it. */
export interface PageModel {
  path: string;
  /** Its own address, where redirects end. */
  url: string;
  /** An address that redirects to it. */
  short: string | null;
  title: string;
  text: string;
  /** False while there is nothing at its address. */
  up: boolean;
}

export interface LinkModel {
  /** What tells two links apart: the address without what only tracks people. */
  key: string;
  /** As it is typed this time. */
  typed: string;
  label: string;
  /** What can be opened there; null when nothing ever can. */
  page: PageModel | null;
}

export interface FileModel {
  name: string;
  /** What can be read in it; null when nothing can. */
  text: string | null;
  content: string | Buffer;
}

/** A file in a message. */
export interface SharedFile {
  /** What tells it from a file with the same content in another message. */
  id: string;
  file: FileModel;
}

export interface Thing {
  key: string;
  title: string;
  url: string | null;
  /** What is read in it; null where only the name is known. */
  text: string | null;
  page: PageModel | null;
  /** What its page called itself when it was read. */
  pageTitle: string | null;
  /** True for what has a page or a file behind it. */
  canBeReadAgain: boolean;
}

export interface AttachmentModel extends Thing {
  milestone: MilestoneModel | null;
  /** Messages it is owed to, and one name for each time it was attached by hand; with what each shared it as. */
  sources: Map<string, Set<string>>;
  /** What stood on its page when it was read before, and is not there any more. */
  former: string[];
  /** Tasks by plan whose people were told that its page says something else. */
  told: Set<string>;
  /** True while it is being read again: then both the old text and the new one can be seen. */
  changing: boolean;
}

/** What an address is called as long as nothing better is known. */
export const addressTitle = (url: string): string => url.replace(/^https?:\/\//u, '');

/** A link once it was read: under its label, what its page calls itself, or else its host and path. */
export function thingOf({ key, label, page }: LinkModel): Thing {
  const read = page?.up === true ? page : null;
  return {
    key: read?.url ?? key,
    url: key,
    title: label === '' ? (read?.title ?? addressTitle(key)) : label,
    text: read?.text ?? null,
    page,
    pageTitle: read?.title ?? null,
    canBeReadAgain: true,
  };
}

/** Of what is shared at once: what redirects to another becomes one with it, and not the other way round. */
export const ownAddressesFirst = (links: LinkModel[]): LinkModel[] =>
  links.toSorted((a, b) => Number(a.key === a.page?.short) - Number(b.key === b.page?.short));

/** A pasted text under a name, or under its beginning. */
export function textThing(name: string, text: string): Thing {
  const title = name === '' ? cut(text, 60) : name;
  return {
    key: `text\n${title}\n${text}`,
    ...{ title, text, url: null, page: null, pageTitle: null, canBeReadAgain: false },
  };
}

/** An uploaded file. Two that say the same under one name are one; those that cannot be read never are. */
export function fileThing({ id, file: { name, text } }: SharedFile): Thing {
  return {
    key: text === null ? id : `file\n${name}\n${text}`,
    ...{ title: name, text, url: null, page: null, pageTitle: null, canBeReadAgain: true },
  };
}

/** All that may be known of an attachment where it is in reach. */
export const mayBeKnown = (one: AttachmentModel): string[] => [
  one.title,
  one.url ?? '',
  one.key,
  one.text ?? '',
  one.pageTitle ?? '',
  ...[...one.sources.values()].flatMap((keys) => [...keys]),
  ...(one.changing ? one.former : []),
];

/** What stands in every prompt where it is in reach. */
export const mustBeNamed = (one: AttachmentModel): string[] => [
  one.url ?? '',
  ...(one.changing ? [] : [one.title]),
];

/** What has to be read where it is in reach and all fits. */
export const mustBeRead = ({ text, changing }: AttachmentModel): string => (changing ? '' : (text ?? ''));

/** What it is a source of. */
export const sourceTexts = (one: AttachmentModel): string[] => [
  one.title,
  one.url ?? '',
  one.text ?? '',
  one.pageTitle ?? '',
  ...one.former,
];

/** One source more for a thing in a place. Sharing once more what could not be read is asking to try it again. */
export function attach(
  project: ProjectModel,
  milestone: MilestoneModel | null,
  thing: Thing,
  source: string,
  sharedAs: string = thing.url ?? thing.key,
): void {
  const there = project.attachments.find((one) => one.milestone === milestone && one.key === thing.key);
  if (there === undefined) {
    const sources = new Map([[source, new Set([sharedAs])]]);
    project.attachments.push({ ...thing, milestone, sources, former: [], told: new Set(), changing: false });
    return;
  }
  addSource(there, source, [sharedAs]);
  if (there.text === null) readAgain(there);
}

function addSource({ sources }: AttachmentModel, source: string, sharedAs: Iterable<string>): void {
  sources.set(source, new Set([...(sources.get(source) ?? []), ...sharedAs]));
}

/** Its page as it is now takes the place of what was read before. @returns whether it says something else. */
export function readAgain(one: AttachmentModel): boolean {
  const { page, url, title, pageTitle, text, former } = one;
  if (url === null || page === null || !page.up) {
    if (url !== null && text !== null) former.push(text);
    if (url !== null) one.text = null;
    return false;
  }
  const before = [pageTitle ?? '', text ?? ''];
  former.push(...before.filter((old) => old !== '' && old !== page.title && old !== page.text));
  if (title === addressTitle(url) || title === pageTitle) one.title = page.title;
  one.pageTitle = page.title;
  one.text = page.text;
  return text !== null && text !== page.text;
}

/** Takes back what a message shared: all of it, or what `which` says. */
export function withdraw(
  project: ProjectModel,
  source: string,
  which: (one: AttachmentModel, sharedAs: Set<string>) => boolean = () => true,
  forget = false,
): void {
  project.attachments = project.attachments.filter((one) => {
    const sharedAs = one.sources.get(source);
    if (sharedAs === undefined || !which(one, sharedAs)) return true;
    one.sources.delete(source);
    // What is left is owed to others, and goes by the name of its page or its address.
    if (forget && one.url !== null) one.title = one.pageTitle ?? addressTitle(one.url);
    return one.sources.size > 0;
  });
}

/** A link that an edit left there under other words is called by those. */
export function followLabels(
  project: ProjectModel,
  source: string,
  { before, now, links }: { before: string; now: string; links: LinkModel[] },
): void {
  for (const one of project.attachments) {
    const link = links.find(({ key }) => one.sources.get(source)?.has(key));
    if (link === undefined || !before.includes(one.title) || now.includes(one.title)) continue;
    one.title = link.label === '' ? (one.pageTitle ?? addressTitle(link.key)) : link.label;
  }
}

/** What is there already takes the sources over, and stays as it is. */
export function move(project: ProjectModel, moved: AttachmentModel, milestone: MilestoneModel | null): void {
  if (moved.milestone === milestone) return;
  const there = project.attachments.find((one) => one.milestone === milestone && one.key === moved.key);
  if (there === undefined) {
    moved.milestone = milestone;
    return;
  }
  project.attachments = project.attachments.filter((one) => one !== moved);
  for (const [source, sharedAs] of moved.sources) addSource(there, source, sharedAs);
}
