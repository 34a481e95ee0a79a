import { expect, it } from 'vitest';
import { FencedError } from '../../src/ports/jobs.ts';
import { UNKNOWN } from './builders.ts';
import { atOnce, describeStores, newTeam, refusal } from './drivers.ts';

describeStores('deliveries', (opened) => {
  it('is fresh to one of twenty that begin it at once', async () => {
    const teamId = newTeam();
    const begun = await atOnce(opened(), 20, ({ deliveries }) => deliveries.begin(teamId, 'answer:1:0', 1));
    expect(begun.filter((one) => one.fresh)).toHaveLength(1);
    expect(new Set(begun.map((one) => one.id)).size).toBe(1);
    expect(begun[0]).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f]{24}$/u),
      state: 'sending',
      ts: null,
    });
  });

  it('keeps the first ts it was sent under', async () => {
    const { deliveries } = opened().stores;
    const teamId = newTeam();
    const { id } = await deliveries.begin(teamId, 'answer:1:0', 1);
    await deliveries.sent(teamId, id, '105.0');
    await deliveries.sent(teamId, id, '106.0');
    await deliveries.sent(teamId, UNKNOWN, '107.0');
    expect(await deliveries.begin(teamId, 'answer:1:0', 2)).toEqual({
      id,
      state: 'sent',
      ts: '105.0',
      fresh: false,
    });
  });

  it('turns a claim away that was overtaken', async () => {
    const { deliveries } = opened().stores;
    const teamId = newTeam();
    await deliveries.begin(teamId, 'answer:1:0', 8);
    expect(await refusal(deliveries.begin(teamId, 'answer:1:0', 7))).toBeInstanceOf(FencedError);
    expect(await deliveries.begin(teamId, 'answer:1:0', 8)).toMatchObject({ fresh: false });
    expect(await deliveries.begin(teamId, 'answer:1:1', 7)).toMatchObject({ fresh: true });
  });
});

describeStores('people', (opened) => {
  it('remembers people and follows their changes', async () => {
    const { people } = opened().stores;
    const teamId = newTeam();
    const ada = { userId: 'U1', name: 'Ada', guest: false, outsider: false };
    const bob = { userId: 'U2', name: 'Bob', guest: true, outsider: false };
    await people.keep(teamId, bob);
    await atOnce(opened(), 20, (stores) => stores.people.keep(teamId, ada));
    expect(await people.findMany(teamId, ['U2', 'U1', 'U9', 'U1'])).toEqual([ada, bob]);
    await people.keep(teamId, { ...bob, name: 'Robert', outsider: true });
    expect(await people.findMany(teamId, ['U2'])).toEqual([{ ...bob, name: 'Robert', outsider: true }]);
    expect(await people.findMany(teamId, [])).toEqual([]);
  });
});
