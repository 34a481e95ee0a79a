import type { WebClient } from '@slack/web-api';
import { DomainError } from '../domain/errors.ts';
import {
  type Outgoing,
  type Person,
  type Slack,
  SlackGone,
  type Spot,
  type ThreadMessage,
} from '../ports/slack.ts';
import { call, slackCode } from './call.ts';
import { download } from './download.ts';
import { toMessageEvent, toSharedFile } from './inbound/message.ts';
import type { Workspace } from './installation.ts';
import { splitText, toMrkdwn } from './mrkdwn.ts';
import { carries, marked, render } from './render.ts';
import { escapeText } from './views/blocks.ts';
import { attachedBlocks } from './views/whispers.ts';

/** Gives a workspace with the client that holds its token. @throws when the workspace is not installed. */
export type WorkspaceFor = (teamId: string) => Promise<Pick<Workspace, 'client' | 'installation'>>;

/** Characters of one message: below the 13,200 that all blocks of a message may hold, with room for the receipt. */
const MESSAGE_CHARACTERS = 8_000;
const PAGE = 200;
const MEMBERS_PAGE = 1_000;
/** What Slack answers where a method is missing or was not granted. */
const UNSUPPORTED = new Set(['unknown_method', 'missing_scope', 'not_allowed_token_type']);
const FILE_CLOSED = new Set(['file_not_found', 'file_deleted', 'access_denied', ...UNSUPPORTED]);
/** Messages of an adopted thread that are read back. */
const THREAD_LIMIT = 1_000;

/** Slack through the Web API. */
export function createSlackAdapter(workspaceFor: WorkspaceFor): Slack {
  const clientFor = async (teamId: string): Promise<WebClient> => (await workspaceFor(teamId)).client;

  return {
    async post(spot, message, deliveryId) {
      const client = await clientFor(spot.teamId);
      const reply = await call(
        client.chat.postMessage({
          channel: spot.channelId,
          ...(spot.threadTs === null ? {} : { thread_ts: spot.threadTs }),
          ...dressed(message, deliveryId),
          unfurl_links: false,
          unfurl_media: false,
        }),
      );
      return need(reply.ts);
    },

    async update(spot, ts, message, deliveryId) {
      const client = await clientFor(spot.teamId);
      await call(client.chat.update({ channel: spot.channelId, ts, ...dressed(message, deliveryId) }));
    },

    async findPosted(spot, deliveryId, sinceTs) {
      const client = await clientFor(spot.teamId);
      let cursor: string | undefined;
      do {
        const page = await call(readPage(client, spot, sinceTs, cursor));
        const found = (page.messages ?? []).find((message) => carries(message, deliveryId));
        if (found?.ts !== undefined) return found.ts;
        cursor = page.response_metadata?.next_cursor || undefined;
      } while (cursor !== undefined);
      return null;
    },

    async readThread(spot) {
      const { client, installation } = await workspaceFor(spot.teamId);
      const said: ThreadMessage[] = [];
      let cursor: string | undefined;
      do {
        const page = await call(readPage(client, spot, '0', cursor));
        for (const message of page.messages ?? []) {
          const event = { ...message, type: 'message', channel: spot.channelId };
          const heard = toMessageEvent(event, installation);
          if (heard.kind === 'posted') said.push(heard.message);
        }
        cursor = page.response_metadata?.next_cursor || undefined;
      } while (cursor !== undefined && said.length < THREAD_LIMIT);
      return said;
    },

    async whisper({ teamId, channelId, threadTs }, userId, message) {
      const client = await clientFor(teamId);
      await call(
        client.chat.postEphemeral({
          channel: channelId,
          user: userId,
          ...(threadTs === null ? {} : { thread_ts: threadTs }),
          ...(message.kind === 'text'
            ? { text: escapeText(message.text) }
            : { text: `Attached to ${escapeText(message.section)}`, blocks: attachedBlocks(message) }),
        }),
      );
    },

    async addReaction({ teamId, channelId }, ts, name) {
      const client = await clientFor(teamId);
      await tolerate(
        call(client.reactions.add({ channel: channelId, timestamp: ts, name })),
        'already_reacted',
      );
    },

    async removeReaction({ teamId, channelId }, ts, name) {
      const client = await clientFor(teamId);
      await tolerate(
        call(client.reactions.remove({ channel: channelId, timestamp: ts, name })),
        'no_reaction',
      );
    },

    async person(teamId, userId) {
      const client = await clientFor(teamId);
      const { user } = await call(client.users.info({ user: userId }));
      const names = [user?.profile?.display_name, user?.real_name, user?.name, userId];
      return {
        userId,
        name: names.find((name) => name !== undefined && name !== '') ?? userId,
        guest: user?.is_restricted === true || user?.is_ultra_restricted === true,
        outsider: user?.is_stranger === true || (user?.team_id !== undefined && user.team_id !== teamId),
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
      let cursor: string | undefined;
      do {
        const page = await call(
          client.conversations.members({
            channel: channelId,
            limit: MEMBERS_PAGE,
            ...(cursor === undefined ? {} : { cursor }),
          }),
        ).catch(explainMembers);
        if ((page.members ?? []).includes(userId)) return true;
        cursor = page.response_metadata?.next_cursor || undefined;
      } while (cursor !== undefined);
      return false;
    },

    async sharedChannels(teamId, userId) {
      const client = await clientFor(teamId);
      const of = async (user: string | undefined) =>
        new Map((await channelsOf(client, user)).map((one) => [one.channelId, one]));
      const [bots, persons] = await Promise.all([of(undefined), of(userId)]);
      return [...persons.values()].filter((one) => bots.has(one.channelId));
    },

    async file(teamId, fileId) {
      const client = await clientFor(teamId);
      try {
        const { file } = await call(client.files.info({ file: fileId }));
        return toSharedFile(file);
      } catch (error) {
        const code = slackCode(error);
        if (code !== null && FILE_CLOSED.has(code)) return null;
        throw error;
      }
    },

    async download(teamId, url, limit) {
      const client = await clientFor(teamId);
      return download(url, client, limit);
    },

    split(markdown, urls, receipt) {
      const citations = (receipt?.items ?? []).map(({ n, url }) => ({ n, url }));
      return splitText(toMrkdwn(markdown, urls, citations), MESSAGE_CHARACTERS);
    },
  };
}

function dressed(message: Outgoing, deliveryId: string) {
  const { text, blocks } = render(message);
  return {
    text,
    blocks: marked(blocks, deliveryId),
    metadata: { event_type: 'milepost_delivery', event_payload: { delivery: deliveryId } },
  };
}

function readPage(
  client: WebClient,
  { channelId, threadTs }: Spot,
  oldest: string,
  cursor: string | undefined,
) {
  const page = {
    limit: PAGE,
    oldest,
    include_all_metadata: true,
    ...(cursor === undefined ? {} : { cursor }),
  };
  return threadTs === null
    ? client.conversations.history({ channel: channelId, ...page })
    : client.conversations.replies({ channel: channelId, ts: threadTs, ...page });
}

async function channelsOf(
  client: WebClient,
  user: string | undefined,
): Promise<{ channelId: string; name: string }[]> {
  const found: { channelId: string; name: string }[] = [];
  let cursor: string | undefined;
  do {
    const page = await call(
      client.users.conversations({
        types: 'public_channel,private_channel',
        exclude_archived: true,
        limit: PAGE,
        ...(user === undefined ? {} : { user }),
        ...(cursor === undefined ? {} : { cursor }),
      }),
    );
    for (const { id, name, is_im: direct } of page.channels ?? [])
      if (id !== undefined && direct !== true) found.push({ channelId: id, name: name ?? id });
    cursor = page.response_metadata?.next_cursor || undefined;
  } while (cursor !== undefined);
  return found;
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
    'I am not in this channel. Type `/invite @Milepost` here first, then `/project` again.',
  );
}

async function tolerate(request: Promise<unknown>, code: string): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (slackCode(error) !== code) throw error;
  }
}

function need(ts: string | undefined): string {
  if (ts === undefined) throw new Error('Slack answered chat.postMessage without a ts.');
  return ts;
}
