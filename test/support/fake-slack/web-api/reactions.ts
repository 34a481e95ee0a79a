import { stringOf } from '../json.ts';
import type { Channel, Message } from '../state.ts';
import { type Ask, joinedChannel, type Method, SlackError } from './method.ts';

const args = { channel: 'string', timestamp: 'string', name: 'string' } as const;
const required = ['channel', 'timestamp', 'name'];

function target(ask: Ask): { channel: Channel; message: Message; name: string } {
  const channel = joinedChannel(ask);
  const message = channel.messages.get(stringOf(ask.args.timestamp));
  if (!message || message.subtype === 'tombstone') throw new SlackError('message_not_found');
  if (channel.isArchived) throw new SlackError('is_archived');
  const name = stringOf(ask.args.name);
  if (!/^[a-z0-9_+'-]+(::[a-z0-9-]+)?$/.test(name)) throw new SlackError('invalid_name');
  return { channel, message, name };
}

/** true: the reactions changed */
export function addReaction(message: Message, name: string, user: string): boolean {
  message.reactions ??= [];
  const reaction = message.reactions.find((r) => r.name === name);
  if (reaction?.users.includes(user)) return false;
  if (reaction) reaction.users.push(user);
  else message.reactions.push({ name, users: [user] });
  return true;
}

export function removeReaction(message: Message, name: string, user: string): boolean {
  const reaction = message.reactions?.find((r) => r.name === name && r.users.includes(user));
  if (!reaction) return false;
  reaction.users = reaction.users.filter((id) => id !== user);
  message.reactions = message.reactions?.filter((r) => r.users.length > 0);
  return true;
}

export function reactionEvent(type: string, channel: Channel, message: Message, name: string, user: string) {
  return {
    type,
    user,
    reaction: name,
    item_user: message.user,
    item: { type: 'message', channel: channel.id, ts: message.ts },
  };
}

function reacting(type: string, change: typeof addReaction, error: string): Method {
  return {
    args,
    required,
    run(ask) {
      const { channel, message, name } = target(ask);
      const { world, team } = ask;
      if (!change(message, name, team.botUserId)) throw new SlackError(error);
      const event = reactionEvent(type, channel, message, name, team.botUserId);
      world.outbox.echo(team, { ...event, event_ts: world.ids.ts() });
      return {};
    },
  };
}

export const reactionMethods: Record<string, Method> = {
  'reactions.add': reacting('reaction_added', addReaction, 'already_reacted'),
  'reactions.remove': reacting('reaction_removed', removeReaction, 'no_reaction'),
};
