import type { LookupAddress, LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** Finds every address of a name. */
export type Lookup = (hostname: string) => Promise<LookupAddress[]>;

/** A name resolves to an address that must not be opened. */
export class BlockedAddress extends Error {
  constructor(hostname: string) {
    super(`“${hostname}” leads to an address that must not be opened.`);
    this.name = 'BlockedAddress';
  }
}

/**
 * A lookup for sockets. A name with one forbidden address is refused whole, and a connection is made to an address
 * of the very answer that was checked: the name is resolved once for each connection.
 */
export function checkedLookup(lookup: Lookup, isAllowed: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, options).then(
      ([first, ...rest]) =>
        options.all === true ? callback(null, [first, ...rest]) : callback(null, first.address, first.family),
      (error: NodeJS.ErrnoException) => callback(error, []),
    );
  };

  async function resolve(
    hostname: string,
    { family }: LookupOptions,
  ): Promise<[LookupAddress, ...LookupAddress[]]> {
    const found = await lookup(hostname);
    if (!found.every(({ address }) => isAllowed(address))) throw new BlockedAddress(hostname);
    const wanted = String(family ?? 0).replace('IPv', '');
    const [first, ...rest] = found.filter((one) => wanted === '0' || wanted === String(one.family));
    if (first === undefined) throw new Error(`“${hostname}” has no address.`);
    return [first, ...rest];
  }
}
