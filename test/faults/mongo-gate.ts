import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { BSON, type Document } from 'mongodb';

/** True for the command that is meant, such as `{ insert: 'messages', documents: […] }`. */
export type CommandMatch = (command: Document) => boolean;
/** After `lost` neither the command nor its reply goes any further; after `broken` the connection ends as well. */
type Outcome = 'lost' | 'broken' | undefined;
/** What happens at that moment. */
type Hook = () => Promise<Outcome>;

/** Stands between the app and MongoDB and stops single commands at exact moments. */
export interface MongoGate {
  /** The URI it was made for, through the gate. */
  uri: string;
  /** Runs once; the command waits for it and goes on to the database then. */
  before(match: CommandMatch, hook: Hook): void;
  /** Runs once, after the database carried the command out and before its reply arrives. */
  after(match: CommandMatch, hook: Hook): void;
  /**
   * The end of the app at exactly that command: before it reaches the database, or after it was carried out and before
   * its reply arrives. From the match on nothing else passes, on any connection, until `reopen`: what was under way
   * beside it would otherwise go through or not, as chance has it.
   */
  killAt(when: 'before' | 'after', match: CommandMatch, kill: () => Promise<unknown>): void;
  /** Ends what is left of the connections of a dead app and lets the next one through. */
  reopen(): void;
  /** Hooks that have not run yet. */
  waiting(): number;
  /** Breaks the connection of every command that matches, before it reaches the database, until `mend`. */
  breakOn(match: CommandMatch): void;
  mend(): void;
  close(): Promise<void>;
}

interface Planned {
  match: CommandMatch;
  hook: Hook;
  isLast: boolean;
}

export async function startMongoGate(mongoUri: string): Promise<MongoGate> {
  const { host, port, throughGate } = readUri(mongoUri);
  const plans: Record<'before' | 'after', Planned[]> = { before: [], after: [] };
  const open = new Set<Socket>();
  let broken: CommandMatch | null = null;
  /** The only connection on which anything still passes, and not even there once its last hook has begun. */
  let last: Socket | 'none' | null = null;
  const take = (when: 'before' | 'after', command: Document, app: Socket): Hook | undefined => {
    const at = plans[when].findIndex((one) => one.match(command));
    const plan = at === -1 ? undefined : plans[when].splice(at, 1)[0];
    if (plan?.isLast) last = app;
    return plan?.hook;
  };

  const server = createServer((app) => {
    const database = connect(port, host);
    const held = new Map<number, Hook>();
    for (const [one, other] of [
      [app, database],
      [database, app],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
    }
    const isShut = (): boolean => last !== null && last !== app;
    relay(app, database, async (message) => {
      if (isShut()) return 'lost';
      const command = commandOf(message);
      if (command === null) return undefined;
      if (broken?.(command)) return 'broken';
      const after = take('after', command, app);
      if (after !== undefined) held.set(message.readInt32LE(REQUEST_ID), after);
      return take('before', command, app)?.();
    });
    relay(database, app, async (message) =>
      isShut() ? 'lost' : held.get(message.readInt32LE(RESPONSE_TO))?.(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    uri: throughGate((server.address() as AddressInfo).port),
    before: (match, hook) => void plans.before.push({ match, hook, isLast: false }),
    after: (match, hook) => void plans.after.push({ match, hook, isLast: false }),
    killAt(when, match, kill) {
      const hook: Hook = async () => {
        last = 'none';
        await kill();
        return 'lost';
      };
      plans[when].push({ match, hook, isLast: true });
    },
    reopen() {
      if (last === null) return;
      for (const socket of open) socket.destroy();
      last = null;
    },
    waiting: () => plans.before.length + plans.after.length,
    breakOn: (match) => {
      broken = match;
    },
    mend: () => {
      broken = null;
    },
    async close() {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}

/** Passes whole messages on, one after the other; `look` may hold one up or keep it. */
function relay(from: Socket, to: Socket, look: (message: Buffer) => Promise<Outcome>): void {
  let rest: Buffer = Buffer.alloc(0);
  let queue = Promise.resolve();
  const pass = async (message: Buffer): Promise<void> => {
    const outcome = await look(message);
    if (outcome === 'broken') from.destroy();
    else if (outcome === undefined && to.writable) to.write(message);
  };
  from.on('data', (data: Buffer) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= HEADER && rest.length >= rest.readInt32LE(0)) {
      const message = rest.subarray(0, rest.readInt32LE(0));
      rest = rest.subarray(message.length);
      queue = queue.then(() => pass(message)).catch((error: unknown) => void from.destroy(asError(error)));
    }
  });
}

// The wire protocol of MongoDB: a header (length, request id, response to, opcode), flags, then sections.
const HEADER = 16;
const REQUEST_ID = 4;
const RESPONSE_TO = 8;
const OP_CODE = 12;
const OP_MSG = 2013;

/** The command of an OP_MSG, with the documents that travel beside it put in; null for anything else. */
function commandOf(message: Buffer): Document | null {
  if (message.readInt32LE(OP_CODE) !== OP_MSG) return null;
  let command: Document = {};
  let at = HEADER + 4;
  while (at < message.length) {
    const kind = message[at];
    const size = message.readInt32LE(at + 1);
    const section = message.subarray(at + 1, at + 1 + size);
    if (kind === 0) command = { ...BSON.deserialize(section), ...command };
    else command = { ...command, ...sequenceIn(section) };
    at += 1 + size;
  }
  return command;
}

function sequenceIn(section: Buffer): Document {
  const nameEnd = section.indexOf(0, 4);
  const documents: Document[] = [];
  for (let at = nameEnd + 1; at < section.length; at += section.readInt32LE(at)) {
    documents.push(BSON.deserialize(section.subarray(at, at + section.readInt32LE(at))));
  }
  return { [section.toString('utf8', 4, nameEnd)]: documents };
}

function readUri(uri: string) {
  const [, scheme, auth = '', host = '', port = '27017', rest = ''] =
    /^(mongodb:\/\/)([^@/]*@)?([^:,/]+)(?::(\d+))?[^/]*(.*)$/u.exec(uri) ?? [];
  if (scheme === undefined) throw new Error('The gate needs a mongodb:// address.');
  const query = rest.includes('?') ? '&' : '?';
  const throughGate = (gatePort: number): string =>
    `${scheme}${auth}127.0.0.1:${gatePort}${rest}${query}directConnection=true`;
  return { host, port: Number(port), throughGate };
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
