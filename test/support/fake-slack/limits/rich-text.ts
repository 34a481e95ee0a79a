import { array, byType, flag, object, oneOf, string, url, whole } from './checks.ts';

const style = object({
  bold: flag,
  italic: flag,
  strike: flag,
  code: flag,
  underline: flag,
  highlight: flag,
  client_highlight: flag,
  unlink: flag,
});

const inline = byType(
  {
    text: object({ text: string(40_000), style }, ['text']),
    link: object({ url, text: string(3000, 0), unsafe: flag, style }, ['url']),
    user: object({ user_id: string(255), style }, ['user_id']),
    usergroup: object({ usergroup_id: string(255), style }, ['usergroup_id']),
    channel: object({ channel_id: string(255), style }, ['channel_id']),
    team: object({ team_id: string(255), style }, ['team_id']),
    emoji: object({ name: string(255), unicode: string(255), url, style }, ['name']),
    broadcast: object({ range: oneOf('here', 'channel', 'everyone'), style }, ['range']),
    color: object({ value: string(255), style }, ['value']),
    date: object(
      { timestamp: whole(0, 99_999_999_999), format: string(255), url, fallback: string(3000), style },
      ['timestamp', 'format'],
    ),
  },
  'a rich text element',
);

const inlines = array(inline, 0, 5000);
const border = whole(0, 1);
const section = object({ elements: inlines }, ['elements']);

const list = object(
  {
    elements: array(byType({ rich_text_section: section }, 'a list item'), 1, 1000),
    style: oneOf('bullet', 'ordered'),
    indent: whole(0, 8),
    offset: whole(0, 100_000),
    border,
  },
  ['elements', 'style'],
);

export const richTextPart = byType(
  {
    rich_text_section: section,
    rich_text_list: list,
    rich_text_quote: object({ elements: inlines, border }, ['elements']),
    rich_text_preformatted: object({ elements: inlines, border, language: string(255) }, ['elements']),
  },
  'a rich text part',
);
