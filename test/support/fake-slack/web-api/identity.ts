import { type Fields, stringOf } from '../json.ts';
import type { Team, User } from '../state.ts';
import { type Method, SlackError } from './method.ts';

function wireUser(team: Team, user: User): Fields {
  const [firstName = ''] = user.realName.split(' ');
  return {
    id: user.id,
    team_id: user.teamId,
    name: user.name,
    deleted: false,
    real_name: user.realName,
    tz: 'Europe/Amsterdam',
    tz_label: 'Central European Time',
    tz_offset: 3600,
    profile: {
      real_name: user.realName,
      real_name_normalized: user.realName,
      display_name: user.name,
      first_name: firstName,
      team: user.teamId,
      ...(user.isBot
        ? { bot_id: botIdOf(team, user), api_app_id: '' }
        : { email: `${user.name}@example.com` }),
    },
    is_admin: false,
    is_owner: false,
    is_restricted: user.isGuest,
    is_ultra_restricted: false,
    is_bot: user.isBot,
    is_app_user: false,
    ...(user.teamId === team.id ? {} : { is_stranger: true }),
    updated: 1_700_000_000,
  };
}

function botIdOf(team: Team, user: User): string {
  return user.id === team.botUserId ? team.botId : user.id.replace(/^U/, 'B');
}

export const identityMethods: Record<string, Method> = {
  'auth.test': {
    args: {},
    run: ({ team }) => ({
      url: `https://${team.domain}.slack.com/`,
      team: team.name,
      user: 'milepost',
      team_id: team.id,
      user_id: team.botUserId,
      bot_id: team.botId,
      is_enterprise_install: false,
    }),
  },
  'apps.connections.open': {
    args: {},
    token: 'app',
    run({ world }) {
      const ticket = world.ids.next('ticket-');
      world.socketTickets.add(ticket);
      return { url: `${world.url.replace('http', 'ws')}/link/?ticket=${ticket}&app_id=${world.app.appId}` };
    },
  },
  'team.info': {
    args: { team: 'string', domain: 'string' },
    run({ team, args }) {
      if (args.team !== undefined && args.team !== team.id) throw new SlackError('team_not_found');
      return {
        team: {
          id: team.id,
          name: team.name,
          domain: team.domain,
          url: `https://${team.domain}.slack.com/`,
          email_domain: '',
          icon: { image_default: true },
        },
      };
    },
  },
  'bots.info': {
    args: { bot: 'string' },
    run({ world, team, args }) {
      const wanted = stringOf(args.bot) || team.botId;
      const user = [...team.users.values()].find((u) => u.isBot && botIdOf(team, u) === wanted);
      if (!user) throw new SlackError('bot_not_found');
      const appId = wanted === team.botId ? world.app.appId : user.id.replace(/^U/, 'A');
      return {
        bot: {
          id: wanted,
          deleted: false,
          name: user.realName,
          updated: 1_700_000_000,
          app_id: appId,
          user_id: user.id,
        },
      };
    },
  },
  'users.info': {
    args: { user: 'string', include_locale: 'boolean' },
    required: ['user'],
    run({ team, args }) {
      const user = team.users.get(stringOf(args.user));
      if (!user) throw new SlackError('user_not_found');
      return { user: wireUser(team, user) };
    },
  },
};
