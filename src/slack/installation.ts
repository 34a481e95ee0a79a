import type { WebClient } from '@slack/web-api';
import type { Log } from '../ports/log.ts';
import { createWebClient, slackCode } from './call.ts';
import type { Installation } from './inbound/message.ts';

/** The one workspace this process serves. */
export interface Workspace {
  client: WebClient;
  botToken: string;
  botId: string;
  installation: Installation;
}

export interface WorkspaceOptions {
  botToken: string;
  apiUrl: string | undefined;
  heardBots: string[];
}

/**
 * Asks Slack whose token this is.
 * @throws Error with a sentence that says what to do when Slack refuses the token or cannot be reached.
 */
export async function openWorkspace(
  { botToken, apiUrl, heardBots }: WorkspaceOptions,
  log: Log,
): Promise<Workspace> {
  const client = createWebClient(botToken, apiUrl, log);
  const who = await client.auth.test().catch((error: unknown) => {
    const code = slackCode(error);
    throw new Error(
      code === null
        ? `Slack could not be reached at ${client.slackApiUrl}. Check the network, and SLACK_API_URL if you set it.`
        : `Slack refused SLACK_BOT_TOKEN (${code}). Copy the "Bot User OAuth Token" from your app's "OAuth & Permissions" page.`,
      { cause: error },
    );
  });
  const { team_id: teamId, user_id: botUserId, bot_id: botId, url } = who;
  if (teamId === undefined || botUserId === undefined) {
    throw new Error(
      'SLACK_BOT_TOKEN is not a bot token of one workspace. Use the one that begins with xoxb-.',
    );
  }
  const workspaceHost = url !== undefined && URL.canParse(url) ? new URL(url).host : null;
  const installation: Installation = { teamId, botUserId, workspaceHost, heardBots: new Set(heardBots) };
  return { client, botToken, botId: botId ?? '', installation };
}
