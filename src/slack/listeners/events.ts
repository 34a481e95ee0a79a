import { z } from 'zod';
import { toChannelId, toMembership, toRename } from '../inbound/channel.ts';
import { toMessageEvent } from '../inbound/message.ts';
import { homeView } from '../views/home.ts';
import type { ListenerDeps } from './listener.ts';

/**
 * Events. A listener that throws leaves the event unacknowledged, and Slack sends it again: so everything is written
 * before it returns.
 */
export function registerEvents(deps: ListenerDeps): void {
  registerMessages(deps);
  registerChannels(deps);
  deps.app.event('app_home_opened', async ({ event }) => {
    const opened = z.object({ user: z.string(), tab: z.string().optional() }).parse(event);
    if (opened.tab !== undefined && opened.tab !== 'home') return;
    await deps.workspace.client.views.publish({ user_id: opened.user, view: homeView() });
  });
}

/** `app_mention` and `message` tell of the same message; whichever comes first does the work, once. */
function registerMessages({ app, workspace, useCases, log }: ListenerDeps): void {
  const take = async (event: unknown): Promise<void> => {
    const heard = toMessageEvent(event, workspace.installation);
    if (heard.kind === 'posted') await useCases.receiveMessage(heard.message);
    else if (heard.kind === 'edited') await useCases.editMessage(heard.message);
    else if (heard.kind === 'deleted') await useCases.deleteMessage(heard.message);
    else log.debug({ why: heard.why }, 'message_ignored');
  };
  app.event('message', ({ event }) => take(event));
  app.event('app_mention', ({ event }) => take(event));
}

function registerChannels({ app, workspace, useCases }: ListenerDeps): void {
  const { teamId, botUserId } = workspace.installation;
  const { followChannel } = useCases;

  for (const name of ['channel_rename', 'group_rename'] as const) {
    app.event(name, async ({ event }) => {
      const renamed = toRename(event);
      if (renamed !== null) await followChannel.renamed(teamId, renamed.channelId, renamed.name);
    });
  }
  const closing = [
    ['channel_archive', 'channel_archived'],
    ['group_archive', 'channel_archived'],
    ['channel_deleted', 'channel_deleted'],
    ['group_deleted', 'channel_deleted'],
    ['channel_left', 'bot_removed'],
    ['group_left', 'bot_removed'],
  ] as const;
  for (const [name, reason] of closing) {
    app.event(name, async ({ event }) => {
      const channelId = toChannelId(event);
      if (channelId !== null) await followChannel.closed(teamId, channelId, reason);
    });
  }
  for (const name of ['channel_unarchive', 'group_unarchive'] as const) {
    app.event(name, async ({ event }) => {
      const channelId = toChannelId(event);
      if (channelId !== null) await followChannel.unarchived(teamId, channelId);
    });
  }
  app.event('member_joined_channel', async ({ event, body }) => {
    const joined = toMembership(event);
    if (joined === null || joined.userId !== botUserId) return;
    await followChannel.botJoined(
      teamId,
      joined.channelId,
      joined.eventTs ?? z.object({ event_id: z.string() }).parse(body).event_id,
    );
  });
  app.event('member_left_channel', async ({ event }) => {
    const left = toMembership(event);
    if (left?.userId === botUserId) await followChannel.closed(teamId, left.channelId, 'bot_removed');
  });
}
