import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestStore } from '../ports/api-keys.ts';
import type { Log } from '../ports/log.ts';
import type { ApiKeys } from '../use-cases/api-keys.ts';
import type { ApiServices } from './services.ts';

export interface ApiDeps {
  /** The one workspace this process serves: keys of others are unknown here. */
  teamId: string;
  services: ApiServices;
  apiKeys: Pick<ApiKeys, 'find'>;
  requests: RequestStore;
  log: Log;
  /** Requests a minute of one key; of one address without a key. 600 when not given. */
  ratePerMinute?: number;
}

export interface Api {
  /** True for an address that this API answers. */
  handles(url: string | undefined): boolean;
  listener(request: IncomingMessage, response: ServerResponse): void;
}

export function createApi(_deps: ApiDeps): Api {
  return { handles: () => false, listener: () => {} };
}
