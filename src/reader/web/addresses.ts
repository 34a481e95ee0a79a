import ipaddr from 'ipaddr.js';
import { toPrivateHost } from '../../domain/private-host.ts';

/** Whether an address may be opened: like any on the public web, because an administrator allowed it, or not at all. */
export type Standing = 'public' | 'private' | 'blocked';

/** Says what may be opened, from the scheme, the name and the port alone; what a name resolves to is not known here. */
export type AddressRules = (url: URL) => Standing;

const DEFAULT_PORT: Record<string, string> = { 'http:': '80', 'https:': '443' };
const PORTS = new Set(Object.values(DEFAULT_PORT));
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');
/** It has a public range, yet inside a machine of Azure it is the service that configures that machine. */
const AZURE_HOST = '168.63.129.16';
/** Names that stand for this machine, whatever anybody says they lead to. */
const THIS_MACHINE = /(?:^|\.)localhost\.?$/u;

/**
 * True for addresses of the public internet. Everything inside is refused in every spelling: this machine, private and
 * shared networks, link-local and metadata services, and IPv4 addresses written as, or translated to, IPv6.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast' || parsed.toString() === AZURE_HOST) return false;
  return !(parsed instanceof ipaddr.IPv6) || parsed.match(GLOBAL_IPV6);
}

/**
 * The rules for one installation: http and https, ports 80 and 443, and no address inside a network.
 * @param privateHosts names an administrator allows although they are inside, each as `host` (ports 80 and 443) or
 * `host:port` (that port alone).
 * @throws Error for an entry that is neither.
 */
export function createAddressRules(privateHosts: readonly string[]): AddressRules {
  const allowed = new Set(privateHosts.flatMap(withPorts));
  return ({ protocol, hostname, port: given }) => {
    const usual = DEFAULT_PORT[protocol];
    if (usual === undefined) return 'blocked';
    const port = given === '' ? usual : given;
    if (allowed.has(`${hostname}:${port}`)) return 'private';
    if (!PORTS.has(port)) return 'blocked';
    if (THIS_MACHINE.test(hostname)) return 'blocked';
    const literal = hostname.replace(/^\[|\]$/gu, '');
    return !ipaddr.isValid(literal) || isPublicAddress(literal) ? 'public' : 'blocked';
  };
}

function withPorts(entry: string): string[] {
  const host = toPrivateHost(entry.trim());
  if (host === null) throw new Error(`“${entry}” is not a host or host:port that links may be read from.`);
  return (host.port === null ? [...PORTS] : [host.port]).map((port) => `${host.hostname}:${port}`);
}
