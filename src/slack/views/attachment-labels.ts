import { type Attachment, addressOf, UNREAD_SENTENCE } from '../../domain/attachment.ts';
import { type LinkType, linkTitle } from '../../domain/link.ts';
import { splitAddresses } from '../mrkdwn-address.ts';
import { flat, shortened } from './blocks.ts';
import { titleLink } from './labels.ts';

type Label = [icon: string, name: string];

const LINK: Record<LinkType, Label> = {
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

const TEXT: Label = [':page_with_curl:', 'Text'];
const OTHER: Label = [':page_facing_up:', 'File'];

/** What a document is, by the ending of its name. */
const DOCUMENT: [endings: string, label: Label][] = [
  ['pdf', LINK.pdf],
  ['doc docx odt rtf', [':blue_book:', 'Word']],
  ['xls xlsx xlsm ods csv tsv', [':bar_chart:', 'Spreadsheet']],
  ['ppt pptx odp key', [':projector:', 'Slides']],
  ['htm html xhtml', [':globe_with_meridians:', 'Web page']],
  ['png jpg jpeg gif webp heic heif bmp tif tiff svg', LINK.image],
  ['txt text md markdown rst adoc log tex srt vtt', TEXT],
  [
    'c cc cpp cs css dart ex erl go h hpp hs ini java jl js json jsx kt lua mjs ml php pl ps1 py r rb rs scala scss sh sql swift toml ts tsx vue xml yaml yml zig',
    [':computer:', 'Code'],
  ],
];

const BY_ENDING = new Map(
  DOCUMENT.flatMap(([endings, label]) =>
    endings.split(' ').map((ending): [string, Label] => [ending, label]),
  ),
);

/** Icon and name of what an attachment is. */
export function attachmentIcon({
  linkType,
  file,
  title,
}: Pick<Attachment, 'linkType' | 'file' | 'title'>): Label {
  if (linkType !== null) return LINK[linkType];
  const ending = /\.([a-z0-9]{1,9})$/iu.exec((file?.name ?? title).trim())?.[1] ?? '';
  return BY_ENDING.get(ending.toLowerCase()) ?? (file === null ? TEXT : OTHER);
}

/** Whether an attachment could be read, as it stands in a list. `asked`: someone has just had it read again. */
function stateWords({ state, unread, readAt }: Attachment, asked = false): string {
  if (state === 'pending') return 'being read';
  if (asked) return 'being read again';
  if (unread === null) return 'read';
  if (state === 'failed') return `not read: ${UNREAD_SENTENCE[unread]}`;
  const day = readAt === null ? '' : ` on ${dayOf(readAt)}`;
  return `as it was when it could last be read; tried again${day}: ${UNREAD_SENTENCE[unread]}`;
}

export const dayOf = (date: Date): string => date.toISOString().slice(0, 10);

/** Characters of a title once it is escaped: its line, with an address, has to fit one block. */
const TITLE = 300;

/** The title of an attachment in bold, as a link to where people open it. */
export function attachmentTitle(title: string, address: string | null): string {
  return titleLink(shortened(flat(honest(title, address)), TITLE), address);
}

/** A page that calls itself another address is called by its own: a link must not seem to lead elsewhere. */
function honest(title: string, address: string | null): string {
  if (address === null) return title;
  const elsewhere = splitAddresses(title).some((part) => part.address && !address.includes(part.text));
  return elsewhere ? linkTitle({ url: address, label: null }) : title;
}

/** One line of a list: icon, title, kind, state. */
export function attachmentLine(attachment: Attachment, linked: boolean, asked = false): string {
  const [icon, name] = attachmentIcon(attachment);
  const title = attachmentTitle(attachment.title, linked ? addressOf(attachment) : null);
  return `${icon} ${title} · ${name} · ${stateWords(attachment, asked)}`;
}
