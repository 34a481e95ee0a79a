import { z } from 'zod';
import type { DeletedMessage, EditedMessage } from '../../use-cases/change-message.ts';
import type { IncomingMessage } from '../../use-cases/receive-message.ts';
import { orNull, slackTs, slackTsOrNull } from './fields.ts';
import { filesIn } from './files.ts';
import { hasRichText, linksInRichText } from './rich-text.ts';
import { linksInText, plainText } from './text.ts';

/** The fields of a message that we read, wherever it stands in a payload. */
const messageBody = z.object({
  ts: slackTs,
  thread_ts: slackTsOrNull,
  subtype: orNull,
  user: orNull,
  bot_id: orNull,
  text: orNull,
  client_msg_id: orNull,
  blocks: z.array(z.unknown()).nullish(),
  files: z.array(z.unknown()).nullish(),
  edited: z.object({ ts: slackTsOrNull.catch(null) }).nullish(),
});
type MessageBody = z.infer<typeof messageBody>;

const where = { channel: z.string().min(1), channel_type: orNull };
const posted = messageBody.extend({ ...where, type: z.enum(['message', 'app_mention']) });
const changed = z.object({
  ...where,
  subtype: z.literal('message_changed'),
  ts: slackTs,
  message: messageBody,
  previous_message: z
    .object({ files: z.array(z.unknown()).nullish() })
    .nullish()
    .catch(null),
});
const deleted = z.object({
  ...where,
  subtype: z.literal('message_deleted'),
  deleted_ts: slackTs,
  previous_message: z.object({ thread_ts: slackTsOrNull }).nullish(),
});
const anyMessage = z.object({ type: z.string(), subtype: orNull });

/** Who we are in the workspace an event came from. */
export interface Installation {
  teamId: string;
  botUserId: string;
  /** Host of the workspace, such as `acme.slack.com`, or null. */
  workspaceHost: string | null;
  /** Bots whose messages count as a person's. */
  heardBots: ReadonlySet<string>;
}

export type MessageEvent =
  | { kind: 'posted'; message: IncomingMessage }
  | { kind: 'edited'; message: EditedMessage }
  | { kind: 'deleted'; message: DeletedMessage }
  /** Not for us: other bots, joins, pins and the like. */
  | { kind: 'ignored'; why: string };

const SPOKEN = new Set([null, 'file_share', 'thread_broadcast', 'me_message', 'bot_message']);

/** What a `message` or `app_mention` event says, in the words of the use cases. Malformed ones are ignored, not thrown. */
export function toMessageEvent(event: unknown, installation: Installation): MessageEvent {
  const kind = anyMessage.safeParse(event);
  if (!kind.success) return { kind: 'ignored', why: 'malformed' };
  switch (kind.data.subtype) {
    case 'message_changed':
      return toEdited(event, installation);
    case 'message_deleted':
      return toDeleted(event, installation);
    default:
      return toPosted(event, installation);
  }
}

function toPosted(event: unknown, installation: Installation): MessageEvent {
  const parsed = posted.safeParse(event);
  if (!parsed.success) return { kind: 'ignored', why: 'malformed' };
  const { channel, channel_type: channelType, type, ...body } = parsed.data;
  const message = toIncoming(body, channel, channelType, installation);
  if (message === null) return { kind: 'ignored', why: body.subtype ?? 'bot' };
  // Slack knows of ways to mention the bot that its text does not show, such as by another of its ids.
  const mentionsBot = message.mentionsBot || type === 'app_mention';
  return { kind: 'posted', message: { ...message, mentionsBot } };
}

function toEdited(event: unknown, installation: Installation): MessageEvent {
  const parsed = changed.safeParse(event);
  if (!parsed.success) return { kind: 'ignored', why: 'malformed' };
  const { channel, channel_type: channelType, message: body, previous_message: previous, ts } = parsed.data;
  // A deleted message that has replies stays as a tombstone.
  if (body.subtype === 'tombstone') {
    const { teamId } = installation;
    return {
      kind: 'deleted',
      message: { teamId, channelId: channel, ts: body.ts, threadTs: body.thread_ts },
    };
  }
  const message = toIncoming(body, channel, channelType, installation);
  if (message === null) return { kind: 'ignored', why: body.subtype ?? 'bot' };
  // Of a message that never had files Slack says nothing of them; when its last one goes, they may be missing as well.
  const known = Array.isArray(body.files) || Array.isArray(previous?.files);
  const fileIds = known ? message.files.map(({ id }) => id) : null;
  return { kind: 'edited', message: { ...message, editedTs: body.edited?.ts ?? ts, fileIds } };
}

function toDeleted(event: unknown, { teamId }: Installation): MessageEvent {
  const parsed = deleted.safeParse(event);
  if (!parsed.success) return { kind: 'ignored', why: 'malformed' };
  const { channel, deleted_ts: ts, previous_message: previous } = parsed.data;
  return {
    kind: 'deleted',
    message: { teamId, channelId: channel, ts, threadTs: previous?.thread_ts ?? null },
  };
}

function toIncoming(
  body: MessageBody,
  channelId: string,
  channelType: string | null,
  installation: Installation,
): IncomingMessage | null {
  const { botUserId, heardBots, teamId, workspaceHost } = installation;
  const botId = body.bot_id;
  const userId = body.user ?? botId;
  if (userId === null || userId === botUserId || !SPOKEN.has(body.subtype)) return null;
  if (botId !== null && !heardBots.has(botId)) return null;
  const text = body.text ?? '';
  const blocks = body.blocks ?? [];
  return {
    teamId,
    channelId,
    ts: body.ts,
    threadTs: body.thread_ts,
    userId,
    byBot: botId !== null,
    content: plainText(text).replaceAll(`<@${botUserId}>`, '@Milepost').trim(),
    clientMsgId: body.client_msg_id,
    mentionsBot: text.includes(`<@${botUserId}>`) || text.includes(`<@${botUserId}|`),
    direct: channelType === 'im' || channelId.startsWith('D'),
    links: hasRichText(blocks) ? linksInRichText(blocks) : linksInText(text),
    files: filesIn(body.files),
    workspaceHost,
  };
}
