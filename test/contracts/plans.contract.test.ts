import { expect, it } from 'vitest';
import { BOT, offer, stamp, UNKNOWN } from './builders.ts';
import { atOnce, describeStores, newTeam } from './drivers.ts';

const OTHER = 'e'.repeat(24);
/** A version with the text that was offered. */
const made = (version: number) => ({ stamp: stamp(version), text: null });
const items = [
  { text: 'Write', done: true },
  { text: '$where', done: false },
];

describeStores('plans', (opened) => {
  it('are offered once for each key, also when twenty calls come at once', async () => {
    const { plans } = opened().stores;
    const ref = { teamId: newTeam(), id: UNKNOWN };
    const offered = await atOnce(opened(), 20, (stores) => stores.plans.offer(offer(ref)));
    expect(offered).toEqual(Array(20).fill({ applied: false }));
    expect(await plans.find(ref, 1)).toBeNull();
    expect(await plans.list(ref, 9)).toEqual([]);
    await plans.apply(ref, 'p1', made(1), []);
    expect(await plans.list(ref, 9)).toHaveLength(1);
    expect(await plans.offer(offer(ref))).toEqual({ applied: true });
    expect(await plans.offer(offer(ref, { key: 'p2' }))).toEqual({ applied: false });
  });

  it('become a version with what was offered, its stamp and the checklist as it is kept', async () => {
    const { plans } = opened().stores;
    const ref = { teamId: newTeam(), id: UNKNOWN };
    const { text } = offer(ref);
    await plans.offer(offer(ref));
    await plans.apply(ref, 'p1', made(1), items);
    const version = { ...stamp(1), teamId: ref.teamId, taskId: ref.id, text, checklist: items };
    expect(await plans.find(ref, 1)).toEqual(version);
    expect(await plans.find(ref, 2)).toBeNull();
    expect(await plans.find(ref, 0)).toBeNull();
    expect(await plans.find({ ...ref, id: OTHER }, 1)).toBeNull();
  });

  it('stay the version they became when that is said again, by ten at once as well', async () => {
    const { plans } = opened().stores;
    const ref = { teamId: newTeam(), id: UNKNOWN };
    await plans.offer(offer(ref));
    await atOnce(opened(), 10, (stores) => stores.plans.apply(ref, 'p1', made(1), items));
    await plans.apply(ref, 'p1', made(7), []);
    expect(await plans.list(ref, 9)).toEqual([stamp(1)]);
    expect(await plans.find(ref, 1)).toMatchObject({ checklist: items });
    await plans.apply(ref, 'unknown', made(2), []);
    expect(await plans.list(ref, 9)).toEqual([stamp(1)]);
  });

  it('are no version when they changed the checklist alone', async () => {
    const { plans } = opened().stores;
    const ref = { teamId: newTeam(), id: UNKNOWN };
    for (const key of ['p1', 'p2']) {
      await plans.offer(offer(ref, { key, text: null, hash: '', checklist: items }));
      await plans.apply(ref, key, null, items);
      expect(await plans.offer(offer(ref, { key }))).toEqual({ applied: true });
    }
    expect(await plans.list(ref, 9)).toEqual([]);
    expect(await plans.find(ref, 0)).toBeNull();
  });

  it('take the text of the version before where a checklist alone was offered', async () => {
    const { plans } = opened().stores;
    const ref = { teamId: newTeam(), id: UNKNOWN };
    await plans.offer(offer(ref, { text: null, checklist: items }));
    expect(await plans.offeredText(ref, 'p1')).toBeNull();
    await plans.apply(ref, 'p1', { stamp: stamp(2), text: 'As before.' }, items);
    expect(await plans.find(ref, 2)).toMatchObject({ text: 'As before.', checklist: items });
    await plans.offer(offer(ref, { key: 'p2', text: 'Offered.' }));
    expect(await plans.offeredText(ref, 'p2')).toBe('Offered.');
  });

  it('may leave the checklist as it is', async () => {
    const { plans } = opened().stores;
    const ref = { teamId: newTeam(), id: UNKNOWN };
    await plans.offer(offer(ref, { checklist: null }));
    await plans.apply(ref, 'p1', made(1), items);
    expect(await plans.find(ref, 1)).toMatchObject({ checklist: items });
  });

  it('are listed newest first and without their texts, the current ones of several tasks with them', async () => {
    const { plans } = opened().stores;
    const ref = { teamId: newTeam(), id: UNKNOWN };
    const other = { ...ref, id: OTHER };
    for (const version of [1, 2, 3, 10, 11]) {
      const key = `p${version}`;
      await plans.offer(offer(ref, { key, text: `Text ${version}`, hash: `hash ${version}` }));
      await plans.apply(ref, key, made(version), []);
    }
    await plans.offer(offer(other, { text: 'Another', by: BOT }));
    await plans.apply(other, 'p1', made(1), []);
    expect(await plans.list(ref, 9)).toEqual([11, 10, 3, 2, 1].map((version) => stamp(version)));
    expect(await plans.list(ref, 2)).toEqual([stamp(11), stamp(10)]);
    const found = await plans.findMany(ref.teamId, [
      { taskId: ref.id, version: 11 },
      { taskId: OTHER, version: 1 },
      { taskId: OTHER, version: 11 },
    ]);
    expect(found.map((one) => one.text).sort()).toEqual(['Another', 'Text 11']);
    expect(await plans.findMany(ref.teamId, [])).toEqual([]);
  });

  it('keep every character of the longest text there may be', async () => {
    const { plans } = opened().stores;
    const ref = { teamId: newTeam(), id: UNKNOWN };
    const text = `$set: "a.b"\u0000\n${'𝕏ß\t'.repeat(66_667)}`.slice(0, 266_000);
    const longest = `${text}${'z'.repeat(200_000 - Array.from(text).length)}`;
    expect(Array.from(longest)).toHaveLength(200_000);
    await plans.offer(offer(ref, { text: longest }));
    await plans.apply(ref, 'p1', made(1), []);
    expect((await plans.find(ref, 1))?.text === longest).toBe(true);
    const [found] = await plans.findMany(ref.teamId, [{ taskId: ref.id, version: 1 }]);
    expect(found?.text === longest).toBe(true);
  });
});
