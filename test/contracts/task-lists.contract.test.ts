import { expect, it } from 'vitest';
import { person } from '../../src/domain/actor.ts';
import type { Task } from '../../src/domain/task.ts';
import type { TaskQuery, TaskStore } from '../../src/ports/tasks.ts';
import { ANNA, BOT, task, UNKNOWN } from './builders.ts';
import { atOnce, describeStores, newTeam } from './drivers.ts';
import { taskIn } from './task-steps.ts';

const M1 = '1'.repeat(24);

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

  it('are counted by place and status, or by status alone', async () => {
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
    const places = (await tasks.count(teamId, ['P1', 'P2', 'P9'])).map(
      (one) => `${one.projectId} ${one.milestoneId} ${one.status} ${one.count}`,
    );
    expect(places.sort()).toEqual([
      `P1 ${M1} done 1`,
      `P1 ${M1} planning 1`,
      'P1 null planning 1',
      'P2 null planning 1',
    ]);
    const statuses = await tasks.countByStatus(teamId, ['P1', 'P2', 'P9']);
    expect(statuses.map(({ status, count }) => `${status} ${count}`).sort()).toEqual([
      'done 1',
      'planning 3',
    ]);
    expect(await tasks.countByStatus(teamId, [])).toEqual([]);
    expect(await tasks.count(teamId, [])).toEqual([]);
  });

  it('have what a person asked for or works on and is not over, newest first', async () => {
    const { tasks } = opened().stores;
    const teamId = newTeam();
    const add = (status: Task['status'], createdBy = ANNA, projectId = 'P1') =>
      taskIn(tasks, status, task(teamId, { createdBy, projectId }));
    const asked = await add('backlog');
    for (const status of ['done', 'cancelled'] as const) await add(status);
    await add('planning', ANNA, 'P3');
    await add('planning', person('U2'));
    await add('planning', { ...BOT, id: 'U1' });
    const held = await tasks.claim(await add('ready', person('U2'), 'P2'), ANNA, '', null);
    await tasks.claim(await add('ready', person('U2')), { ...BOT, id: 'U1' }, '', null);
    const both = await tasks.claim(await add('ready'), ANNA, '', null);
    expect(await tasks.listOwn(teamId, 'U1', ['P1', 'P2'], 9)).toEqual([both, held, asked]);
    expect(await tasks.listOwn(teamId, 'U1', ['P1', 'P2'], 2)).toEqual([both, held]);
    expect(await tasks.listOwn(teamId, 'U1', ['P2'], 9)).toEqual([held]);
    expect(await tasks.listOwn(teamId, 'U1', [], 9)).toEqual([]);
    const many = Array.from({ length: 120 }, (_, n) => `P${n}`);
    expect(await tasks.listOwn(teamId, 'U1', many, 9)).toHaveLength(4);
  });
});
