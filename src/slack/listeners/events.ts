import { z } from 'zod';
import type { ArchiveReason } from '../../domain/project.ts';
import { toChannelId, toMembership, toRename } from '../inbound/channel.ts';
import { toMessageEvent } from '../inbound/message.ts';
import type { ListenerDeps } from './listener.ts';

/** What is done for one type of event. `eventId` names the delivery, the same for each of its retries. */
type EventHandler = (event: unknown, eventId: string) => Promise<void>;

/**
 * Events. A handler that throws leaves the event unacknowledged, and Slack sends it again: so everything is written
 * before it returns. One listener for all of them, since Bolt runs through every listener there is for every event.
 */
export function registerEvents(deps: ListenerDeps): void {
  const handlers = new Map<string, EventHandler>(
    Object.entries({ ...messageHandlers(deps), ...channelHandlers(deps), app_home_opened: openHome(deps) }),
  );
  deps.app.event(/./u, async ({ event, body }) => {
    await handlers.get(event.type)?.(event, body.event_id);
  });
}

/** `app_mention` and `message` tell of the same message; whichever comes first does the work, once. */
function messageHandlers({ workspace, useCases, log }: ListenerDeps): Record<string, EventHandler> {
  const take: EventHandler = async (event) => {
    const heard = toMessageEvent(event, workspace.installation);
    if (heard.kind === 'posted') await useCases.receiveMessage(heard.message);
    else if (heard.kind === 'edited') await useCases.editMessage(heard.message);
    else if (heard.kind === 'deleted') await useCases.deleteMessage(heard.message);
    else log.debug({ why: heard.why }, 'message_ignored');
  };
  return { message: take, app_mention: take };
}

/** The project follows its channel; the `group_` names are those of private channels. */
function channelHandlers({ workspace, useCases }: ListenerDeps): Record<string, EventHandler> {
  const { teamId, botUserId } = workspace.installation;
  const { followChannel, home } = useCases;
  const renamed: EventHandler = async (event) => {
    const rename = toRename(event);
    if (rename !== null) await followChannel.renamed(teamId, rename.channelId, rename.name);
  };
  const unarchived: EventHandler = async (event) => {
    const channelId = toChannelId(event);
    if (channelId !== null) await followChannel.unarchived(teamId, channelId);
  };
  const closed =
    (reason: ArchiveReason): EventHandler =>
    async (event) => {
      const channelId = toChannelId(event);
      if (channelId !== null) await followChannel.closed(teamId, channelId, reason);
    };
  return {
    channel_rename: renamed,
    group_rename: renamed,
    channel_archive: closed('channel_archived'),
    group_archive: closed('channel_archived'),
    channel_unarchive: unarchived,
    group_unarchive: unarchived,
    channel_deleted: closed('channel_deleted'),
    group_deleted: closed('channel_deleted'),
    channel_left: closed('bot_removed'),
    group_left: closed('bot_removed'),
    member_left_channel: async (event, eventId) => {
      const left = toMembership(event);
      if (left?.userId === botUserId) await followChannel.closed(teamId, left.channelId, 'bot_removed');
      else if (left !== null) await home.membershipChanged(teamId, left.userId, eventId);
    },
    member_joined_channel: async (event, eventId) => {
      const joined = toMembership(event);
      if (joined?.userId === botUserId) {
        await followChannel.botJoined(teamId, joined.channelId, joined.eventTs ?? eventId);
      } else if (joined !== null) {
        await home.membershipChanged(teamId, joined.userId, eventId);
      }
    },
  };
}

const homeOpened = z.object({ user: z.string(), tab: z.string().nullish() });

function openHome({ workspace, useCases }: ListenerDeps): EventHandler {
  const { teamId } = workspace.installation;
  return async (event, eventId) => {
    const opened = homeOpened.safeParse(event).data;
    if (opened === undefined || (opened.tab ?? 'home') !== 'home') return;
    await useCases.home.opened(teamId, opened.user, eventId);
  };
}
