import { describe, expect, it } from 'vitest';
import { replySealer } from '../../src/http/sealed-reply.ts';

const SECRET = `mp_T1_${'s'.repeat(43)}`;
const request = { teamId: 'T1', keyId: 'K1', idempotencyKey: 'once', fingerprint: 'POST /tasks' };
const reply = { status: 201, body: '{"title":"Map the heron’s nests 🪶"}' };
const sealed = replySealer(SECRET).seal(request, reply);
const open = replySealer(SECRET).open;

describe('A reply that is kept under an Idempotency-Key', () => {
  it('is opened by whoever has the same secret, in the same words', () => {
    expect(open(request, sealed)).toEqual(reply);
    const empty = { status: 200, body: '' };
    expect(open(request, replySealer(SECRET).seal(request, empty))).toEqual(empty);
  });

  it('says nothing to those who read the database, and never twice the same', () => {
    expect(sealed.status).toBe(201);
    expect(sealed.body).toMatch(/^sealed\.1\.[\w-]+$/u);
    expect(Buffer.from(sealed.body.slice(9), 'base64url').toString()).not.toContain('heron');
    expect(replySealer(SECRET).seal(request, reply).body).not.toBe(sealed.body);
  });

  it('is not opened with another secret, such as that of another key or the hash that is stored', () => {
    for (const secret of ['', `${SECRET}x`, SECRET.replace('T1', 'T2')])
      expect(() => replySealer(secret).open(request, sealed)).toThrow();
  });

  it.each([
    ['workspace', { teamId: 'T2' }],
    ['API key', { keyId: 'K2' }],
    ['Idempotency-Key', { idempotencyKey: 'twice' }],
    ['request', { fingerprint: 'POST /projects' }],
  ])('is not opened as the reply of another %s', (_what, other) => {
    expect(() => open({ ...request, ...other }, sealed)).toThrow();
  });

  it('is not opened when anything of it was changed', () => {
    const bytes = Buffer.from(sealed.body.slice(9), 'base64url');
    for (const at of [0, 12, 28, bytes.length - 1]) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const body = `sealed.1.${changed.toString('base64url')}`;
      expect(() => open(request, { status: 201, body })).toThrow();
    }
    expect(() => open(request, { ...sealed, status: 200 })).toThrow();
    for (const end of [-1, 30, 20, 9])
      expect(() => open(request, { status: 201, body: sealed.body.slice(0, end) })).toThrow();
  });
});
