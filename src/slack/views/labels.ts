import { type Actor, signature } from '../../domain/actor.ts';
import { escapeText } from './blocks.ts';

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

const BOT = 'bot:';

/** How a line names somebody who did something. */
export function who(actor: Actor): string {
  return actor.kind === 'planner' || actor.kind === 'clock' ? 'Milepost' : whoSigned(signature(actor));
}

/** As `who`, for records that know their author by one text. */
export function whoSigned(signed: string): string {
  return signed.startsWith(BOT) ? titleLink(signed.slice(BOT.length), null) : `<@${escapeText(signed)}>`;
}
