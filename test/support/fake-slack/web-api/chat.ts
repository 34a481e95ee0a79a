import { type Fields, fieldsOf, isFields, stringOf } from '../json.ts';
import { editAsBot, postAsBot, removeMessage } from '../messages.ts';
import { type Channel, type Message, wireMessage } from '../state.ts';
import {
  type Ask,
  checkedBlocks,
  joinedChannel,
  type Method,
  SlackError,
  visibleChannel,
  writableChannel,
} from './method.ts';

const MAX_TEXT = 40_000;

const content = {
  channel: 'string',
  text: 'string',
  blocks: 'json',
  parse: 'string',
  link_names: 'boolean',
} as const;

function checkedText({ args }: Ask): string {
  const text = stringOf(args.text);
  if (text.length > MAX_TEXT) throw new SlackError('msg_too_long');
  return text;
}

function checkedMetadata({ world, args }: Ask, method: string): Fields | undefined {
  const { metadata } = args;
  if (metadata === undefined) return undefined;
  const fields = fieldsOf(metadata);
  const isEmpty = isFields(metadata) && Object.keys(fields).length === 0;
  const wellFormed =
    typeof fields.event_type === 'string' && fields.event_type && isFields(fields.event_payload);
  if (!isEmpty && !wellFormed) {
    world.journal.violate(`${method}: metadata needs event_type and event_payload`);
    throw new SlackError('invalid_metadata_format');
  }
  return fields;
}

/** The root a thread_ts stands for. Slack posts under a ts it does not know, but not under a deleted root. */
function threadRoot(ask: Ask, channel: Channel, method: string): string | undefined {
  const threadTs = stringOf(ask.args.thread_ts);
  if (!threadTs) return undefined;
  if (channel.lostRoots.has(threadTs)) throw new SlackError('thread_not_found');
  const root = channel.messages.get(threadTs)?.thread_ts ?? threadTs;
  if (root !== threadTs) ask.world.journal.violate(`${method}: thread_ts ${threadTs} is a reply, not a root`);
  return root;
}

function ownMessage(ask: Ask, channel: Channel, refusal: string): Message {
  const message = channel.messages.get(stringOf(ask.args.ts));
  if (!message || message.subtype === 'tombstone') throw new SlackError('message_not_found');
  if (message.user !== ask.team.botUserId) throw new SlackError(refusal);
  return message;
}

function noContent(ask: Ask, method: string): never {
  ask.world.journal.violate(`${method}: needs text or blocks`);
  throw new SlackError('no_text');
}

export const chatMethods: Record<string, Method> = {
  'chat.postMessage': {
    args: {
      ...content,
      thread_ts: 'string',
      reply_broadcast: 'boolean',
      metadata: 'json',
      unfurl_links: 'boolean',
      unfurl_media: 'boolean',
      mrkdwn: 'boolean',
    },
    required: ['channel'],
    run(ask) {
      const { world, team, args } = ask;
      const channel = writableChannel(ask);
      const text = checkedText(ask);
      const blocks = checkedBlocks(ask, 'chat.postMessage');
      if (!text && (!blocks || blocks.length === 0)) noContent(ask, 'chat.postMessage');
      if (args.unfurl_links !== false && args.unfurl_media !== false) {
        world.journal.violate('chat.postMessage: neither unfurl_links nor unfurl_media is false');
      }
      const message = postAsBot(world, team, channel, {
        text,
        blocks,
        metadata: checkedMetadata(ask, 'chat.postMessage'),
        threadTs: threadRoot(ask, channel, 'chat.postMessage'),
        broadcast: args.reply_broadcast === true,
      });
      return { channel: channel.id, ts: message.ts, message: wireMessage(channel, message, true) };
    },
  },
  'chat.update': {
    args: { ...content, ts: 'string', metadata: 'json', reply_broadcast: 'boolean' },
    required: ['channel', 'ts'],
    run(ask) {
      const { world, team, args } = ask;
      const channel = writableChannel(ask);
      const message = ownMessage(ask, channel, 'cant_update_message');
      const text = args.text === undefined ? undefined : checkedText(ask);
      const blocks = checkedBlocks(ask, 'chat.update');
      if (!text && !blocks) noContent(ask, 'chat.update');
      editAsBot(world, team, channel, message, {
        text,
        blocks,
        metadata: checkedMetadata(ask, 'chat.update'),
      });
      const wire = wireMessage(channel, message, true);
      return { channel: channel.id, ts: message.ts, text: message.text, message: wire };
    },
  },
  'chat.delete': {
    args: { channel: 'string', ts: 'string' },
    required: ['channel', 'ts'],
    run(ask) {
      const { world, team } = ask;
      const channel = joinedChannel(ask);
      const message = ownMessage(ask, channel, 'cant_delete_message');
      world.outbox.echo(team, removeMessage(world, channel, message, true));
      return { channel: channel.id, ts: message.ts };
    },
  },
  'chat.postEphemeral': {
    args: { ...content, user: 'string', thread_ts: 'string' },
    required: ['channel', 'user'],
    run(ask) {
      const { world, team, args } = ask;
      const channel = writableChannel(ask);
      const user = stringOf(args.user);
      if (!team.users.has(user)) throw new SlackError('user_not_found');
      if (!channel.members.has(user)) throw new SlackError('user_not_in_channel');
      const text = checkedText(ask);
      const blocks = checkedBlocks(ask, 'chat.postEphemeral');
      if (!text && (!blocks || blocks.length === 0)) noContent(ask, 'chat.postEphemeral');
      const threadTs = threadRoot(ask, channel, 'chat.postEphemeral');
      const ts = world.ids.ts();
      team.ephemerals.push({ ts, channel: channel.id, user, text, blocks, thread_ts: threadTs });
      return { message_ts: ts };
    },
  },
  'chat.getPermalink': {
    args: { channel: 'string', message_ts: 'string' },
    required: ['channel', 'message_ts'],
    run(ask) {
      const channel = visibleChannel(ask);
      const message = channel.messages.get(stringOf(ask.args.message_ts));
      if (!message) throw new SlackError('message_not_found');
      const path = `https://${ask.team.domain}.slack.com/archives/${channel.id}/p${message.ts.replace('.', '')}`;
      const isReply = message.thread_ts !== undefined && message.thread_ts !== message.ts;
      const permalink = isReply ? `${path}?thread_ts=${message.thread_ts}&cid=${channel.id}` : path;
      return { channel: channel.id, permalink };
    },
  },
};
