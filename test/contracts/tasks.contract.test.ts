import { afterEach, describe, expect, it, vi } from 'vitest';
import { bot, CLOCK } from '../../src/domain/actor.ts';
import type { Task, TaskStatus } from '../../src/domain/task.ts';
import type { TaskQuery, TaskStore } from '../../src/ports/tasks.ts';
import { ANNA, BOT, eventOf, stamp, task, UNKNOWN } from './builders.ts';
import { atOnce, describeServer, describeStores, eventually, newTeam } from './drivers.ts';

const M1 = '1'.repeat(24);
const MINUTE = 60_000;
const moved = { by: ANNA, what: 'moved', version: null } as const;
const edited = { by: ANNA, what: 'edited', version: null } as const;

/** A change that nobody else makes at the same time. */
async function change(tasks: TaskStore, to: Task, wanted: Parameters<TaskStore['change']>[1]): Promise<Task> {
  const changed = await tasks.change(to, wanted, wanted.status === undefined ? edited : moved);
  if (changed === null) throw new Error('The task was changed by another call.');
  return changed;
}

async function taskIn(tasks: TaskStore, status: TaskStatus, news = task(newTeam())): Promise<Task> {
  const made = (await tasks.create(news)).task;
  return status === 'planning' ? made : change(tasks, made, { status });
}

const ids = (list: Task[]): string[] => list.map((one) => one.id);

/** The same tasks as a list with a status has them. */
const inOrder = (list: Task[]): Task[] =>
  [...list].sort((a, b) => a.statusSince.getTime() - b.statusSince.getTime() || (a.id < b.id ? -1 : 1));

async function allPages(tasks: TaskStore, query: TaskQuery): Promise<Task[]> {
  const all: Task[] = [];
  for (;;) {
    const last = all.at(-1);
    const page = await tasks.list(last === undefined ? query : { ...query, after: last });
    expect(page.length).toBeLessThanOrEqual(query.limit);
    if (page.length === 0) return all;
    all.push(...page);
  }
}

describeStores('tasks', (opened) => {
  it('begin in planning, with their making as their first change', async () => {
    const { tasks } = opened().stores;
    const news = task(newTeam(), { createdBy: BOT, milestoneId: M1, askedIn: '5.0', origin: 'o' });
    const { task: made, made: isMade } = await tasks.create(news);
    const { origin, ...kept } = news;
    expect(isMade).toBe(true);
    expect(made).toEqual({
      ...kept,
      id: expect.stringMatching(/^[0-9a-f]{24}$/u),
      ...{ status: 'planning', plan: null, checklist: [], feedback: 0, lease: null, doneBy: null },
      ...{ completion: null, revision: 1, unsettled: true },
      lastChange: {
        ...{ revision: 1, by: BOT, what: 'created', from: null, to: 'planning', version: null },
        at: expect.any(Date),
      },
      createdAt: expect.any(Date),
      statusSince: expect.any(Date),
    });
    expect(await tasks.findById(made)).toEqual(made);
  });

  it('are made once for one origin, also when two processes ask for it ten times at once', async () => {
    const teamId = newTeam();
    const made = await atOnce(opened(), 10, ({ tasks }, n) =>
      tasks.create(task(teamId, { origin: 'message 1', title: `Title ${n}` })),
    );
    expect(new Set(made.map((one) => one.task.id)).size).toBe(1);
    expect(made.filter((one) => one.made)).toHaveLength(1);
    const { tasks } = opened().stores;
    const again = await tasks.create(task(teamId, { origin: 'message 1' }));
    expect(again).toEqual({ task: made.find((one) => one.made)?.task, made: false });
    expect(await tasks.list({ teamId, limit: 99 })).toEqual([again.task]);
  });

  it('are new ones each time without an origin', async () => {
    const teamId = newTeam();
    await atOnce(opened(), 10, ({ tasks }) => tasks.create(task(teamId)));
    expect(await opened().stores.tasks.list({ teamId, limit: 99 })).toHaveLength(10);
  });

  it('keep what is written, with the change that made the revision', async () => {
    const { tasks } = opened().stores;
    const made = await taskIn(tasks, 'planning');
    await tasks.settled(made);
    const wanted = {
      ...{ title: '$title', description: '', milestoneId: M1, feedback: 3, completion: 'call 1' },
      ...{ plan: stamp(2), checklist: [{ text: '$one', done: true }], status: 'backlog' as const },
    };
    const planned = await tasks.change(made, wanted, { by: BOT, what: 'planned', version: 2 });
    expect(planned).toEqual({
      ...{ ...made, ...wanted, revision: 2, unsettled: true, statusSince: expect.any(Date) },
      lastChange: {
        ...{ revision: 2, by: BOT, what: 'planned', from: 'planning', to: 'backlog', version: 2 },
        at: expect.any(Date),
      },
    });
    expect(await tasks.findById(made)).toEqual(planned);
  });

  it('change for one of twenty that read the same revision', async () => {
    const { tasks } = opened().stores;
    const made = await taskIn(tasks, 'planning');
    const outcomes = await atOnce(opened(), 20, (stores, n) =>
      stores.tasks.change(made, { title: `Title ${n}` }, edited),
    );
    const won = outcomes.filter((one) => one !== null);
    expect(won).toHaveLength(1);
    expect(await tasks.findById(made)).toEqual(won[0]);
    expect(won[0]).toMatchObject({ revision: 2 });
    expect(await tasks.change({ ...made, id: UNKNOWN }, { title: 'None' }, edited)).toBeNull();
  });

  it('are in their status since they came into it, not since their last change', async () => {
    const { tasks } = opened().stores;
    const made = await taskIn(tasks, 'planning');
    let now = await change(tasks, made, { title: 'Other', status: 'planning' });
    while (now.lastChange.at.getTime() <= made.statusSince.getTime() + 1)
      now = await change(tasks, now, { title: 'Another' });
    expect(now.statusSince).toEqual(made.statusSince);
    const ready = await change(tasks, now, { status: 'ready' });
    expect(ready.statusSince.getTime()).toBeGreaterThan(made.statusSince.getTime());
  });

  it('are unsettled until their newest change is said to be settled', async () => {
    const { tasks } = opened().stores;
    const made = await taskIn(tasks, 'planning');
    const { teamId } = made;
    const changed = await change(tasks, made, { title: 'Other' });
    await tasks.settled(made);
    expect(await tasks.findById(made)).toMatchObject({ unsettled: true });
    expect(ids(await eventually(() => unsettled(tasks, teamId)))).toEqual([made.id]);
    expect(await tasks.listUnsettled(teamId, MINUTE, 9)).toEqual([]);
    await tasks.settled(changed);
    expect(await tasks.findById(made)).toEqual({ ...changed, unsettled: false });
    expect(await tasks.listUnsettled(teamId, 0, 9)).toEqual([]);
    await tasks.settled({ ...made, id: UNKNOWN });
  });

  it('lists no more unsettled tasks than asked for', async () => {
    const { tasks } = opened().stores;
    const teamId = newTeam();
    for (let n = 0; n < 3; n += 1) await taskIn(tasks, 'planning', task(teamId));
    await eventually(async () => ((await unsettled(tasks, teamId))?.length === 3 ? true : null));
    expect(await tasks.listUnsettled(teamId, 0, 2)).toHaveLength(2);
  });

  const unsettled = async (tasks: TaskStore, teamId: string): Promise<Task[] | null> => {
    const found = await tasks.listUnsettled(teamId, 0, 9);
    return found.length === 0 ? null : found;
  };

  it('stay in the project when their milestone is deleted', async () => {
    const { tasks } = opened().stores;
    const teamId = newTeam();
    const inside = await taskIn(tasks, 'planning', task(teamId, { milestoneId: M1 }));
    const other = await taskIn(tasks, 'planning', task(teamId, { milestoneId: UNKNOWN }));
    await tasks.releaseMilestone(teamId, M1);
    await tasks.releaseMilestone(teamId, M1);
    expect(await tasks.findById(inside)).toEqual({ ...inside, milestoneId: null });
    expect(await tasks.findById(other)).toEqual(other);
  });
});

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

describeStores('lists of tasks', (opened) => {
  it('have the newest first when no status is asked for, page by page', async () => {
    const { tasks } = opened().stores;
    const teamId = newTeam();
    const made: Task[] = [];
    for (let n = 0; n < 7; n += 1)
      made.push(await taskIn(tasks, n % 2 === 0 ? 'planning' : 'done', task(teamId)));
    expect(await allPages(tasks, { teamId, limit: 3 })).toEqual(made.reverse());
  });

  it('have those first that came into the status first, and each task on one page', async () => {
    const { tasks } = opened().stores;
    const teamId = newTeam();
    const made = await atOnce(opened(), 40, async (stores, n) =>
      taskIn(stores.tasks, n % 2 === 0 ? 'ready' : 'backlog', task(teamId)),
    );
    const wanted = inOrder(made.filter((one) => one.status === 'ready'));
    for (const limit of [1, 3, 7, 20, 99])
      expect(await allPages(tasks, { teamId, status: 'ready', limit })).toEqual(wanted);
    expect(await tasks.list({ teamId, status: 'ready', skip: 15, limit: 3 })).toEqual(wanted.slice(15, 18));
    expect(await tasks.list({ teamId, skip: 38, limit: 9 })).toHaveLength(2);
  });

  it('can be narrowed to one project, to several and to more than a hundred', async () => {
    const { tasks } = opened().stores;
    const teamId = newTeam();
    const made = await atOnce(opened(), 130, (stores, n) =>
      taskIn(stores.tasks, 'ready', task(teamId, { projectId: `P${n}` })),
    );
    const all = inOrder(made);
    for (const count of [0, 1, 3, 120, 130]) {
      const projectIds = Array.from({ length: count }, (_, n) => `P${n}`);
      const wanted = all.filter((one) => projectIds.includes(one.projectId));
      const query = { teamId, projectIds, limit: 50 };
      expect(await allPages(tasks, { ...query, status: 'ready' })).toEqual(wanted);
      expect(ids(await allPages(tasks, query)).sort()).toEqual(ids(wanted).sort());
    }
    expect(await tasks.list({ teamId, projectIds: ['P1'], status: 'done', limit: 9 })).toEqual([]);
  });

  it('can be narrowed to one milestone, or to what belongs to none', async () => {
    const { tasks } = opened().stores;
    const teamId = newTeam();
    const shared = await taskIn(tasks, 'ready', task(teamId));
    const inside = await taskIn(tasks, 'ready', task(teamId, { milestoneId: M1 }));
    for (const status of [undefined, 'ready'] as const) {
      const query = { teamId, projectIds: [UNKNOWN], ...(status === undefined ? {} : { status }), limit: 9 };
      expect(await tasks.list({ ...query, milestoneId: M1 })).toEqual([inside]);
      expect(await tasks.list({ ...query, milestoneId: null })).toEqual([shared]);
      expect(await tasks.list(query)).toHaveLength(2);
    }
  });

  it('are counted by project and status, and by milestone when that is asked for', async () => {
    const { tasks } = opened().stores;
    const teamId = newTeam();
    for (const [projectId, milestoneId, status] of [
      ['P1', null, 'planning'],
      ['P1', M1, 'planning'],
      ['P1', M1, 'done'],
      ['P2', null, 'planning'],
      ['P3', null, 'planning'],
    ] as const) {
      await taskIn(tasks, status, task(teamId, { projectId, milestoneId }));
    }
    const counted = async (byMilestone: boolean) =>
      (await tasks.count(teamId, ['P1', 'P2', 'P9'], byMilestone))
        .map((one) => `${one.projectId} ${one.milestoneId} ${one.status} ${one.count}`)
        .sort();
    expect(await counted(false)).toEqual(['P1 null done 1', 'P1 null planning 2', 'P2 null planning 1']);
    expect(await counted(true)).toEqual([
      `P1 ${M1} done 1`,
      `P1 ${M1} planning 1`,
      'P1 null planning 1',
      'P2 null planning 1',
    ]);
    expect(await tasks.count(teamId, [], true)).toEqual([]);
  });
});

describeStores('the history of a task', (opened) => {
  it('has one line for each revision, whoever writes it how often, oldest first', async () => {
    const { tasks } = opened().stores;
    const ref = { teamId: newTeam(), id: UNKNOWN };
    const lines = [1, 2, 3, 4, 5].map((revision) => eventOf({ revision, by: revision === 3 ? BOT : ANNA }));
    const [, second] = lines;
    for (const line of [...lines].reverse()) await tasks.addEvent(ref, line);
    await tasks.addEvent(ref, { ...second, ...eventOf({ what: 'feedback' }) });
    expect(await tasks.listEvents(ref, 0, 99)).toEqual(lines);
    expect(await tasks.listEvents(ref, 0, 2)).toEqual(lines.slice(0, 2));
    expect(await tasks.listEvents(ref, 2, 2)).toEqual(lines.slice(2, 4));
    expect(await tasks.listEvents(ref, 5, 2)).toEqual([]);
  });

  it('has one line when twenty write it at once', async () => {
    const ref = { teamId: newTeam(), id: UNKNOWN };
    for (let revision = 1; revision <= 5; revision += 1) {
      await atOnce(opened(), 20, (stores) => stores.tasks.addEvent(ref, eventOf({ revision })));
    }
    expect(await opened().stores.tasks.listEvents(ref, 0, 99)).toHaveLength(5);
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
