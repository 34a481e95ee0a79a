import { z } from 'zod';
import { orNull, slackTs, slackTsOrNull } from './fields.ts';
import { filesIn } from './files.ts';

/** Without one no window opens, and the person can still be told so. */
const triggerId = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
const inThread = z.object({ thread_ts: slackTsOrNull }).nullish();

const press = z.object({
  user: z.object({ id: z.string().min(1) }),
  trigger_id: triggerId,
  channel: z.object({ id: z.string() }).nullish(),
  message: inThread,
  container: inThread,
  view: z
    .object({ id: z.string(), hash: z.string(), type: z.string(), private_metadata: orNull })
    .nullish()
    .catch(null),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        value: orNull,
        selected_option: z.object({ value: orNull }).nullish(),
        action_ts: slackTsOrNull.catch(null),
      }),
    )
    .min(1),
});

/** One press of a button or choice of a menu. */
export interface Press {
  userId: string;
  triggerId: string;
  actionId: string;
  value: string;
  /** Where the message with the button stands; null in the Home. */
  at: { channelId: string; threadTs: string | null } | null;
  pressedTs: string;
  /** The window or Home it stands in; null in a message. */
  view: { id: string; hash: string; type: string; metadata: string } | null;
}

/** @throws ZodError when Slack sent something else. */
export function toPress(body: unknown): Press {
  const {
    user,
    trigger_id: triggerId,
    channel,
    message: shown,
    container,
    view,
    actions,
  } = press.parse(body);
  const [action] = actions;
  const channelId = channel?.id ?? '';
  return {
    userId: user.id,
    triggerId,
    actionId: action?.action_id ?? '',
    value: action?.value ?? action?.selected_option?.value ?? '',
    at: channelId === '' ? null : { channelId, threadTs: shown?.thread_ts ?? container?.thread_ts ?? null },
    pressedTs: action?.action_ts ?? triggerId,
    view:
      view == null
        ? null
        : { id: view.id, hash: view.hash, type: view.type, metadata: view.private_metadata ?? '' },
  };
}

const command = z.object({
  user_id: z.string(),
  channel_id: z.string(),
  trigger_id: triggerId,
  text: orNull,
});

/** @throws ZodError when Slack sent something else. */
export function toCommand(body: unknown): {
  userId: string;
  channelId: string;
  triggerId: string;
  text: string;
} {
  const { user_id: userId, channel_id: channelId, trigger_id: triggerId, text } = command.parse(body);
  return { userId, channelId, triggerId, text: text?.trim() ?? '' };
}

const shortcut = z.object({
  user: z.object({ id: z.string() }),
  trigger_id: triggerId,
  channel: z.object({ id: z.string() }),
  message: z.object({
    ts: slackTs,
    thread_ts: slackTsOrNull,
    text: orNull,
    files: z.array(z.unknown()).nullish().catch(null),
  }),
});

/** A shortcut on a message. @throws ZodError when Slack sent something else. */
export function toShortcut(body: unknown) {
  const { user, trigger_id: triggerId, channel, message: on } = shortcut.parse(body);
  const { ts, thread_ts: threadTs, text, files } = on;
  return {
    userId: user.id,
    triggerId,
    channelId: channel.id,
    ts,
    threadTs: threadTs ?? ts,
    text: text ?? '',
    files: filesIn(files),
  };
}

const submission = z.object({ user: z.object({ id: z.string() }), view: z.unknown() });

export function toSubmission(body: unknown): { userId: string; view: unknown } {
  const { user, view } = submission.parse(body);
  return { userId: user.id, view };
}
