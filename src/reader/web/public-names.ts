import type { LookupAddress } from 'node:dns';
import { Resolver, TIMEOUT } from 'node:dns/promises';
import type { Lookup } from './checked-lookup.ts';

/** Finds the addresses of names on the public web. */
export interface PublicNames {
  lookup: Lookup;
  /** Ends every lookup that is under way. */
  cancel(): void;
}

/** For each question to a name server, which is then asked a second time. */
const TIMEOUT_MS = 3_000;
const TRIES = 2;
/** Some name servers never answer for one kind of address. */
const OTHER_KIND_MS = 1_000;

/**
 * Asks name servers without the threads of the system's own lookup: one that does not answer delays no other name, no
 * file and no work of other kinds. A lookup rejects when no address of either kind was found, with the code `ETIMEOUT`
 * when that is because nobody answered.
 * @param servers given by tests; otherwise those of the system.
 */
export function createPublicNames({
  servers = null,
  timeoutMs = TIMEOUT_MS,
}: {
  servers?: readonly string[] | null;
  timeoutMs?: number;
} = {}): PublicNames {
  // One for each lookup: cancelling ends everything that a resolver is asked.
  const asking = new Set<Resolver>();
  return {
    async lookup(hostname) {
      const resolver = new Resolver({ timeout: timeoutMs, tries: TRIES });
      if (servers !== null) resolver.setServers(servers);
      asking.add(resolver);
      try {
        return await addressesOf(resolver, hostname);
      } finally {
        asking.delete(resolver);
      }
    },
    cancel() {
      for (const resolver of asking) resolver.cancel();
    },
  };
}

async function addressesOf(resolver: Resolver, hostname: string): Promise<LookupAddress[]> {
  let patience: NodeJS.Timeout | undefined;
  const ofKind =
    (family: 4 | 6) =>
    (found: string[]): LookupAddress[] => {
      patience ??= setTimeout(() => resolver.cancel(), OTHER_KIND_MS);
      return found.map((address) => ({ address, family }));
    };
  const kinds = await Promise.allSettled([
    resolver.resolve4(hostname).then(ofKind(4)),
    resolver.resolve6(hostname).then(ofKind(6)),
  ]);
  clearTimeout(patience);
  const found = kinds.flatMap((kind) => (kind.status === 'fulfilled' ? kind.value : []));
  if (found.length > 0) return found;
  const errors: unknown[] = kinds.flatMap((kind) => (kind.status === 'rejected' ? [kind.reason] : []));
  throw errors.find(isTimeout) ?? errors[0] ?? new Error(`“${hostname}” has no address.`);
}

const isTimeout = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === TIMEOUT;
