import type { AddressInfo } from 'node:net';
import { createOutbox } from './events.ts';
import { createFaults } from './faults.ts';
import { createJournal } from './journal.ts';
import { createSlackServer } from './server.ts';
import { createSockets } from './socket.ts';
import { createIds, createTeam, type Team, type TeamSpec } from './state.ts';
import { createWorkspace } from './workspace.ts';
import type { World } from './world.ts';

export { linksOf, textOf } from './reading.ts';
export type { Message, View } from './state.ts';
export { methodNames } from './web-api/index.ts';

interface FakeSlackOptions {
  port?: number;
  /** the bot events of the app's manifest; without them everything is delivered */
  botEvents?: string[];
  /** how long Slack waits for an answer: 3 s in real life, 10 s here so that a loaded machine is no failure */
  ackTimeoutMs?: number;
}

export interface FakeSlack extends ReturnType<typeof createWorkspace> {
  /** A further workspace that installed the same app: a handle like this one. */
  addTeam(spec?: TeamSpec): FakeSlack;
  close(): Promise<void>;
}

export async function startFakeSlack(options: FakeSlackOptions = {}): Promise<FakeSlack> {
  const world = createWorld(options);
  const server = createSlackServer(world);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  world.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function close() {
    world.faults.clear();
    world.faults.release();
    world.sockets.close();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    await world.outbox.close();
  }

  function handleOf(team: Team): FakeSlack {
    return Object.assign(createWorkspace(world, team), { addTeam, close });
  }

  function addTeam(spec: TeamSpec = {}): FakeSlack {
    const team = createTeam(spec, world.ids);
    if (world.teams.some((t) => t.id === team.id || t.botToken === team.botToken)) {
      throw new Error(`there is a workspace ${team.id} or a token ${team.botToken} already`);
    }
    world.teams.push(team);
    return handleOf(team);
  }

  return handleOf(world.home);
}

function createWorld(options: FakeSlackOptions): World {
  const ids = createIds();
  const name = 'Milepost Test';
  const bot = { botToken: 'xoxb-test', botUserId: 'U0BOT', botId: 'B0BOT' };
  const home = createTeam({ id: 'T0MILE', name, domain: 'milepost', ...bot }, ids);
  const parts: Omit<World, 'outbox' | 'sockets'> = {
    app: { appId: 'A0MILE', appToken: 'xapp-test', signingSecret: 'milepost-signing-secret' },
    features: { status: false, contextActions: false, echo: true },
    ids,
    journal: createJournal(),
    faults: createFaults(),
    home,
    teams: [home],
    responseUrls: new Map(),
    socketTickets: new Set(),
    url: '',
    botEvents: options.botEvents,
    ackTimeoutMs: options.ackTimeoutMs ?? 10_000,
  };
  const world = parts as World;
  world.outbox = createOutbox(world);
  world.sockets = createSockets(world);
  return world;
}
