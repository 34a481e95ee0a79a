import type { Outbox } from './events.ts';
import type { Faults } from './faults.ts';
import type { Journal } from './journal.ts';
import type { Sockets } from './socket.ts';
import type { AppIdentity, Features, Ids, Team } from './state.ts';

/** Everything the parts of one fake Slack share. */
export interface World {
  app: AppIdentity;
  features: Features;
  ids: Ids;
  journal: Journal;
  faults: Faults;
  outbox: Outbox;
  sockets: Sockets;
  home: Team;
  teams: Team[];
  responseUrls: Map<string, ResponseUrl>;
  socketTickets: Set<string>;
  url: string;
  /** what the app is subscribed to, as in its manifest (message.channels, app_mention ...); undefined: all */
  botEvents: string[] | undefined;
  ackTimeoutMs: number;
}

/** Where a response_url writes, and what it came from. */
export interface ResponseUrl {
  team: Team;
  user: string;
  channel: string;
  ts: string | undefined;
  isEphemeral: boolean;
  threadTs: string | undefined;
  usesLeft: number;
  expires: number;
}
