import { afterEach, describe, expect, it, vi } from 'vitest';
import { bot, CLOCK } from '../../src/domain/actor.ts';
import { ANNA, BOT, task, UNKNOWN } from './builders.ts';
import { atOnce, describeServer, describeStores, eventually } from './drivers.ts';
import { change, taskIn } from './task-steps.ts';

const MINUTE = 60_000;

describeStores('claims', (opened) => {
  it('go to one of ten holders that want the same ready task at once', async () => {
    const { tasks } = opened().stores;
    const ready = await taskIn(tasks, 'ready');
    const outcomes = await atOnce(opened(), 10, (stores, n) =>
      stores.tasks.claim(ready, n < 5 ? BOT : bot(`K${n}`, `$bot ${n}`), `$worker ${n}`, MINUTE),
    );
    const won = outcomes.filter((one) => one !== null);
    expect(won).toHaveLength(1);
    const [claimed] = won;
    const holder = claimed?.lease?.holder;
    expect(claimed).toEqual({
      ...{ ...ready, status: 'in_progress', revision: 3, unsettled: true, statusSince: expect.any(Date) },
      lease: { holder, worker: expect.stringMatching(/^\$worker \d$/u), until: expect.any(Date) },
      lastChange: {
        ...{ revision: 3, by: holder, what: 'claimed', from: 'ready', to: 'in_progress', version: null },
        at: expect.any(Date),
      },
    });
    expect(await tasks.findById(ready)).toEqual(claimed);
  });

  it('last as long as was asked for', async () => {
    const { tasks } = opened().stores;
    const claimed = await tasks.claim(await taskIn(tasks, 'ready'), BOT, '', MINUTE);
    const { lease, lastChange } = claimed ?? {};
    expect((lease?.until?.getTime() ?? 0) - (lastChange?.at.getTime() ?? 0)).toBe(MINUTE);
  });

  it('are prolonged by their holder without a change', async () => {
    const { tasks } = opened().stores;
    const claimed = await tasks.claim(await taskIn(tasks, 'ready'), BOT, 'one', MINUTE);
    if (claimed === null) throw new Error('A ready task was not to be had.');
    await tasks.settled(claimed);
    const prolonged = await tasks.claim(claimed, { ...BOT, name: 'Renamed' }, 'one', 60 * MINUTE);
    const lease = { ...claimed.lease, until: expect.any(Date) };
    expect(prolonged).toEqual({ ...claimed, unsettled: false, lease });
    expect(prolonged?.lease?.until?.getTime()).toBeGreaterThan(claimed.lease?.until?.getTime() ?? 0);
    expect(await tasks.findById(claimed)).toEqual(prolonged);
  });

  it('are refused to others while they hold, to another worker of the same bot as well', async () => {
    const { tasks } = opened().stores;
    const claimed = await tasks.claim(await taskIn(tasks, 'ready'), BOT, 'one', MINUTE);
    if (claimed === null) throw new Error('A ready task was not to be had.');
    expect(await tasks.claim(claimed, BOT, 'two', MINUTE)).toBeNull();
    expect(await tasks.claim(claimed, bot('K2', BOT.name), 'one', MINUTE)).toBeNull();
    expect(await tasks.claim(claimed, ANNA, 'one', null)).toBeNull();
    expect(await tasks.endLease(claimed)).toBeNull();
    expect(await tasks.findById(claimed)).toEqual(claimed);
  });

  it('can be taken over once they have ended, and go on with the same work', async () => {
    const { tasks } = opened().stores;
    const claimed = await tasks.claim(await taskIn(tasks, 'ready'), BOT, 'one', 1);
    if (claimed === null) throw new Error('A ready task was not to be had.');
    const taken = await eventually(() => tasks.claim(claimed, ANNA, '', null));
    expect(taken).toEqual({
      ...{ ...claimed, revision: 4, lease: { holder: ANNA, worker: '', until: null } },
      lastChange: {
        ...{ revision: 4, by: ANNA, what: 'claimed', from: 'in_progress', to: 'in_progress', version: null },
        at: expect.any(Date),
      },
    });
    expect(await tasks.claim(claimed, BOT, 'one', MINUTE)).toBeNull();
    expect(await tasks.findById(claimed)).toEqual(taken);
  });

  it('go to one of ten that take over the same ended one', async () => {
    const { tasks } = opened().stores;
    const claimed = await tasks.claim(await taskIn(tasks, 'ready'), BOT, '', 1);
    if (claimed === null) throw new Error('A ready task was not to be had.');
    const won = await eventually(async () => {
      const outcomes = await atOnce(opened(), 10, (stores, n) =>
        stores.tasks.claim(claimed, BOT, `worker ${n}`, MINUTE),
      );
      const taken = outcomes.filter((one) => one !== null);
      return taken.length === 0 ? null : taken;
    });
    expect(won).toHaveLength(1);
  });

  it('may be prolonged after their end while nobody else has taken the task', async () => {
    const { tasks } = opened().stores;
    const claimed = await tasks.claim(await taskIn(tasks, 'ready'), BOT, '', 1);
    if (claimed === null) throw new Error('A ready task was not to be had.');
    expect(await tasks.claim(claimed, BOT, '', MINUTE)).toMatchObject({ revision: claimed.revision });
    expect(await tasks.endLease(claimed)).toBeNull();
  });

  it('end by the clock, once, and the task is ready again', async () => {
    const { tasks } = opened().stores;
    const claimed = await tasks.claim(await taskIn(tasks, 'ready'), BOT, '', 1);
    if (claimed === null) throw new Error('A ready task was not to be had.');
    const ended = await eventually(async () => {
      const outcomes = await atOnce(opened(), 4, (stores) => stores.tasks.endLease(claimed));
      const ends = outcomes.filter((one) => one !== null);
      return ends.length === 0 ? null : ends;
    });
    expect(ended).toEqual([
      {
        ...{ ...claimed, status: 'ready', lease: null, revision: 4, statusSince: expect.any(Date) },
        lastChange: {
          ...{ revision: 4, by: CLOCK, what: 'lease_ended', from: 'in_progress', to: 'ready', version: null },
          at: expect.any(Date),
        },
      },
    ]);
    expect(await tasks.endLease(claimed)).toBeNull();
    expect(await tasks.endLease({ ...claimed, id: UNKNOWN })).toBeNull();
  });

  it('of people never end by themselves, nor does work without a lease', async () => {
    const { tasks } = opened().stores;
    const started = await tasks.claim(await taskIn(tasks, 'ready'), ANNA, '', null);
    const byHand = await taskIn(tasks, 'in_progress');
    if (started === null) throw new Error('A ready task was not to be had.');
    expect(started.lease).toEqual({ holder: ANNA, worker: '', until: null });
    expect(byHand.lease).toBeNull();
    for (const held of [started, byHand]) {
      expect(await tasks.endLease(held)).toBeNull();
      expect(await tasks.claim(held, BOT, '', MINUTE)).toBeNull();
    }
    expect(await tasks.claim(started, ANNA, '', null)).toEqual(started);
  });

  it.each(['planning', 'backlog', 'done', 'cancelled'] as const)('are refused in %s', async (status) => {
    const { tasks } = opened().stores;
    const idle = await taskIn(tasks, status);
    expect(await tasks.claim(idle, BOT, '', MINUTE)).toBeNull();
    expect(await tasks.findById(idle)).toEqual(idle);
  });

  it('are refused to those who read the task before its last change', async () => {
    const { tasks } = opened().stores;
    const ready = await taskIn(tasks, 'ready');
    await change(tasks, ready, { title: 'Other' });
    expect(await tasks.claim(ready, BOT, '', MINUTE)).toBeNull();
  });
});

describe('a process whose clock is wrong by years', () => {
  afterEach(() => {
    vi.useRealTimers();
  });
  describeServer('tasks', (opened) => {
    for (const now of [new Date('2001-01-01T00:00:00Z'), new Date('2101-01-01T00:00:00Z')]) {
      it(`gives tasks the times of the server in ${now.getUTCFullYear()}`, async () => {
        const { tasks } = opened().stores;
        const before = await taskIn(tasks, 'ready');
        const held = await tasks.claim(await taskIn(tasks, 'ready'), BOT, '', 60 * MINUTE);
        const { teamId } = before;
        vi.useFakeTimers({ toFake: ['Date'], now });
        const after = await taskIn(tasks, 'ready', task(teamId));
        expect(after.statusSince.getTime()).toBeGreaterThanOrEqual(before.statusSince.getTime());
        expect(after.createdAt.getTime()).toBeGreaterThanOrEqual(before.createdAt.getTime());
        expect(after.lastChange.at.getTime()).toBeLessThan(before.lastChange.at.getTime() + 60 * MINUTE);
        expect(await tasks.list({ teamId, status: 'ready', limit: 9 })).toEqual([before, after]);
        expect(await tasks.listUnsettled(teamId, 60 * MINUTE, 9)).toEqual([]);
        if (held === null) throw new Error('A ready task was not to be had.');
        expect(await tasks.endLease(held)).toBeNull();
        expect(await tasks.claim(held, ANNA, '', null)).toBeNull();
      });
    }
  });
});
