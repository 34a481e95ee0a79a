import { App, HTTPReceiver, type Receiver } from '@slack/bolt';
import type { Log } from '../ports/log.ts';
import { boltLogger } from './bolt-logger.ts';
import { clientOptions } from './call.ts';
import type { Workspace } from './installation.ts';
import { registerActions } from './listeners/actions.ts';
import { registerCommands } from './listeners/commands.ts';
import { registerEvents } from './listeners/events.ts';
import { registerShortcuts } from './listeners/shortcuts.ts';
import { registerViews } from './listeners/views.ts';
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
    logger: boltLogger(log),
    processEventErrorHandler: async ({ error, response }) => {
      log.warn({ err: error instanceof Error ? error.message : 'unknown' }, 'event_not_acknowledged');
      if (!response.headersSent) response.writeHead(503);
      response.end();
      return false;
    },
  });
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
    logger: boltLogger(log),
  });
  app.use(async ({ next }) => {
    inbound.underWay += 1;
    try {
      await next();
    } finally {
      inbound.underWay -= 1;
    }
  });
  // An event of a workspace that is not ours is none of our business, and sending it again would not change that.
  app.use(async ({ body, next }) => {
    if (teamsOf(body).some((team) => team !== teamId) && !teamsOf(body).includes(teamId)) {
      log.warn({ team: teamsOf(body)[0] }, 'foreign_event_ignored');
      return;
    }
    await next();
  });
  const deps = { app, workspace, useCases, log };
  registerEvents(deps);
  registerCommands(deps);
  registerActions(deps);
  registerShortcuts(deps);
  registerViews(deps);
  return app;
}

/** The workspaces an event names as its own or as the installation it is sent to. */
function teamsOf(body: object): string[] {
  const {
    type,
    team_id: team,
    authorizations,
  } = body as { type?: unknown; team_id?: unknown; authorizations?: unknown };
  if (type !== 'event_callback') return [];
  const installed = Array.isArray(authorizations)
    ? authorizations.map((one: { team_id?: unknown } | null) => one?.team_id)
    : [];
  return [team, ...installed].filter((one): one is string => typeof one === 'string');
}
