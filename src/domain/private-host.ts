/** A host inside the network of an installation whose pages may be opened. */
export interface PrivateHost {
  /** As it stands in an address. */
  hostname: string;
  /** Null: the ports of http and https. */
  port: string | null;
}

const ENTRY = /^(?<host>\[[\da-f:.]+\]|[^\s:/?#@\\[\]*%]+)(?::(?<port>\d{1,5}))?$/iu;
const LAST_PORT = 65_535;

/** What an administrator wrote as `host` or `host:port`; null when no address can have such a host or port. */
export function toPrivateHost(entry: string): PrivateHost | null {
  const { host, port } = ENTRY.exec(entry)?.groups ?? {};
  if (host === undefined || !URL.canParse(`http://${host}/`)) return null;
  const { hostname } = new URL(`http://${host}/`);
  if (port === undefined) return { hostname, port: null };
  const number = Number(port);
  return number >= 1 && number <= LAST_PORT ? { hostname, port: String(number) } : null;
}
