import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { RequestRecord, StoredReply } from '../ports/api-keys.ts';

/** Replies as they are kept for one caller. */
export interface ReplySealer {
  /** The same reply with a body that nobody but this caller can have opened, with the same Idempotency-Key. */
  seal(request: RequestRecord, reply: StoredReply): StoredReply;
  /**
   * Undoes `seal`.
   * @throws Error for a reply of another caller or to another request, and for one that was changed
   */
  open(request: RequestRecord, stored: StoredReply): StoredReply;
}

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
/** What a sealed body begins with; JSON never does. */
const SEALED = 'sealed.1.';
const PURPOSE = 'milepost stored reply';

/**
 * Seals replies under a key made of the caller's secret and the Idempotency-Key. The database knows the one as a hash
 * only, so that it never holds what opens them.
 */
export function replySealer(secret: string): ReplySealer {
  const keyFor = ({ idempotencyKey }: RequestRecord): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, idempotencyKey, PURPOSE, KEY_BYTES));

  return {
    seal(request, { status, body }) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, keyFor(request), iv, { authTagLength: TAG_BYTES });
      cipher.setAAD(identity(request, status));
      const text = Buffer.concat([cipher.update(body, 'utf8'), cipher.final()]);
      const whole = Buffer.concat([iv, cipher.getAuthTag(), text]);
      return { status, body: `${SEALED}${whole.toString('base64url')}` };
    },

    open(request, { status, body }) {
      // Earlier versions kept the reply as it was sent. A day after the last of them ran there are none left.
      if (!body.startsWith(SEALED)) return { status, body };
      const whole = Buffer.from(body.slice(SEALED.length), 'base64url');
      const iv = whole.subarray(0, IV_BYTES);
      const decipher = createDecipheriv(CIPHER, keyFor(request), iv, { authTagLength: TAG_BYTES });
      decipher.setAAD(identity(request, status));
      decipher.setAuthTag(whole.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      const text = decipher.update(whole.subarray(IV_BYTES + TAG_BYTES));
      return { status, body: Buffer.concat([text, decipher.final()]).toString('utf8') };
    },
  };
}

/** What a reply belongs to. */
const identity = ({ teamId, keyId, idempotencyKey, fingerprint }: RequestRecord, status: number): Buffer =>
  Buffer.from(JSON.stringify([teamId, keyId, idempotencyKey, fingerprint, status]));
