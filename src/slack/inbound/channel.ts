import { z } from 'zod';
import { slackTsOrNull } from './fields.ts';

const channelId = z.object({ channel: z.string() });
const renamed = z.object({ channel: z.object({ id: z.string(), name: z.string() }) });
const membership = z.object({ channel: z.string(), user: z.string(), event_ts: slackTsOrNull.catch(null) });

/** Events about a channel. Each gives null for what is not understood. */
export const toChannelId = (event: unknown): string | null =>
  channelId.safeParse(event).data?.channel ?? null;

export function toRename(event: unknown): { channelId: string; name: string } | null {
  const parsed = renamed.safeParse(event).data;
  return parsed === undefined ? null : { channelId: parsed.channel.id, name: parsed.channel.name };
}

export function toMembership(
  event: unknown,
): { channelId: string; userId: string; eventTs: string | null } | null {
  const parsed = membership.safeParse(event).data;
  return parsed === undefined
    ? null
    : { channelId: parsed.channel, userId: parsed.user, eventTs: parsed.event_ts };
}
