import type { WebClient } from '@slack/web-api';
import { HomeMovedOn, type Outgoing, type Slack, type Spot, type ThreadMessage } from '../ports/slack.ts';
import { call, slackCode } from './call.ts';
import { download } from './download.ts';
import { toSharedFile } from './inbound/files.ts';
import { toMessageEvent } from './inbound/message.ts';
import type { Workspace } from './installation.ts';
import { splitText, toMrkdwn } from './mrkdwn.ts';
import { type Cursor, pagesOf } from './pages.ts';
import { carries, marked, render } from './render.ts';
import { createSlackPeople, UNSUPPORTED } from './slack-people.ts';
import { homeView } from './views/home.ts';
import { whispered } from './views/whispers.ts';

/** Gives a workspace with the client that holds its token. @throws when the workspace is not installed. */
export type WorkspaceFor = (teamId: string) => Promise<Pick<Workspace, 'client' | 'installation'>>;

/** Characters of one message: below the 13,200 that all blocks of a message may hold, with room for the receipt. */
const MESSAGE_CHARACTERS = 8_000;
const PAGE = 200;
const FILE_CLOSED = new Set(['file_not_found', 'file_deleted', 'access_denied', ...UNSUPPORTED]);
/** Messages of an adopted thread that are read back. */
const THREAD_LIMIT = 1_000;

/** Slack through the Web API. */
export function createSlackAdapter(workspaceFor: WorkspaceFor): Slack {
  const clientFor = async (teamId: string): Promise<WebClient> => (await workspaceFor(teamId)).client;

  return {
    ...createSlackPeople(clientFor),

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
      return need(reply.ts, 'chat.postMessage without a ts');
    },

    async update(spot, ts, message, deliveryId) {
      const client = await clientFor(spot.teamId);
      await call(client.chat.update({ channel: spot.channelId, ts, ...dressed(message, deliveryId) }));
    },

    async findPosted(spot, deliveryId, sinceTs) {
      const client = await clientFor(spot.teamId);
      for await (const page of pagesOf((cursor) => readPage(client, spot, sinceTs, cursor))) {
        const found = (page.messages ?? []).find((message) => carries(message, deliveryId));
        if (found?.ts !== undefined) return found.ts;
      }
      return null;
    },

    async readThread(spot) {
      const { client, installation } = await workspaceFor(spot.teamId);
      const said: ThreadMessage[] = [];
      for await (const page of pagesOf((cursor) => readPage(client, spot, '0', cursor))) {
        for (const message of page.messages ?? []) {
          const event = { ...message, type: 'message', channel: spot.channelId };
          const heard = toMessageEvent(event, installation);
          if (heard.kind === 'posted') said.push(heard.message);
        }
        if (said.length >= THREAD_LIMIT) break;
      }
      return said;
    },

    async whisper({ teamId, channelId, threadTs }, userId, message) {
      const client = await clientFor(teamId);
      await call(
        client.chat.postEphemeral({
          channel: channelId,
          user: userId,
          ...(threadTs === null ? {} : { thread_ts: threadTs }),
          ...whispered(message),
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

    async download(teamId, url, limit, signal) {
      const client = await clientFor(teamId);
      return download(url, client, limit, signal);
    },

    split(markdown, urls, receipt) {
      const citations = (receipt?.items ?? []).map(({ n, url }) => ({ n, url }));
      return splitText(toMrkdwn(markdown, urls, citations), MESSAGE_CHARACTERS);
    },

    async link(teamId, channelId, ts) {
      const { installation } = await workspaceFor(teamId);
      const host = installation.workspaceHost;
      if (host !== null) return `https://${host}/archives/${channelId}/p${ts.replace('.', '')}`;
      const query = new URLSearchParams({ team: teamId, channel: channelId, message_ts: ts });
      return `https://slack.com/app_redirect?${query.toString()}`;
    },

    async directLink(teamId) {
      const { installation } = await workspaceFor(teamId);
      const query = new URLSearchParams({ team: teamId, channel: installation.botUserId });
      return `https://slack.com/app_redirect?${query.toString()}`;
    },

    async publishHome(teamId, userId, home, hash) {
      const client = await clientFor(teamId);
      const view = homeView(home);
      const publishing = client.views.publish({ user_id: userId, view, ...(hash === null ? {} : { hash }) });
      const reply = await call(publishing).catch((error: unknown) => {
        if (slackCode(error) === 'hash_conflict') throw new HomeMovedOn();
        throw error;
      });
      return need(reply.view?.hash, 'views.publish without a hash');
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

function readPage(client: WebClient, { channelId, threadTs }: Spot, oldest: string, cursor: Cursor) {
  const page = { limit: PAGE, oldest, include_all_metadata: true, ...cursor };
  return threadTs === null
    ? client.conversations.history({ channel: channelId, ...page })
    : client.conversations.replies({ channel: channelId, ts: threadTs, ...page });
}

async function tolerate(request: Promise<unknown>, code: string): Promise<void> {
  try {
    await request;
  } catch (error) {
    if (slackCode(error) !== code) throw error;
  }
}

function need(value: string | undefined, what: string): string {
  if (value === undefined) throw new Error(`Slack answered ${what}.`);
  return value;
}
