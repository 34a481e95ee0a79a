import { type Actor, signature } from '../../domain/actor.ts';
import type { Attachment } from '../../domain/attachment.ts';
import { UNREAD_SENTENCE } from '../../domain/attachment.ts';
import type { LinkType } from '../../domain/link.ts';
import { escapeText } from './blocks.ts';

const LINK_ICON: Record<LinkType, [icon: string, name: string]> = {
  sharepoint: [':card_index_dividers:', 'SharePoint'],
  google_doc: [':page_facing_up:', 'Google Doc'],
  google_sheet: [':bar_chart:', 'Google Sheet'],
  google_slides: [':projector:', 'Google Slides'],
  google_drive: [':file_folder:', 'Google Drive'],
  notion: [':notebook:', 'Notion'],
  confluence: [':books:', 'Confluence'],
  jira: [':ticket:', 'Jira'],
  linear: [':straight_ruler:', 'Linear'],
  figma: [':art:', 'Figma'],
  miro: [':world_map:', 'Miro'],
  github: [':octopus:', 'GitHub'],
  gitlab: [':fox_face:', 'GitLab'],
  loom: [':movie_camera:', 'Loom'],
  youtube: [':tv:', 'YouTube'],
  vimeo: [':clapper:', 'Vimeo'],
  dropbox: [':package:', 'Dropbox'],
  box: [':inbox_tray:', 'Box'],
  airtable: [':card_file_box:', 'Airtable'],
  trello: [':clipboard:', 'Trello'],
  asana: [':white_check_mark:', 'Asana'],
  slack: [':speech_balloon:', 'Slack'],
  pdf: [':closed_book:', 'PDF'],
  image: [':frame_with_picture:', 'Image'],
  website: [':link:', 'Website'],
};

/** Icon and name of what an attachment is. */
export function attachmentIcon({ linkType }: Pick<Attachment, 'linkType'>): [icon: string, name: string] {
  return linkType === null ? [':page_with_curl:', 'Document'] : LINK_ICON[linkType];
}

/** Characters of a link that leave room for its title and the rest of its line. */
const LINK_LIMIT = 2_100;

/**
 * A title in bold, as a link where there is an address that fits a line. Titles come from people and are escaped.
 */
export function titleLink(title: string, url: string | null): string {
  const name = escapeText(title).replaceAll('|', '¦').replaceAll('*', '∗');
  const address = url === null ? '' : escapeText(url).replaceAll('|', '%7C');
  return address === '' || address.length > LINK_LIMIT ? `*${name}*` : `*<${address}|${name}>*`;
}

/** One line of a list: icon, title, kind, state. */
export function attachmentLine(attachment: Attachment, linked: boolean): string {
  const [icon, name] = attachmentIcon(attachment);
  const state = attachment.unread === null ? 'read' : UNREAD_SENTENCE[attachment.unread];
  return `${icon} ${titleLink(attachment.title, linked ? attachment.url : null)} · ${name} · ${state}`;
}

const BOT = 'bot:';

/** How a line names somebody who did something. */
export function who(actor: Actor): string {
  return actor.kind === 'planner' || actor.kind === 'clock' ? 'Milepost' : whoSigned(signature(actor));
}

/** As `who`, for records that know their author by one text. */
export function whoSigned(signed: string): string {
  return signed.startsWith(BOT) ? titleLink(signed.slice(BOT.length), null) : `<@${escapeText(signed)}>`;
}
