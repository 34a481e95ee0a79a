import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Log } from '../../src/ports/log.ts';
import { connectStores, type Stores } from '../../src/store/connect.ts';
import { createMemoryStores } from '../support/memory-stores.ts';
import { useMongo } from '../support/mongo.ts';

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** The stores as two processes see them. */
interface Opened {
  stores: Stores;
  twin: Stores;
  close(): Promise<void>;
}

const drivers: { name: string; open(uri: string): Promise<Opened> }[] = [
  {
    name: 'memory',
    async open() {
      const stores = createMemoryStores();
      return { stores, twin: stores, close: async () => {} };
    },
  },
  {
    name: 'MongoDB',
    async open(uri) {
      const one = await connectStores(uri, silent);
      const two = await connectStores(uri, silent);
      const close = async () => {
        await Promise.all([one.close(), two.close()]);
      };
      return { stores: one.stores, twin: two.stores, close };
    },
  },
];

type Suite = (opened: () => Opened) => void;

function describeWith({ name, open }: (typeof drivers)[number], title: string, suite: Suite): void {
  describe(`${title} in ${name}`, () => {
    const mongo = useMongo(title);
    let opened: Opened | undefined;
    beforeAll(async () => {
      opened = await open(mongo.uri);
    });
    afterAll(async () => opened?.close());
    suite(() => {
      if (opened === undefined) throw new Error('The stores are opened before the first test.');
      return opened;
    });
  });
}

/** One suite, run against memory and MongoDB alike. */
export function describeStores(title: string, suite: Suite): void {
  for (const driver of drivers) describeWith(driver, title, suite);
}

/** A suite about what only a server of its own can do. */
export function describeServer(title: string, suite: Suite): void {
  for (const driver of drivers.filter((one) => one.name === 'MongoDB')) describeWith(driver, title, suite);
}

let lastTeam = 0;

/** A workspace of its own for a test. */
export function newTeam(): string {
  lastTeam += 1;
  return `T${lastTeam}`;
}

/** The same call from two processes, `times` in all, at once. */
export function atOnce<T>(
  { stores, twin }: Opened,
  times: number,
  call: (stores: Stores, n: number) => Promise<T>,
) {
  return Promise.all(Array.from({ length: times }, (_, n) => call(n % 2 === 0 ? stores : twin, n)));
}

/** Resolves with what a call was refused with. */
export async function refusal(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'not refused',
    (error: unknown) => error,
  );
}

/** Repeats a call until it gives something. The time limit of the test ends what never happens. */
export async function eventually<T>(call: () => Promise<T | null>): Promise<T> {
  for (;;) {
    const given = await call();
    if (given !== null) return given;
    // Lets that time limit run also where every call is answered at once.
    await setImmediate();
  }
}
