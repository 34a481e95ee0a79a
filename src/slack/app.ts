import type { RequestListener } from 'node:http';
import { App, HTTPReceiver, type Receiver } from '@slack/bolt';
import { z } from 'zod';
import type { Log } from '../ports/log.ts';
import { clientOptions } from './call.ts';
import type { Workspace } from './installation.ts';
import { registerActions } from './listeners/actions.ts';
import { registerCommands } from './listeners/commands.ts';
import { registerEvents } from './listeners/events.ts';
import { registerShortcuts } from './listeners/shortcuts.ts';
import { registerViews } from './listeners/views.ts';
import { quietLogger } from './quiet-logger.ts';
import type { UseCases } from './use-cases.ts';

export interface HttpOptions {
  signingSecret: string;
}

/** Bytes of one request from Slack; the largest, a message of 40,000 characters with blocks, stays well below. */
const BODY_LIMIT = 2_000_000;

/**
 * HTTP that answers 200 only after the listeners are through, and an error status when one failed, so that Slack
 * sends the event again.
 */
export function createHttpReceiver({ signingSecret }: HttpOptions, log: Log): HTTPReceiver {
  return new HTTPReceiver({
    signingSecret,
    processBeforeResponse: true,
    bodyLimit: BODY_LIMIT,
    unhandledRequestTimeoutMillis: 10_000,
    logger: quietLogger(log, 'bolt'),
    processEventErrorHandler: async ({ error, response }) => {
      log.warn({ err: error instanceof Error ? error.message : 'unknown' }, 'event_not_acknowledged');
      if (!response.headersSent) response.writeHead(503);
      response.end();
      return false;
    },
  });
}

/** Hands the receiver one request; what it does not serve gets a 404, where Bolt would throw. */
export function slackListener(receiver: HTTPReceiver): RequestListener {
  return (request, response) => {
    try {
      receiver.requestListener(request, response);
    } catch {
      if (!response.headersSent) response.writeHead(404);
      response.end();
    }
  };
}

/** Counts the payloads from Slack that are being taken in right now. */
export interface Inbound {
  underWay: number;
}

/** The Bolt app with all listeners, on whichever receiver brings the events. */
export function createSlackApp(
  receiver: Receiver,
  workspace: Workspace,
  useCases: UseCases,
  options: { apiUrl: string | undefined },
  inbound: Inbound,
  log: Log,
): App {
  const { botToken, botId, installation } = workspace;
  const { teamId, botUserId } = installation;
  const app = new App({
    receiver,
    convoStore: false,
    authorize: async () => ({ botToken, botId, botUserId, teamId }),
    clientOptions: clientOptions(options.apiUrl, log),
    logger: quietLogger(log, 'bolt'),
  });
  app.use(async ({ next }) => {
    inbound.underWay += 1;
    try {
      await next();
    } finally {
      inbound.underWay -= 1;
    }
  });
  // What another workspace sends is none of our business, and sending it again would not change that.
  app.use(async ({ ack, body, next }) => {
    const teams = teamsOf(body);
    if (teams.length === 0 || teams.includes(teamId)) return next();
    log.warn({ team: teams[0] }, 'foreign_event_ignored');
    await ack?.();
  });
  const deps = { app, workspace, useCases, log };
  registerEvents(deps);
  registerCommands(deps);
  registerActions(deps);
  registerShortcuts(deps);
  registerViews(deps);
  return app;
}

const team = z.string().nullish().catch(null);
const owner = z
  .object({ id: team, team_id: team, app_installed_team_id: team })
  .partial()
  .nullish()
  .catch(null);
const owned = z.object({
  team_id: team,
  authorizations: z.array(owner).nullish().catch(null),
  team: owner,
  view: owner,
  user: z.object({ team_id: team }).nullish().catch(null),
});

/** The workspaces that a payload names as its own, as its sender's or as the installation it is meant for. */
function teamsOf(body: object): string[] {
  const { team_id: own, authorizations, team: at, view, user } = owned.parse(body);
  const installed = (authorizations ?? []).map((one) => one?.team_id);
  return [own, ...installed, at?.id, view?.app_installed_team_id, user?.team_id].filter(
    (one) => typeof one === 'string',
  );
}
