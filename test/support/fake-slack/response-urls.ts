import { type Fields, stringOf } from './json.ts';
import { editAsBot, postAsBot, removeMessage } from './messages.ts';
import type { Block, Channel } from './state.ts';
import { checkedBlocks, SlackError } from './web-api/method.ts';
import type { ResponseUrl, World } from './world.ts';

const THIRTY_MINUTES = 30 * 60 * 1000;
const USES = 5;

export function giveResponseUrl(world: World, place: Omit<ResponseUrl, 'usesLeft' | 'expires'>): string {
  const id = world.ids.next('R');
  world.responseUrls.set(id, { ...place, usesLeft: USES, expires: Date.now() + THIRTY_MINUTES });
  return `${world.url}/response/${id}`;
}

const known = [
  'text',
  'blocks',
  'response_type',
  'replace_original',
  'delete_original',
  'thread_ts',
  'mrkdwn',
  'unfurl_links',
  'unfurl_media',
  'metadata',
];

export function useResponseUrl(world: World, id: string, args: Fields): Fields {
  const place = world.responseUrls.get(id);
  if (!place || Date.now() > place.expires) throw new SlackError('expired_url');
  if (place.usesLeft === 0) throw new SlackError('used_url');
  place.usesLeft -= 1;
  showResponse(world, place, args);
  return {};
}

/** Shows what an app answers to an interaction or a command, in its ack or at its response_url. */
export function showResponse(world: World, place: ResponseUrl, args: Fields) {
  const { team } = place;
  for (const name of Object.keys(args)) {
    if (!known.includes(name)) world.journal.violate(`response_url: unknown field ${name}`);
  }
  const channel = team.channels.get(place.channel);
  if (!channel) throw new SlackError('channel_not_found');
  if (args.delete_original === true) return deleteOriginal(world, place, channel);
  const blocks = checkedBlocks({ world, team, args }, 'response_url');
  const text = stringOf(args.text);
  if (!text && !blocks?.length) throw new SlackError('no_text');
  if (args.replace_original === true) return replaceOriginal(world, place, channel, text, blocks);
  const threadTs = stringOf(args.thread_ts) || place.threadTs;
  if (args.response_type === 'in_channel') {
    postAsBot(world, team, channel, { text, blocks, threadTs: stringOf(args.thread_ts) || undefined });
  } else {
    const ts = world.ids.ts();
    team.ephemerals.push({ ts, channel: channel.id, user: place.user, text, blocks, thread_ts: threadTs });
  }
  world.journal.changed();
}

function deleteOriginal(world: World, { team, ts, isEphemeral }: ResponseUrl, channel: Channel) {
  if (isEphemeral) team.ephemerals = team.ephemerals.filter((e) => e.ts !== ts);
  const message = channel.messages.get(ts ?? '');
  if (message) world.outbox.echo(team, removeMessage(world, channel, message, true));
}

function replaceOriginal(world: World, place: ResponseUrl, channel: Channel, text: string, blocks?: Block[]) {
  const { team, ts, isEphemeral } = place;
  if (isEphemeral) {
    const ephemeral = team.ephemerals.find((e) => e.ts === ts);
    if (!ephemeral) throw new SlackError('message_not_found');
    ephemeral.text = text;
    ephemeral.blocks = blocks;
    world.journal.changed();
    return;
  }
  const message = channel.messages.get(ts ?? '');
  if (message?.user !== team.botUserId) throw new SlackError('cant_update_message');
  editAsBot(world, team, channel, message, { text, blocks });
}
