import { expect, it } from 'vitest';
import type { UserFact } from '../../src/domain/user-fact.ts';
import { atOnce, describeStores, eventually, newTeam } from './drivers.ts';

const FROM = { channelId: 'D1', ts: '101.0' };
const fact = (key: string, value: unknown = key, from: UserFact['from'] = [FROM]) => ({ key, value, from });

const newestFirst = (facts: UserFact[]): UserFact[] =>
  [...facts].sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime() || (a.id < b.id ? 1 : -1));

describeStores('what is remembered about a person', (opened) => {
  it('is one value for each key, the newest', async () => {
    const { userFacts } = opened().stores;
    const teamId = newTeam();
    const first = await userFacts.put(teamId, 'U1', fact('role', 'editor'));
    expect(first).toEqual({
      ...{ id: expect.stringMatching(/^[0-9a-f]{24}$/u), teamId, userId: 'U1', ...fact('role', 'editor') },
      updatedAt: expect.any(Date),
    });
    const second = await userFacts.put(teamId, 'U1', fact('role', { is: 'author' }, []));
    expect(second).toEqual({
      ...{ ...first, ...fact('role', { is: 'author' }, []) },
      updatedAt: expect.any(Date),
    });
    expect(await userFacts.list(teamId, 'U1', { skip: 0, limit: 9 })).toEqual([second]);
    expect(await userFacts.has(teamId, 'U1', 'role')).toBe(true);
    expect(await userFacts.has(teamId, 'U1', 'colour')).toBe(false);
    expect(await userFacts.has(teamId, 'U2', 'role')).toBe(false);
    expect(await userFacts.count(teamId, 'U1')).toBe(1);
    expect(await userFacts.count(teamId, 'U2')).toBe(0);
  });

  it('is one value also when twenty put one under the same key at once', async () => {
    const teamId = newTeam();
    const put = await atOnce(opened(), 20, ({ userFacts }, n) =>
      userFacts.put(teamId, 'U1', fact('role', n)),
    );
    const [held, ...more] = await opened().stores.userFacts.list(teamId, 'U1', { skip: 0, limit: 99 });
    expect(more).toEqual([]);
    expect(put).toContainEqual(held);
  });

  it.each([null, false, '$where', [{ 'a.b': { $set: null } }], { _id: 'none', constructor: 1 }])(
    'comes back as it was put: %j',
    async (value) => {
      const { userFacts } = opened().stores;
      const teamId = newTeam();
      await userFacts.put(teamId, 'U1', fact('$a.b', value));
      expect(await userFacts.list(teamId, 'U1', { skip: 0, limit: 9 })).toMatchObject([
        { key: '$a.b', value },
      ]);
    },
  );

  it('is listed newest first, page by page, for each person apart', async () => {
    const { userFacts } = opened().stores;
    const teamId = newTeam();
    const put = await atOnce(opened(), 12, (stores, n) =>
      stores.userFacts.put(teamId, 'U1', fact(`key ${n}`)),
    );
    await userFacts.put(teamId, 'U2', fact('key 1'));
    const wanted = newestFirst(put);
    for (const skip of [0, 5, 10, 15])
      expect(await userFacts.list(teamId, 'U1', { skip, limit: 5 })).toEqual(wanted.slice(skip, skip + 5));
  });

  it('is forgotten for its own person only, and not when it was put anew since it was shown', async () => {
    const { userFacts } = opened().stores;
    const teamId = newTeam();
    const shown = await userFacts.put(teamId, 'U1', fact('role', 'editor'));
    const anew = await eventually(async () => {
      const put = await userFacts.put(teamId, 'U1', fact('role', 'author'));
      return put.updatedAt > shown.updatedAt ? put : null;
    });
    expect(await userFacts.forget(shown, 'U2')).toBe(false);
    expect(await userFacts.forget(shown, 'U1', shown.updatedAt)).toBe(false);
    expect(await userFacts.list(teamId, 'U1', { skip: 0, limit: 9 })).toEqual([anew]);
    const forgotten = await atOnce(opened(), 20, (stores) =>
      stores.userFacts.forget(anew, 'U1', anew.updatedAt),
    );
    expect(forgotten.filter((one) => one)).toHaveLength(1);
    expect(await userFacts.count(teamId, 'U1')).toBe(0);
  });

  it('is forgotten with the message it was learned from', async () => {
    const { userFacts } = opened().stores;
    const teamId = newTeam();
    const one = await userFacts.put(teamId, 'U1', fact('one'));
    const two = await userFacts.put(teamId, 'U2', fact('two'));
    await userFacts.put(teamId, 'U1', fact('later', '', [{ channelId: 'D1', ts: '102.0' }]));
    await userFacts.put(teamId, 'U1', fact('elsewhere', '', [{ channelId: 'D2', ts: '101.0' }]));
    await userFacts.put(teamId, 'U1', fact('unknown', '', []));
    const both = await userFacts.put(teamId, 'U3', fact('both', '', [{ channelId: 'D1', ts: '99.0' }, FROM]));
    await userFacts.put(teamId, 'U1', fact('moved'));
    await userFacts.put(teamId, 'U1', fact('moved', '', [{ channelId: 'D1', ts: '103.0' }]));
    const forgotten = await userFacts.forgetFrom(teamId, FROM);
    expect(forgotten).toHaveLength(3);
    expect(forgotten).toEqual(expect.arrayContaining([one, two, both]));
    expect(await userFacts.forgetFrom(teamId, FROM)).toEqual([]);
    expect(await userFacts.count(teamId, 'U1')).toBe(4);
  });
});
