import { expect, it } from 'vitest';
import { request, UNKNOWN } from './builders.ts';
import { atOnce, describeStores, eventually, newTeam } from './drivers.ts';

const MINUTE = 60_000;
const reply = { status: 201, body: '{"id":"$1","a.b":null}' };

describeStores('API keys', (opened) => {
  it('are found by their hash, in their workspace, and listed in the order they were made', async () => {
    const { apiKeys } = opened().stores;
    const teamId = newTeam();
    const made = await apiKeys.create({ teamId, name: 'Builder', hash: 'h1' });
    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{24}$/u),
      ...{ teamId, name: 'Builder', revokedAt: null },
      createdAt: expect.any(Date),
    });
    const other = await apiKeys.create({ teamId, name: 'Builder', hash: 'h2' });
    expect(await apiKeys.findByHash(teamId, 'h1')).toEqual(made);
    expect(await apiKeys.findByHash(teamId, 'h3')).toBeNull();
    expect(await apiKeys.findByHash(newTeam(), 'h1')).toBeNull();
    expect(await apiKeys.list(teamId)).toEqual([made, other]);
  });

  it('are not found any more once they are revoked, and stay in the list with the time of it', async () => {
    const { apiKeys } = opened().stores;
    const teamId = newTeam();
    const made = await apiKeys.create({ teamId, name: 'Builder', hash: 'h1' });
    const other = await apiKeys.create({ teamId, name: 'Tester', hash: 'h2' });
    const revoked = await apiKeys.revoke(made);
    expect(revoked).toEqual({ ...made, revokedAt: expect.any(Date) });
    expect(await apiKeys.revoke(made)).toEqual(revoked);
    expect(await apiKeys.findByHash(teamId, 'h1')).toBeNull();
    expect(await apiKeys.findByHash(teamId, 'h2')).toEqual(other);
    expect(await apiKeys.list(teamId)).toEqual([revoked, other]);
    expect(await apiKeys.revoke({ teamId, id: UNKNOWN })).toBeNull();
  });
});

describeStores('requests with an Idempotency-Key', (opened) => {
  it('are run by one of ten that begin at once, and the others are told that it runs', async () => {
    const wanted = request(newTeam());
    const begun = await atOnce(opened(), 10, ({ requests }) => requests.begin(wanted, MINUTE));
    expect(begun.map((one) => one.as).sort()).toEqual(['new', ...Array(9).fill('running')]);
  });

  it('are answered with the first reply from then on', async () => {
    const { requests } = opened().stores;
    const wanted = request(newTeam());
    await requests.begin(wanted, MINUTE);
    await requests.finish(wanted, reply);
    const begun = await atOnce(opened(), 10, (stores) => stores.requests.begin(wanted, MINUTE));
    expect(begun).toEqual(Array(10).fill({ as: 'done', reply }));
    await requests.finish(wanted, { status: 500, body: '' });
    await requests.release(wanted);
    expect(await requests.begin(wanted, MINUTE)).toEqual({ as: 'done', reply });
  });

  it('are other ones under another workspace, API key or Idempotency-Key', async () => {
    const { requests } = opened().stores;
    const teamId = newTeam();
    for (const wanted of [
      request(teamId),
      request(newTeam()),
      request(teamId, { keyId: 'K2' }),
      request(teamId, { idempotencyKey: 'twice' }),
      request(teamId, { idempotencyKey: `$x.y ${'é'.repeat(255)}` }),
    ]) {
      expect(await requests.begin(wanted, MINUTE)).toEqual({ as: 'new' });
    }
  });

  it('are refused when the key was used for another request, which stays as it is', async () => {
    const { requests } = opened().stores;
    const wanted = request(newTeam());
    const other = { ...wanted, fingerprint: 'POST /projects' };
    await requests.begin(wanted, MINUTE);
    expect(await requests.begin(other, MINUTE)).toEqual({ as: 'other' });
    await requests.finish(other, { status: 200, body: 'other' });
    expect(await requests.begin(wanted, MINUTE)).toEqual({ as: 'running' });
    await requests.finish(wanted, reply);
    expect(await requests.begin(other, MINUTE)).toEqual({ as: 'other' });
    expect(await requests.begin(wanted, MINUTE)).toEqual({ as: 'done', reply });
  });

  it('can be run again, by one, after they were given up', async () => {
    const { requests } = opened().stores;
    const wanted = request(newTeam());
    await requests.begin(wanted, MINUTE);
    await requests.release(wanted);
    const begun = await atOnce(opened(), 10, (stores) => stores.requests.begin(wanted, MINUTE));
    expect(begun.map((one) => one.as).sort()).toEqual(['new', ...Array(9).fill('running')]);
    await requests.release(request(newTeam()));
  });

  it('can be run again, by one, after the time to finish them has passed', async () => {
    const { requests } = opened().stores;
    const wanted = request(newTeam());
    expect(await requests.begin(wanted, 1)).toEqual({ as: 'new' });
    const begun = await eventually(async () => {
      const outcomes = await atOnce(opened(), 10, (stores) => stores.requests.begin(wanted, MINUTE));
      const kinds = outcomes.map((one) => one.as).sort();
      return kinds.includes('new') ? kinds : null;
    });
    expect(begun).toEqual(['new', ...Array(9).fill('running')]);
    await requests.finish(wanted, reply);
    expect(await requests.begin(wanted, MINUTE)).toEqual({ as: 'done', reply });
  });
});
