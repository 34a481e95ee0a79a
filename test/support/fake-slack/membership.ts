import type { Delivered } from './events.ts';
import type { Fields } from './json.ts';
import { channelIn, userIn } from './people.ts';
import type { Channel, Team } from './state.ts';
import type { World } from './world.ts';

interface Change {
  by?: string | undefined;
  deliver?: boolean | undefined;
}

/** What happens to channels, their members and the app's installation. */
export function createMembership(world: World, team: Team) {
  const isBotIn = (channel: Channel) => channel.members.has(team.botUserId);
  const named = (channel: Channel, what: string) =>
    `${channel.kind === 'group' ? 'group' : 'channel'}_${what}`;
  const letterOf = (channel: Channel) => (channel.kind === 'channel' ? 'C' : 'G');

  async function tell(events: Fields[], heard: boolean, change: Change): Promise<Delivered[]> {
    world.journal.changed();
    const delivered: Delivered[] = [];
    if (!heard || change.deliver === false) return delivered;
    for (const event of events) {
      delivered.push(...(await world.outbox.publish(team, { ...event, event_ts: world.ids.ts() })));
    }
    return delivered;
  }

  /** Public channels are heard of by everyone, private ones by their members. */
  const hears = (channel: Channel) => channel.kind === 'channel' || isBotIn(channel);
  const author = (channel: Channel, change: Change) => change.by ?? channel.creator;

  return {
    invite(channelId: string, user: string, change: Change = {}) {
      const channel = channelIn(team, channelId);
      channel.members.add(userIn(team, user).id);
      const joined = {
        type: 'member_joined_channel',
        user,
        channel: channel.id,
        channel_type: letterOf(channel),
        team: userIn(team, user).teamId,
        inviter: author(channel, change),
      };
      return tell([joined], isBotIn(channel), change);
    },

    kick(channelId: string, user: string, change: Change = {}) {
      const channel = channelIn(team, channelId);
      const heard = isBotIn(channel);
      channel.members.delete(userIn(team, user).id);
      const where = { channel: channel.id, channel_type: letterOf(channel), team: userIn(team, user).teamId };
      const left = { type: 'member_left_channel', user, ...where };
      const removed = {
        type: named(channel, 'left'),
        channel: channel.id,
        actor_id: author(channel, change),
      };
      return tell(user === team.botUserId ? [left, removed] : [left], heard, change);
    },

    renameChannel(channelId: string, name: string, change: Change = {}) {
      const channel = channelIn(team, channelId);
      channel.name = name;
      const { id, created } = channel;
      const renamed = {
        type: named(channel, 'rename'),
        channel: {
          id,
          name,
          name_normalized: name,
          created,
          is_channel: channel.kind === 'channel',
          is_mpim: false,
        },
      };
      return tell([renamed], hears(channel), change);
    },

    archiveChannel(channelId: string, change: Change = {}) {
      const channel = channelIn(team, channelId);
      channel.isArchived = true;
      const event = { type: named(channel, 'archive'), channel: channel.id, user: author(channel, change) };
      return tell([event], hears(channel), change);
    },

    unarchiveChannel(channelId: string, change: Change = {}) {
      const channel = channelIn(team, channelId);
      channel.isArchived = false;
      const event = { type: named(channel, 'unarchive'), channel: channel.id, user: author(channel, change) };
      return tell([event], hears(channel), change);
    },

    deleteChannel(channelId: string, change: Change = {}) {
      const channel = channelIn(team, channelId);
      const heard = hears(channel);
      channel.isDeleted = true;
      return tell([{ type: named(channel, 'deleted'), channel: channel.id }], heard, change);
    },

    /** Calls answer with this error (token_revoked, account_inactive) until it is undefined again. */
    refuseToken(error: string | undefined) {
      team.tokenError = error;
    },

    /** The app is removed from the workspace: its token dies, and both events come, in this order or the other. */
    async uninstall(options: { revokedFirst?: boolean; deliver?: boolean } = {}) {
      team.tokenError = 'account_inactive';
      const events = [
        { type: 'app_uninstalled' },
        { type: 'tokens_revoked', tokens: { oauth: [], bot: [team.botUserId] } },
      ];
      if (options.revokedFirst) events.reverse();
      return tell(events, true, { deliver: options.deliver });
    },

    async deleteFile(fileId: string, change: Change = {}) {
      team.files.delete(fileId);
      return tell([{ type: 'file_deleted', file_id: fileId }], true, change);
    },
  };
}
