import { type ContextSource, unreadNote } from '../domain/context-sources.ts';
import { linkTitle } from '../domain/link.ts';
import { type PassagePlace, placeText } from '../domain/passage-place.ts';
import { cut } from '../domain/project.ts';
import { plural } from '../domain/receipt.ts';

/** Such as "5 attachments can be read here, 2 links are known by address only". */
export function counted(sources: ContextSource[]): string {
  const pending = sources.filter(isPending).length;
  const unread = sources.filter((source) => source.state === 'failed');
  const links = unread.filter((source) => source.url !== null).length;
  const files = unread.length - links;
  const readable = sources.length - unread.length - pending;
  return [
    readable === 0 && unread.length + pending > 0 ? [] : `${plural(readable, 'attachment')} can be read here`,
    links === 0 ? [] : `${plural(links, 'link')} ${links === 1 ? 'is' : 'are'} known by address only`,
    files === 0 ? [] : `${plural(files, 'file')} cannot be read`,
    pending === 0 ? [] : `${plural(pending, 'attachment')} ${pending === 1 ? 'is' : 'are'} still being read`,
  ]
    .flat()
    .join(', ');
}

const isPending = ({ state }: ContextSource): boolean => state === 'pending';
const LISTED = 10;

/** A sentence on what is still being read and was not looked at, or nothing. */
export function stillReading(sources: ContextSource[]): string[] {
  const pending = sources.filter(isPending);
  if (pending.length === 0) return [];
  const names = pending.slice(0, LISTED).map((source) => line(source));
  const more = pending.length > LISTED ? ` and ${pending.length - LISTED} more` : '';
  return [`Still being read: ${names.join(', ')}${more}. Ask again in a moment.`];
}

/** A link without a title of its own is shown by its address, once. */
const untitled = ({ title, url }: ContextSource): boolean =>
  url !== null && (title === url || (URL.canParse(url) && title === linkTitle({ url, label: null })));
/** A source as it is named: its number, a place in it when one is cited, and its title. */
export const line = (source: ContextSource, place = ''): string =>
  `[${source.n}${place === '' ? '' : `, ${place}`}] ${untitled(source) ? `<${source.url}>` : plain(source.title)}`;
/** The address of a source behind its title. */
export const address = (source: ContextSource): string =>
  source.url === null || untitled(source) ? '' : ` <${source.url}>`;

const HEADING_LENGTH = 60;

/**
 * A place as it stands in a citation: page, slide, sheet and rows, or, where none of these is known, the heading. It
 * holds no sign that would end the citation or that Markdown would take for its own.
 */
export function citedPlace({ heading, sheet, ...numbers }: PassagePlace): string {
  const name = sheet === undefined ? '' : citable(sheet);
  const whole = placeText(name === '' ? numbers : { ...numbers, sheet: name });
  if (whole !== '' || heading === undefined) return whole;
  const short = citable(heading);
  return short === '' ? '' : placeText({ heading: short });
}

const citable = (name: string): string =>
  cut(name.replace(/[\\`*_~[\]<>,;\s]+/gu, ' ').trim(), HEADING_LENGTH);

/** Why a source was not read, or how old what was read is, behind its title. */
export function note(source: ContextSource): string {
  const reason = unreadNote(source);
  if (reason === null) return '';
  return source.state === 'failed' ? ` (not read: ${reason})` : ` (${reason})`;
}

/** A text as a quote in Markdown. */
export function quote(text: string): string {
  return text
    .split('\n')
    .map((one) => (one.trim() === '' ? '>' : `> ${one}`))
    .join('\n');
}

/** A title as Markdown that shows it as it is. */
export function plain(title: string): string {
  return title.replace(/[\\`*[\]<>]/gu, '\\$&').replace(/\s+/gu, ' ');
}

/** What is known, in the lines of a list that show it as it is. */
export function noteLines(notes: string[]): string {
  return notes.map((one) => `- ${plain(one.replace(/^- /u, ''))}`).join('\n');
}
