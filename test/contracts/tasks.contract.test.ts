import { expect, it } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import type { TaskStore } from '../../src/ports/tasks.ts';
import { ANNA, BOT, eventOf, stamp, task, UNKNOWN } from './builders.ts';
import { atOnce, describeStores, eventually, newTeam } from './drivers.ts';
import { change, edited, taskIn } from './task-steps.ts';

const M1 = '1'.repeat(24);
const MINUTE = 60_000;

const ids = (list: Task[]): string[] => list.map((one) => one.id);

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
      ...{
        status: 'planning',
        plan: null,
        checklist: [],
        feedback: 0,
        lastFeedback: null,
        lease: null,
        doneBy: null,
        doneWorker: '',
      },
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
