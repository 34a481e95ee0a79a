import type { WebClient } from '@slack/web-api';
import { DomainError } from '../domain/errors.ts';
import { type ChannelInfo, type Person, type Slack, SlackGone } from '../ports/slack.ts';
import { call, slackCode } from './call.ts';
import { pagesOf } from './pages.ts';

type SlackPeople = Pick<
  Slack,
  'person' | 'channel' | 'isMember' | 'members' | 'sharedChannels' | 'channelsOf'
>;

const MEMBERS_PAGE = 1_000;
const CHANNELS_PAGE = 999;
/** What Slack answers where a method is missing or was not granted. */
export const UNSUPPORTED = new Set(['unknown_method', 'missing_scope', 'not_allowed_token_type']);

/** Who is who, and who is where, through the Web API. */
export function createSlackPeople(clientFor: (teamId: string) => Promise<WebClient>): SlackPeople {
  return {
    async person(teamId, userId) {
      const client = await clientFor(teamId);
      const { user } = await call(client.users.info({ user: userId }));
      const names = [user?.profile?.display_name, user?.real_name, user?.name, userId];
      return {
        userId,
        name: names.find((name) => name !== undefined && name !== '') ?? userId,
        guest: user?.is_restricted === true || user?.is_ultra_restricted === true,
        outsider: user?.is_stranger === true || (user?.team_id !== undefined && user.team_id !== teamId),
        bot: user?.is_bot === true,
      } satisfies Person;
    },

    async channel(teamId, channelId) {
      const client = await clientFor(teamId);
      // Its name is a courtesy; whether the person is in it is asked elsewhere.
      const { channel } = await call(client.conversations.info({ channel: channelId })).catch(
        (error: unknown) =>
          slackCode(error) === 'unknown_method' ? { channel: undefined } : explainGone(error),
      );
      if (channel?.is_im === true || channel?.is_mpim === true) {
        throw new DomainError(
          'not_a_channel',
          'A project lives in a channel. Open the channel and type `/project` there.',
        );
      }
      if (channel?.is_member === false) throw notInvited();
      return { channelId, name: channel?.name ?? channelId };
    },

    async isMember(teamId, channelId, userId) {
      const client = await clientFor(teamId);
      for await (const page of membersOf(client, channelId)) if (page.includes(userId)) return true;
      return false;
    },

    async members(teamId, channelId) {
      const client = await clientFor(teamId);
      const all: string[] = [];
      for await (const page of membersOf(client, channelId)) all.push(...page);
      return all;
    },

    async sharedChannels(teamId, userId) {
      const client = await clientFor(teamId);
      const [bots, persons] = await Promise.all([channelsWith(client), channelsWith(client, userId)]);
      const known = new Set(bots.map(({ channelId }) => channelId));
      return persons.filter(({ channelId }) => known.has(channelId));
    },

    async channelsOf(teamId, userId) {
      const channels = await channelsWith(await clientFor(teamId), userId);
      return channels.map(({ channelId }) => channelId);
    },
  };
}

async function* membersOf(client: WebClient, channel: string): AsyncGenerator<string[]> {
  const read = pagesOf((cursor) => client.conversations.members({ channel, limit: MEMBERS_PAGE, ...cursor }));
  try {
    for await (const page of read) yield page.members ?? [];
  } catch (error) {
    explainMembers(error);
  }
}

/** Channels of a person, or of the bot when no person is named; archived ones and direct messages are not among them. */
async function channelsWith(client: WebClient, user?: string): Promise<ChannelInfo[]> {
  const found = new Map<string, ChannelInfo>();
  const read = pagesOf((cursor) =>
    client.users.conversations({
      types: 'public_channel,private_channel',
      exclude_archived: true,
      limit: CHANNELS_PAGE,
      ...(user === undefined ? {} : { user }),
      ...cursor,
    }),
  );
  for await (const page of read) {
    for (const { id, name, is_im: direct } of page.channels ?? [])
      if (id !== undefined && direct !== true) found.set(id, { channelId: id, name: name ?? id });
  }
  return [...found.values()];
}

/** Where Slack does not say who is in a channel, nobody is taken for a member. */
function explainMembers(error: unknown): never {
  const code = slackCode(error);
  if (code === null || !UNSUPPORTED.has(code)) return explainGone(error);
  throw new DomainError(
    'not_a_member',
    'Slack does not tell me who is in this channel, so I cannot let you do this. Ask your administrator to check the permissions of Milepost and to install it again.',
  );
}

function explainGone(error: unknown): never {
  if (error instanceof SlackGone) throw notInvited();
  throw error;
}

function notInvited(): DomainError {
  return new DomainError(
    'bot_not_in_channel',
    'I am not in this channel. Type `/invite @Milepost` here first, then try again.',
  );
}
