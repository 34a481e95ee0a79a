import type {
  ActionsBlock,
  Button,
  ConfirmationDialog,
  ContextBlock,
  InputBlock,
  PlainTextElement,
  SectionBlock,
} from '@slack/types';

/** Slack's limits: docs.slack.dev, Block Kit reference. */
const SECTION_TEXT = 3_000;
const FIELD_TEXT = 3_000;
const BUTTON_TEXT = 75;

export const plain = (text: string): PlainTextElement => ({ type: 'plain_text', text, emoji: true });

/** Text from people inside mrkdwn: shown as it is, pinging nobody and linking nowhere. */
export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A text that takes at most `limit` UTF-16 units, with an ellipsis when cut. */
export function clip(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1).replace(/\p{Surrogate}$/u, '')}…`;
}

/** Escaped text or links of ours, cut as `clip` does, but never within an escaped sign or a link. */
function clipMarkup(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const head = text.slice(0, limit - 1).replace(/\p{Surrogate}$|&[a-z]{0,3}$|<[^<>]*$/u, '');
  return `${head}…`;
}

/** A text from people that takes at most `limit` UTF-16 units once it is escaped, with an ellipsis when cut. */
export function shortened(text: string, limit: number): string {
  if (escapeText(text).length <= limit) return text;
  let room = limit - 1;
  let kept = '';
  for (const sign of text) {
    room -= escapeText(sign).length;
    if (room < 0) break;
    kept += sign;
  }
  return `${kept}…`;
}

/** Signs that turn the order of what follows: a text with them can read as something else than it says. */
const TURNING = /[\u202a-\u202e\u2066-\u2069]/gu;

/** A text as one line that opens no code block, not escaped yet. */
export function flat(text: string): string {
  return text
    .replace(TURNING, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll('```', 'ˋˋˋ')
    .trim();
}

/** A text from people or a model as one line of at most `limit` UTF-16 units, escaped. */
export function oneLine(text: string, limit: number): string {
  return escapeText(shortened(flat(text), limit));
}

/** Set off from our own words line by line, escaped, with an ellipsis where more is left out. */
export function quoted(text: string, limit: number, lines: number): string {
  const all = text
    .split('\n')
    .map(flat)
    .filter((line) => line !== '');
  const kept = shortened(all.slice(0, lines).join('\n'), limit).split('\n');
  const more = all.length > lines && !kept.at(-1)?.endsWith('…') ? ['…'] : [];
  return [...kept, ...more].map((line) => `> ${escapeText(line)}`).join('\n');
}

/** `verbatim` keeps Slack from turning addresses and @names into links. */
export function section(text: string): SectionBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: clipMarkup(text, SECTION_TEXT), verbatim: true } };
}

/** Lines as the fewest sections that hold them whole. */
export function sections(lines: string[]): SectionBlock[] {
  const texts: string[] = [];
  for (const line of lines) {
    const joined = texts.length === 0 ? line : `${texts.at(-1)}\n${line}`;
    if (texts.length > 0 && joined.length <= SECTION_TEXT) texts[texts.length - 1] = joined;
    else texts.push(line);
  }
  return texts.map(section);
}

/** What a list may take of what Slack takes. */
interface Room {
  blocks: number;
  most: number;
  measure(text: string): number;
}

/** A message: 13,200 characters and 50 blocks. */
export const MESSAGE_ROOM: Room = { blocks: 40, most: 10_000, measure: (text) => text.length };
/** A modal: 250 KB and 100 blocks, of which a form takes its share. */
export const MODAL_ROOM: Room = {
  blocks: 90,
  most: 170_000,
  measure: (text) => Buffer.byteLength(JSON.stringify(text)),
};

/** A list with its addresses as links or, where that takes more than there is room for, without. */
export function linkedIfRoom(
  render: (linked: boolean) => SectionBlock[],
  { blocks, most, measure }: Room,
): SectionBlock[] {
  const linked = render(true);
  const taken = linked.reduce((total, block) => total + measure(block.text?.text ?? ''), 0);
  return linked.length <= blocks && taken <= most ? linked : render(false);
}

/** As many of these lines as there is room for, of at most 1,000 characters each; the others are counted. */
export function withinRoom(lines: string[], { most, measure }: Room): string[] {
  const kept: string[] = [];
  let taken = 0;
  for (const line of lines) {
    taken += measure(line);
    if (taken > most) return [...kept, `…and ${(lines.length - kept.length).toLocaleString('en-US')} more`];
    kept.push(line);
  }
  return kept;
}

export function context(text: string): ContextBlock {
  return {
    type: 'context',
    elements: [{ type: 'mrkdwn', text: clipMarkup(text, SECTION_TEXT), verbatim: true }],
  };
}

export function button(text: string, actionId: string, value: string, style?: 'primary' | 'danger'): Button {
  const base: Button = { type: 'button', text: plain(clip(text, BUTTON_TEXT)), action_id: actionId, value };
  return style === undefined ? base : { ...base, style };
}

const DIALOG = { title: 100, text: 300, button: 30 };

/** A button that asks before it does what it says. */
export function askingFirst(one: Button, title: string, text: string): Button {
  const confirm: ConfirmationDialog = {
    title: plain(clip(title, DIALOG.title)),
    text: plain(clip(text, DIALOG.text)),
    confirm: plain(clip(one.text.text, DIALOG.button)),
    deny: plain('Cancel'),
    style: 'danger',
  };
  return { ...one, confirm };
}

/** A button that leads to an address. */
export function linkButton(text: string, actionId: string, url: string): Button {
  return { type: 'button', text: plain(clip(text, BUTTON_TEXT)), action_id: actionId, url };
}

export function actions(elements: ActionsBlock['elements']): ActionsBlock {
  return { type: 'actions', elements };
}

export interface TextInput {
  blockId: string;
  label: string;
  initial?: string;
  placeholder?: string;
  hint?: string;
  multiline?: boolean;
  optional?: boolean;
  maxLength?: number;
}

/** A text field; its action id is the block id. */
export function textInput({
  blockId,
  label,
  initial,
  placeholder,
  hint,
  multiline,
  optional,
  maxLength,
}: TextInput): InputBlock {
  return {
    type: 'input',
    block_id: blockId,
    label: plain(label),
    optional: optional ?? false,
    ...(hint === undefined ? {} : { hint: plain(hint) }),
    element: {
      type: 'plain_text_input',
      action_id: blockId,
      multiline: multiline ?? false,
      ...(initial === undefined || initial === '' ? {} : { initial_value: initial }),
      ...(placeholder === undefined ? {} : { placeholder: plain(placeholder) }),
      // Slack counts an emoji twice: what is filled in has to fit whatever it holds.
      ...(maxLength === undefined
        ? {}
        : { max_length: Math.min(FIELD_TEXT, Math.max(maxLength, initial?.length ?? 0)) }),
    },
  };
}

export interface Choice {
  value: string;
  text: string;
}

const OPTION_TEXT = 75;

export function option({ value, text }: Choice): { text: PlainTextElement; value: string } {
  return { text: plain(clip(text, OPTION_TEXT)), value };
}

/** A list to choose one from; its action id is the block id. */
export function selectInput(blockId: string, label: string, choices: Choice[], chosen?: string): InputBlock {
  const initial = choices.find((choice) => choice.value === chosen);
  return {
    type: 'input',
    block_id: blockId,
    label: plain(label),
    element: {
      type: 'static_select',
      action_id: blockId,
      options: choices.map(option),
      // The same text as placeholder, for clients that do not show what is chosen from the start.
      ...(initial === undefined
        ? {}
        : { initial_option: option(initial), placeholder: option(initial).text }),
    },
  };
}
