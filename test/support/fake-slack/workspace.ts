import type { DeliverOptions, RawOptions, Target } from './events.ts';
import type { Aim, Fault, Hook } from './faults.ts';
import { createInteractions } from './interactions.ts';
import type { Call } from './journal.ts';
import type { Fields } from './json.ts';
import { createMembership } from './membership.ts';
import { createModals } from './modals.ts';
import { createPeople } from './people.ts';
import { createReading } from './reading.ts';
import { createChannel, openDm, type Team } from './state.ts';
import type { World } from './world.ts';

interface UserSpec {
  id?: string;
  name: string;
  realName?: string;
  isBot?: boolean;
  isGuest?: boolean;
  /** another workspace's id makes this a stranger, as in a shared channel */
  teamId?: string;
}

interface ChannelSpec {
  id?: string;
  name: string;
  members?: string[];
  isPrivate?: boolean;
  withBot?: boolean;
}

/** One workspace of the fake Slack: its people, what they see and do, and what the app did there. */
export function createWorkspace(world: World, team: Team) {
  const { app, journal, faults, outbox, ids } = world;
  const { offeredFor, ...interactions } = createInteractions(world, team);
  const calls = () => journal.calls.filter((call) => call.team === team.id);

  return {
    url: world.url,
    apiUrl: `${world.url}/api/`,
    port: Number(new URL(world.url).port),
    appId: app.appId,
    appToken: app.appToken,
    signingSecret: app.signingSecret,
    teamId: team.id,
    domain: team.domain,
    botToken: team.botToken,
    botUserId: team.botUserId,
    botId: team.botId,
    features: world.features,
    /** What the app did that Slack would not take, whole server. */
    violations: journal.violations,

    addUser(spec: UserSpec): string {
      const id = spec.id ?? ids.next('U');
      const { name, realName = name, isBot = false, isGuest = false, teamId = team.id } = spec;
      team.users.set(id, { id, name, realName, isBot, isGuest, teamId });
      return id;
    },

    addChannel(spec: ChannelSpec): string {
      const id = spec.id ?? ids.next('C');
      const { name, members = [], isPrivate = false, withBot = true } = spec;
      const unknown = members.find((member) => !team.users.has(member));
      if (unknown) throw new Error(`there is no user ${unknown} in ${team.id}`);
      const kind = isPrivate ? 'group' : 'channel';
      const everyone = withBot ? [...members, team.botUserId] : members;
      team.channels.set(
        id,
        createChannel({ id, name, kind, creator: members[0] ?? team.botUserId }, everyone),
      );
      return id;
    },

    openDm: (user: string): string => openDm(team, user, ids).id,

    /** The calls with this workspace's token; those with the app's token or an unknown one are the first's. */
    get calls(): Call[] {
      return calls();
    },
    callsOf: (method: string): Call[] => calls().filter((call) => call.method === method),
    until: journal.until,
    ...createReading(team),

    connect: (target: Target) => outbox.connect(target),
    deliver: (event: Fields, options?: DeliverOptions) => outbox.deliver(team, event, options),
    deliverWithRetries: (event: Fields, options?: DeliverOptions) =>
      outbox.deliverWithRetries(team, event, options),
    /** Signs and posts any body; the options break the signature, the time or the body. */
    deliverRaw: (body: string, options?: RawOptions) => outbox.raw(body, options),
    /** Resolves when the events that the bot's own calls caused have been delivered. */
    idle: outbox.idle,
    sockets: {
      count: () => world.sockets.count(),
      refresh: (reason?: string) => world.sockets.refresh(reason),
      drop: () => world.sockets.drop(),
    },

    ...createPeople(world, team),
    ...createMembership(world, team),
    ...interactions,
    ...createModals(world, team, offeredFor),

    failNext: (method: string, fault: Fault, aim?: Aim) => faults.fail(team.id, method, fault, aim),
    before: (method: string, hook: Hook, aim?: Aim) => faults.hook(team.id, 'before', method, hook, aim),
    after: (method: string, hook: Hook, aim?: Aim) => faults.hook(team.id, 'after', method, hook, aim),
    clearFaults: faults.clear,
    release: faults.release,
  };
}
