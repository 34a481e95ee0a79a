import { type ContextSource, unreadNote } from '../domain/context-sources.ts';
import { linkTitle } from '../domain/link.ts';
import { plural } from '../domain/receipt.ts';

/** Such as "5 attachments can be read here, 2 links are known by address only". */
export function counted(sources: ContextSource[]): string {
  const unread = sources.filter((source) => source.unread !== null);
  const links = unread.filter((source) => source.url !== null).length;
  const files = unread.length - links;
  const readable = sources.length - unread.length;
  return [
    readable === 0 && unread.length > 0 ? [] : `${plural(readable, 'attachment')} can be read here`,
    links === 0 ? [] : `${plural(links, 'link')} ${links === 1 ? 'is' : 'are'} known by address only`,
    files === 0 ? [] : `${plural(files, 'file')} cannot be read`,
  ]
    .flat()
    .join(', ');
}

/** A link without a title of its own is shown by its address, once. */
const untitled = ({ title, url }: ContextSource): boolean =>
  url !== null && (title === url || (URL.canParse(url) && title === linkTitle({ url, label: null })));
/** A source as it is named: its number and its title. */
export const line = (source: ContextSource): string =>
  `[${source.n}] ${untitled(source) ? `<${source.url}>` : plain(source.title)}`;
/** The address of a source behind its title. */
export const address = (source: ContextSource): string =>
  source.url === null || untitled(source) ? '' : ` <${source.url}>`;

/** Why a source was not read, behind its title. */
export function note(source: ContextSource): string {
  const reason = unreadNote(source);
  return reason === null ? '' : ` (not read: ${reason})`;
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
