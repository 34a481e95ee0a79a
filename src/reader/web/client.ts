import { lookup as systemLookup } from 'node:dns/promises';
import { Agent, fetch, type Response } from 'undici';
import { type AddressRules, isPublicAddress } from './addresses.ts';
import { checkedLookup, type Lookup } from './checked-lookup.ts';
import { createPublicNames } from './public-names.ts';

/** Sends single requests. */
export interface Client {
  /**
   * Asks for one address and follows nothing. It is only for addresses the rules do not block. No cookie, no
   * authorization and no credentials of an address are ever sent.
   */
  get(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Response>;
  /** Ends every connection and every lookup at once. */
  close(): Promise<void>;
}

const HEADERS = {
  'user-agent': 'Milepost (+link reader)',
  accept: 'text/html, application/xhtml+xml, text/*;q=0.9, application/pdf;q=0.9, */*;q=0.5',
  'accept-encoding': 'gzip, deflate, br',
};

interface ClientDeps {
  rules: AddressRules;
  /** Given by tests; otherwise name servers are asked, and for hosts inside the system. */
  lookup?: Lookup | undefined;
  /** Given by tests; otherwise those of the system. */
  nameServers?: readonly string[] | undefined;
  timeoutMs: number;
}

/** The client of one installation. */
export function createClient({ rules, lookup, nameServers, timeoutMs }: ClientDeps): Client {
  const names = createPublicNames({ servers: nameServers ?? null });
  // Names inside may stand where only the system looks, such as in its file of hosts. It has few threads for that, so
  // names that anybody can share are kept from it.
  const ofSystem: Lookup = (hostname) => systemLookup(hostname, { all: true });
  const agents = {
    public: createAgent(lookup ?? names.lookup, isPublicAddress, timeoutMs),
    // A lookup is not told the port, so hosts that are allowed at one port only need connections of their own.
    private: createAgent(lookup ?? ofSystem, () => true, timeoutMs),
  };
  return {
    async get(url, headers, signal) {
      const standing = rules(url);
      if (standing === 'blocked') throw new Error(`A blocked address was to be opened: ${url.host}`);
      const bare = new URL(url);
      bare.username = '';
      bare.password = '';
      return fetch(bare, {
        dispatcher: agents[standing],
        headers: { ...HEADERS, ...headers },
        redirect: 'manual',
        credentials: 'omit',
        signal,
      });
    },
    async close() {
      names.cancel();
      await Promise.all([agents.public.destroy(), agents.private.destroy()]);
    },
  };
}

function createAgent(lookup: Lookup, isAllowed: (address: string) => boolean, timeoutMs: number): Agent {
  return new Agent({
    connect: { lookup: checkedLookup(lookup, isAllowed), timeout: timeoutMs },
    // No connection is used twice: each is made to an address that was checked for it.
    pipelining: 0,
    autoSelectFamily: true,
    // The default of 250 ms gives up on servers far away.
    autoSelectFamilyAttemptTimeout: 2_000,
  });
}
