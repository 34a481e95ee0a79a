import { type Fields, isFields, stringOf } from './json.ts';
import { type Channel, type Ephemeral, type Message, repliesOf, type Team, type View } from './state.ts';

/** Where an object keeps what a person reads, in the order they read it. */
const readable = [
  'title',
  'text',
  'fields',
  'label',
  'elements',
  'element',
  'accessory',
  'positive_button',
  'negative_button',
  'placeholder',
  'initial_value',
  'options',
  'option_groups',
  'description',
  'hint',
  'blocks',
  'submit',
  'close',
];

type Shown = { blocks?: unknown; text?: unknown; type?: unknown };

/** Everything a person would read on a message, an ephemeral or a view, as it was sent. */
export function textOf(shown: Shown | undefined): string {
  if (!shown) return '';
  const { text, ...rest } = shown;
  // Slack gives every Home a title that nobody sees.
  const fromBlocks = piecesOf(shown.type === 'home' ? { blocks: shown.blocks } : rest).join('\n');
  return fromBlocks || stringOf(text);
}

function piecesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(piecesOf);
  if (!isFields(value)) return [];
  const line = inlineText(value);
  if (line !== undefined) return line ? [line] : [];
  return readable.flatMap((name) => piecesOf(value[name]));
}

/** The pieces of one line of rich text belong together. */
function inlineText(value: Fields): string | undefined {
  const type = stringOf(value.type);
  if (!['rich_text_section', 'rich_text_preformatted', 'rich_text_quote'].includes(type)) return undefined;
  if (!Array.isArray(value.elements)) return '';
  return value.elements.filter(isFields).map(inlinePiece).join('');
}

function inlinePiece(element: Fields): string {
  switch (element.type) {
    case 'user':
      return `<@${stringOf(element.user_id)}>`;
    case 'channel':
      return `<#${stringOf(element.channel_id)}>`;
    case 'emoji':
      return `:${stringOf(element.name)}:`;
    case 'link':
      return stringOf(element.text) || stringOf(element.url);
    default:
      return stringOf(element.text) || stringOf(element.fallback) || stringOf(element.range);
  }
}

const LIVE_LINK = /<((?:https?|mailto):[^|>\s]+)(?:\|[^>]*)?>|\b(https?:\/\/[^\s<>|)\]]+)/g;
const MARKDOWN_LINK = /\]\(<?([a-z]+:[^)\s>]+)>?\)/g;

/** Every address a person could click on: in mrkdwn, markdown and rich text, and behind buttons. */
export function linksOf(shown: Shown | undefined): string[] {
  if (!shown) return [];
  const blocks = Array.isArray(shown.blocks) && shown.blocks.length > 0 ? shown.blocks : undefined;
  return [...new Set(blocks ? blocks.flatMap(linksIn) : linksInText(stringOf(shown.text)))];
}

function linksIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(linksIn);
  if (!isFields(value)) return [];
  const own = typeof value.url === 'string' ? [value.url] : [];
  const text = stringOf(value.text);
  const written = value.type === 'mrkdwn' || value.type === 'markdown' ? linksInText(text) : [];
  return [...own, ...written, ...Object.values(value).flatMap(linksIn)];
}

/** Slack makes nothing of what stands in code. */
const CODE = /```[\s\S]*?```|`[^`\n]*`/gu;

function linksInText(written: string): string[] {
  const text = written.replaceAll(CODE, ' ');
  const live = [...text.matchAll(LIVE_LINK)].map((match) => match[1] ?? match[2] ?? '');
  return [...live, ...[...text.matchAll(MARKDOWN_LINK)].map((match) => match[1] ?? '')];
}

export function createReading(team: Team) {
  const channelOf = (id: string): Channel => {
    const channel = team.channels.get(id);
    if (!channel) throw new Error(`there is no channel ${id} in ${team.id}`);
    return channel;
  };
  const standing = (messages: Message[]) => messages.filter((m) => m.subtype !== 'tombstone');

  return {
    /** Every message of a channel, replies included, oldest first. */
    messages: (channel: string): Message[] => standing([...channelOf(channel).messages.values()]),

    message: (channel: string, ts: string): Message | undefined => channelOf(channel).messages.get(ts),

    /** The root and its replies, oldest first; deleted ones are absent. */
    thread(channel: string, ts: string): Message[] {
      const root = channelOf(channel).messages.get(ts);
      return standing([...(root ? [root] : []), ...repliesOf(channelOf(channel), ts)]);
    },

    ephemerals(channel?: string, user?: string): Ephemeral[] {
      return team.ephemerals.filter(
        (e) => (channel ?? e.channel) === e.channel && (user ?? e.user) === e.user,
      );
    },

    /** The view on top of what this person has open. */
    modal: (user: string): View | undefined => team.modals.get(user)?.at(-1),

    modals: (user: string): View[] => [...(team.modals.get(user) ?? [])],

    home: (user: string): View | undefined => team.homes.get(user),

    reactions(channel: string, ts: string): string[] {
      return (channelOf(channel).messages.get(ts)?.reactions ?? []).map((reaction) => reaction.name);
    },

    /** The status shown in a thread, when the feature is on. */
    status: (channel: string, threadTs: string): string => team.statuses.get(`${channel}:${threadTs}`) ?? '',

    dmOf(user: string): string | undefined {
      return [...team.channels.values()].find((c) => c.kind === 'im' && c.members.has(user))?.id;
    },
  };
}
