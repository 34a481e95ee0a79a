import { randomUUID } from 'node:crypto';
import type { Delivered } from './events.ts';
import { readHumanText } from './human-text.ts';
import { type Fields, stringOf } from './json.ts';
import { changedEvent, messageEvent, removeMessage } from './messages.ts';
import { type Channel, type Message, openDm, type Team, type User, wireMessage } from './state.ts';
import { type FileSpec, upload } from './uploads.ts';
import { completeBlocks } from './web-api/method.ts';
import { addReaction, reactionEvent, removeReaction } from './web-api/reactions.ts';
import type { World } from './world.ts';

interface Telling {
  /** false: Slack never delivers it (the event is in the result, to deliver later) */
  deliver?: boolean | undefined;
  retries?: boolean | undefined;
}

interface Saying extends Telling {
  user: string;
  channel: string;
  text: string;
  threadTs?: string | undefined;
  clientMsgId?: string | undefined;
  files?: FileSpec[] | undefined;
  blocks?: Fields[] | undefined;
  /** which of the two events of a mention are delivered */
  events?: 'both' | 'message' | 'mention' | undefined;
  order?: 'together' | 'message-first' | 'mention-first' | undefined;
  /** how many times each event is delivered, all at once */
  copies?: number | undefined;
}

interface Said {
  ts: string;
  message: Message;
  events: { message?: Fields; mention?: Fields };
  delivered: Delivered[];
}

interface Told {
  event: Fields;
  delivered: Delivered[];
}

export function userIn(team: Team, id: string): User {
  const user = team.users.get(id);
  if (!user) throw new Error(`there is no user ${id} in ${team.id}`);
  return user;
}

export function channelIn(team: Team, id: string): Channel {
  const channel = team.channels.get(id);
  if (!channel) throw new Error(`there is no channel ${id} in ${team.id}`);
  return channel;
}

export function messageIn(channel: Channel, ts: string): Message {
  const message = channel.messages.get(ts);
  if (!message) throw new Error(`there is no message ${ts} in ${channel.id}`);
  return message;
}

/** The channel, provided this person can see it and act in it. */
export function placeOf(team: Team, user: string, channelId: string): Channel {
  const channel = channelIn(team, channelId);
  if (!channel.members.has(userIn(team, user).id)) throw new Error(`${user} is not in ${channelId}`);
  if (channel.isDeleted) throw new Error(`${channelId} was deleted`);
  return channel;
}

function writeMessage(world: World, team: Team, said: Saying): Message {
  const channel = placeOf(team, said.user, said.channel);
  if (channel.isArchived) throw new Error(`${said.channel} is archived`);
  if (said.threadTs) messageIn(channel, said.threadTs);
  const user = userIn(team, said.user);
  const { text, elements } = readHumanText(said.text);
  const section = { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] };
  const blocks = completeBlocks(said.blocks ?? (elements.length > 0 ? [section] : []), world.ids);
  const files = (said.files ?? []).map((spec) => upload(world, team, user, spec));
  const isStranger = user.teamId !== team.id;
  const message: Message = {
    ...(user.isBot
      ? { bot_id: user.id.replace(/^U/, 'B') }
      : { client_msg_id: said.clientMsgId ?? randomUUID() }),
    type: 'message',
    text,
    user: user.id,
    ts: world.ids.ts(),
    team: user.teamId,
    ...(blocks.length > 0 ? { blocks } : {}),
    ...(files.length > 0 ? { files, subtype: 'file_share', upload: false } : {}),
    ...(said.threadTs ? { thread_ts: said.threadTs } : {}),
    ...(isStranger ? { user_team: user.teamId, source_team: user.teamId } : {}),
  };
  channel.messages.set(message.ts, message);
  world.journal.changed();
  return message;
}

function fileCalled(team: Team, message: Message, name: string): string {
  const ids = (message.files ?? []).map((file) => stringOf(file.id));
  const id = ids.find((one) => team.files.get(one)?.object.name === name);
  if (id === undefined) throw new Error(`${message.ts} shares no file called ${name}`);
  return id;
}

function mentionEvent(event: Fields): Fields {
  const { channel_type, files, upload: _upload, subtype, reply_count, ...rest } = event;
  return { ...rest, type: 'app_mention' };
}

export function createPeople(world: World, team: Team) {
  const botIsIn = (channel: Channel) => channel.members.has(team.botUserId);

  async function tell(channel: Channel, event: Fields, how: Telling): Promise<Told> {
    world.journal.changed();
    const { retries = true } = how;
    const delivered =
      how.deliver !== false && botIsIn(channel) ? await world.outbox.publish(team, event, { retries }) : [];
    return { event, delivered };
  }

  async function say(saying: Saying): Promise<Said> {
    const message = writeMessage(world, team, saying);
    const channel = channelIn(team, saying.channel);
    const event = messageEvent(channel, message);
    const isMention = channel.kind !== 'im' && message.text.includes(`<@${team.botUserId}>`);
    const events = { message: event, ...(isMention ? { mention: mentionEvent(event) } : {}) };
    if (saying.deliver === false || !botIsIn(channel))
      return { ts: message.ts, message, events, delivered: [] };

    const { events: which = 'both', order = 'together', copies = 1, retries = true } = saying;
    const chosen = [
      ...(which === 'mention' ? [] : [events.message]),
      ...(which === 'message' || !events.mention ? [] : [events.mention]),
    ];
    if (order === 'mention-first') chosen.reverse();
    const send = async (chosenEvent: Fields) => {
      const eventId = world.ids.next('Ev');
      const sending = Array.from({ length: copies }, () =>
        world.outbox.publish(team, chosenEvent, { retries, eventId }),
      );
      return (await Promise.all(sending)).flat();
    };
    const delivered: Delivered[] = [];
    if (order === 'together') delivered.push(...(await Promise.all(chosen.map(send))).flat());
    else for (const chosenEvent of chosen) delivered.push(...(await send(chosenEvent)));
    return { ts: message.ts, message, events, delivered };
  }

  return {
    say,

    dm(user: string, text: string, more: Partial<Saying> = {}): Promise<Said> {
      return say({ ...more, user, text, channel: openDm(team, userIn(team, user).id, world.ids).id });
    },

    edit(edit: { channel: string; ts: string; text: string; user?: string } & Telling): Promise<Told> {
      const channel = channelIn(team, edit.channel);
      const message = messageIn(channel, edit.ts);
      if (edit.user && edit.user !== message.user) throw new Error(`${edit.user} did not write ${edit.ts}`);
      const previous = wireMessage(channel, message);
      const { text, elements } = readHumanText(edit.text);
      message.text = text;
      const section = { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] };
      message.blocks = completeBlocks([section], world.ids);
      message.edited = { user: message.user, ts: world.ids.ts() };
      return tell(channel, changedEvent(world, channel, message, previous), edit);
    },

    /** Deletes a message. With `tombstone`, a root that has replies leaves one, as in Slack. */
    remove(gone: { channel: string; ts: string; tombstone?: boolean } & Telling): Promise<Told> {
      const channel = channelIn(team, gone.channel);
      const event = removeMessage(world, channel, messageIn(channel, gone.ts), gone.tombstone === true);
      return tell(channel, event, gone);
    },

    /**
     * Deletes a file. Slack leaves a tombstone in the message that shared it; `trace: false`: as if it had never been
     * there, which with its last file takes the list away.
     */
    removeFile(
      gone: { channel: string; ts: string; name: string; trace?: boolean } & Telling,
    ): Promise<Told> {
      const channel = channelIn(team, gone.channel);
      const message = messageIn(channel, gone.ts);
      const previous = wireMessage(channel, message);
      const id = fileCalled(team, message, gone.name);
      team.files.delete(id);
      const left = (message.files ?? []).flatMap((file) => {
        if (file.id !== id) return [file];
        return gone.trace === false ? [] : [{ id, mode: 'tombstone' }];
      });
      if (left.length > 0) message.files = left;
      else delete message.files;
      return tell(channel, changedEvent(world, channel, message, previous), gone);
    },

    react(reaction: { user: string; channel: string; ts: string; name: string; remove?: boolean } & Telling) {
      const { user, name } = reaction;
      const channel = placeOf(team, user, reaction.channel);
      const message = messageIn(channel, reaction.ts);
      const change = reaction.remove ? removeReaction : addReaction;
      if (!change(message, name, user)) throw new Error(`${user} cannot do that with :${name}: twice`);
      const type = reaction.remove ? 'reaction_removed' : 'reaction_added';
      const event = { ...reactionEvent(type, channel, message, name, user), event_ts: world.ids.ts() };
      return tell(channel, event, reaction);
    },
  };
}
