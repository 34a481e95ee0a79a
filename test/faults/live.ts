import type { FakeSlack } from '../support/fake-slack/index.ts';
import { type Fields, isFields, stringOf } from '../support/fake-slack/json.ts';

interface Shown {
  blocks?: unknown;
  text?: unknown;
}

/** Slack makes nothing of what stands in code. */
const CODE = /```[\s\S]*?```|`[^`\n]*`/gu;
const CONSTRUCT = /<[^<>]*>/gu;
/** What Slack looks for by itself where a text is not marked as verbatim. */
const LOOKED_FOR = /\b[a-z][a-z0-9+.-]*:\/\/\S+|\bmailto:\S+|@(?:channel|here|everyone)\b|#\w+/giu;

/**
 * Everything in a message or view that leads somewhere, calls somebody or is fetched: links, mentions, broadcasts,
 * pictures. Buttons that only tell the app something are not among it.
 */
export function liveIn(shown: Shown): string[] {
  const blocks = Array.isArray(shown.blocks) ? shown.blocks : [];
  // Beside blocks the text is what notifications show: only constructs do anything there.
  return [...liveText(stringOf(shown.text), blocks.length > 0), ...blocks.flatMap(liveBlocks)];
}

function liveBlocks(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(liveBlocks);
  if (!isFields(value)) return [];
  return [...own(value), ...Object.values(value).flatMap(liveBlocks)];
}

function own(value: Fields): string[] {
  const fetched = ['url', 'image_url', 'video_url', 'thumbnail_url', 'title_url', 'slack_file'];
  const addresses = fetched.flatMap((name) => (value[name] === undefined ? [] : [String(value[name])]));
  switch (value.type) {
    case 'mrkdwn':
      return [...addresses, ...liveText(stringOf(value.text), value.verbatim === true)];
    case 'markdown':
      return [...addresses, stringOf(value.text)];
    case 'user':
    case 'usergroup':
    case 'channel':
    case 'broadcast':
      return [...addresses, JSON.stringify(value)];
    default:
      return addresses;
  }
}

function liveText(written: string, verbatim: boolean): string[] {
  const text = written.replaceAll(CODE, ' ');
  const rest = text.replaceAll(CONSTRUCT, ' ');
  return [...(text.match(CONSTRUCT) ?? []), ...(verbatim ? [] : (rest.match(LOOKED_FOR) ?? []))];
}

/** What the bot has shown to these people since then: messages, lines for one person, Homes and windows. */
export function shownBy(slack: FakeSlack, channels: string[], people: string[], since: string): Shown[] {
  const isNew = ({ ts }: { ts: string }): boolean => ts > since;
  return [
    ...channels.flatMap((channel) =>
      slack.messages(channel).filter((message) => message.user === slack.botUserId && isNew(message)),
    ),
    ...slack.ephemerals().filter((one) => people.includes(one.user) && isNew(one)),
    ...people.flatMap((user) => slack.home(user) ?? []),
    ...people.flatMap((user) => slack.modals(user)),
  ];
}

/** Of what is live there: all that is neither a person's name nor an address in Slack itself. */
export function foreignIn(slack: FakeSlack, shown: Shown[], people: string[]): string[] {
  const homes = ['archives', 'files'].map((area) => `https://${slack.domain}.slack.com/${area}/`);
  const isOurs = (live: string): boolean =>
    people.some((user) => live === `<@${user}>`) ||
    homes.some((home) => live.startsWith(`<${home}`) || live.startsWith(home)) ||
    live.startsWith('https://slack.com/app_redirect?');
  return shown.flatMap(liveIn).filter((live) => !isOurs(live));
}
