import { type Fields, stringOf } from '../json.ts';
import { type Channel, openDm, type Team } from '../state.ts';
import { type Ask, type Method, page, SlackError, visibleChannel } from './method.ts';

function wireChannel(team: Team, channel: Channel): Fields {
  const common = {
    id: channel.id,
    created: channel.created,
    updated: channel.created * 1000,
    is_channel: channel.kind === 'channel',
    is_group: channel.kind === 'group',
    is_im: channel.kind === 'im',
    is_mpim: false,
    is_private: channel.kind !== 'channel',
    is_archived: channel.isArchived,
    is_shared: false,
    is_ext_shared: hasStrangers(team, channel),
    is_org_shared: false,
    context_team_id: team.id,
  };
  if (channel.kind === 'im') {
    return { ...common, user: [...channel.members].find((id) => id !== team.botUserId), is_open: true };
  }
  return {
    ...common,
    name: channel.name,
    name_normalized: channel.name,
    creator: channel.creator,
    is_general: false,
    is_member: channel.members.has(team.botUserId),
    topic: { value: '', creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    previous_names: [],
  };
}

export function hasStrangers(team: Team, channel: Channel): boolean {
  return [...channel.members].some((id) => team.users.get(id)?.teamId !== team.id);
}

const kindOf: Record<string, Channel['kind']> = {
  public_channel: 'channel',
  private_channel: 'group',
  im: 'im',
};

function channelsOf({ team, args }: Ask): Channel[] {
  const person = stringOf(args.user) || team.botUserId;
  if (!team.users.has(person)) throw new SlackError('user_not_found');
  const kinds = (stringOf(args.types) || 'public_channel').split(',').map((type) => kindOf[type.trim()]);
  return [...team.channels.values()].filter((channel) => {
    const seenByBot = channel.kind === 'channel' || channel.members.has(team.botUserId);
    const wanted = kinds.includes(channel.kind) && !(args.exclude_archived === true && channel.isArchived);
    return channel.members.has(person) && seenByBot && wanted && !channel.isDeleted;
  });
}

export const conversationMethods: Record<string, Method> = {
  'users.conversations': {
    args: {
      user: 'string',
      types: 'string',
      exclude_archived: 'boolean',
      limit: 'number',
      cursor: 'string',
    },
    run(ask) {
      const { items, nextCursor } = page(channelsOf(ask), ask, 100, 999);
      return {
        channels: items.map((channel) => wireChannel(ask.team, channel)),
        response_metadata: { next_cursor: nextCursor },
      };
    },
  },
  'conversations.info': {
    args: { channel: 'string', include_locale: 'boolean', include_num_members: 'boolean' },
    required: ['channel'],
    run(ask) {
      const channel = visibleChannel(ask);
      const count = ask.args.include_num_members === true ? { num_members: channel.members.size } : {};
      return { channel: { ...wireChannel(ask.team, channel), ...count } };
    },
  },
  'conversations.members': {
    args: { channel: 'string', limit: 'number', cursor: 'string' },
    required: ['channel'],
    run(ask) {
      const { items, nextCursor } = page([...visibleChannel(ask).members], ask, 100, 1000);
      return { members: items, response_metadata: { next_cursor: nextCursor } };
    },
  },
  'conversations.open': {
    args: { channel: 'string', users: 'string', return_im: 'boolean', prevent_creation: 'boolean' },
    run(ask) {
      const { world, team, args } = ask;
      if (args.channel !== undefined) return { channel: { id: visibleChannel(ask).id } };
      const users = stringOf(args.users).split(',').filter(Boolean);
      const [user] = users;
      if (user === undefined) throw new SlackError('users_list_not_supplied');
      if (users.length > 1) {
        world.journal.violate('conversations.open: this fake has no group direct messages');
        throw new SlackError('too_many_users');
      }
      if (!team.users.has(user)) throw new SlackError('user_not_found');
      if (team.users.get(user)?.isBot) throw new SlackError('cannot_dm_bot');
      const dm = openDm(team, user, world.ids);
      return {
        no_op: false,
        already_open: false,
        channel: args.return_im ? wireChannel(team, dm) : { id: dm.id },
      };
    },
  },
  'conversations.join': {
    args: { channel: 'string' },
    required: ['channel'],
    run(ask) {
      const { world, team } = ask;
      const channel = visibleChannel(ask);
      if (channel.kind !== 'channel') throw new SlackError('method_not_supported_for_channel_type');
      if (channel.isArchived) throw new SlackError('is_archived');
      const alreadyIn = channel.members.has(team.botUserId);
      channel.members.add(team.botUserId);
      const event = {
        type: 'member_joined_channel',
        user: team.botUserId,
        channel: channel.id,
        channel_type: 'C',
      };
      if (!alreadyIn) world.outbox.echo(team, { ...event, team: team.id, event_ts: world.ids.ts() });
      const warning = alreadyIn ? { warning: 'already_in_channel' } : {};
      return { channel: wireChannel(team, channel), ...warning };
    },
  },
};
