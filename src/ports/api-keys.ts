import type { ApiKey } from '../domain/api-key.ts';
import type { Ref } from '../domain/scope.ts';

export interface ApiKeyStore {
  create(key: { teamId: string; name: string; hash: string }): Promise<ApiKey>;
  /** The key with this hash unless it was revoked. */
  findByHash(teamId: string, hash: string): Promise<ApiKey | null>;
  list(teamId: string): Promise<ApiKey[]>;
  /** @returns the key, or null when there is none. */
  revoke(ref: Ref): Promise<ApiKey | null>;
}

/** One request under an Idempotency-Key. */
export interface RequestRecord {
  teamId: string;
  keyId: string;
  /** As the client sent it. */
  idempotencyKey: string;
  /** Hash of method, path and body: the same key for another request is refused. */
  fingerprint: string;
}

export interface StoredReply {
  status: number;
  /** Sealed for the one who asked: to whoever else reads it, this says nothing. */
  body: string;
}

/** Sealed replies to requests with an Idempotency-Key, for a day. */
export interface RequestStore {
  /**
   * `new`: this call is to run it, and has `holdMs` to finish; `running`: another one does; `done`: here is its reply;
   * `other`: the key was used for another request.
   */
  begin(
    request: RequestRecord,
    holdMs: number,
  ): Promise<{ as: 'new' | 'running' | 'other' } | { as: 'done'; reply: StoredReply }>;
  finish(request: RequestRecord, reply: StoredReply): Promise<void>;
  /** The request failed in a way that a repetition may mend. */
  release(request: RequestRecord): Promise<void>;
}
