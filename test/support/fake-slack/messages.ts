import type { Fields } from './json.ts';
import { type Block, type Channel, type Message, repliesOf, type Team, wireMessage } from './state.ts';
import type { World } from './world.ts';

const channelTypes = { channel: 'channel', group: 'group', im: 'im' } as const;

function channelType(channel: Channel): string {
  return channelTypes[channel.kind];
}

export function messageEvent(channel: Channel, message: Message): Fields {
  const where = { channel: channel.id, channel_type: channelType(channel), event_ts: message.ts };
  return { ...wireMessage(channel, message), ...where };
}

function hiddenEvent(world: World, channel: Channel, subtype: string): Fields {
  const ts = world.ids.ts();
  const where = { channel: channel.id, channel_type: channelType(channel), ts, event_ts: ts };
  return { type: 'message', subtype, hidden: true, ...where };
}

export function changedEvent(world: World, channel: Channel, message: Message, previous: Fields): Fields {
  return {
    ...hiddenEvent(world, channel, 'message_changed'),
    message: wireMessage(channel, message),
    previous_message: previous,
  };
}

/** Takes a message away. Slack leaves a tombstone where a thread hangs on it. */
export function removeMessage(world: World, channel: Channel, message: Message, tombstone: boolean): Fields {
  const previous = wireMessage(channel, message);
  if (tombstone && repliesOf(channel, message.ts).length > 0) {
    const { ts, team, thread_ts } = message;
    const user = 'USLACKBOT';
    const text = 'This message was deleted.';
    const grave: Message = {
      type: 'message',
      subtype: 'tombstone',
      hidden: true,
      ts,
      team,
      thread_ts,
      user,
      text,
    };
    channel.messages.set(ts, grave);
    return changedEvent(world, channel, grave, previous);
  }
  channel.messages.delete(message.ts);
  if (message.thread_ts === undefined || message.thread_ts === message.ts) channel.lostRoots.add(message.ts);
  return {
    ...hiddenEvent(world, channel, 'message_deleted'),
    deleted_ts: message.ts,
    previous_message: previous,
  };
}

interface BotPost {
  text: string;
  blocks?: Block[] | undefined;
  metadata?: Fields | undefined;
  threadTs?: string | undefined;
  broadcast?: boolean;
}

export function postAsBot(world: World, team: Team, channel: Channel, post: BotPost): Message {
  const message: Message = {
    type: 'message',
    ...(post.broadcast && post.threadTs ? { subtype: 'thread_broadcast' } : {}),
    ts: world.ids.ts(),
    user: team.botUserId,
    team: team.id,
    bot_id: team.botId,
    app_id: world.app.appId,
    bot_profile: {
      id: team.botId,
      app_id: world.app.appId,
      name: 'Milepost',
      team_id: team.id,
      deleted: false,
    },
    text: post.text || "This content can't be displayed.",
    blocks: post.blocks,
    metadata: post.metadata,
    thread_ts: post.threadTs,
  };
  channel.messages.set(message.ts, message);
  team.statuses.delete(`${channel.id}:${post.threadTs ?? message.ts}`);
  world.outbox.echo(team, messageEvent(channel, message));
  return message;
}

interface BotEdit {
  text?: string | undefined;
  blocks?: Block[] | undefined;
  metadata?: Fields | undefined;
}

export function editAsBot(world: World, team: Team, channel: Channel, message: Message, edit: BotEdit) {
  const previous = wireMessage(channel, message);
  // Text without blocks takes the old blocks away; so does an empty list. Metadata stays unless given.
  if (edit.blocks !== undefined) message.blocks = edit.blocks.length > 0 ? edit.blocks : undefined;
  else if (edit.text !== undefined) message.blocks = undefined;
  if (edit.text !== undefined) message.text = edit.text;
  if (edit.metadata !== undefined) {
    message.metadata = Object.keys(edit.metadata).length > 0 ? edit.metadata : undefined;
  }
  message.edited = { user: team.botUserId, ts: world.ids.ts() };
  world.outbox.echo(team, changedEvent(world, channel, message, previous));
}
