import { expect, it } from 'vitest';
import type { Project } from '../../src/domain/project.ts';
import { milestone, project, UNKNOWN } from './builders.ts';
import { atOnce, describeStores, newTeam, refusal } from './drivers.ts';

describeStores('projects', (opened) => {
  it('keeps a project and finds it by its channel and its id', async () => {
    const { projects } = opened().stores;
    const teamId = newTeam();
    const made = await projects.create(project(teamId, { purpose: 'Give a talk' }));
    expect(made).toEqual({
      ...project(teamId, { purpose: 'Give a talk' }),
      id: expect.stringMatching(/^[0-9a-f]{24}$/u),
      state: 'active',
      archiveReason: null,
      cardTs: null,
      createdAt: expect.any(Date),
    });
    expect(await projects.findByChannel(teamId, 'C1')).toEqual(made);
    expect(await projects.findById(made)).toEqual(made);
    expect(await projects.findByChannel(teamId, 'C2')).toBeNull();
  });

  it('gives a channel one project when twenty ask at once, and tells the others what to do', async () => {
    const teamId = newTeam();
    const outcomes = await atOnce(opened(), 20, ({ projects }, n) =>
      projects.create(project(teamId, { name: `Talk ${n}` })).catch((error: unknown) => error),
    );
    const refused = outcomes.filter((one) => one instanceof Error);
    const held = await opened().stores.projects.findByChannel(teamId, 'C1');
    expect(refused).toHaveLength(19);
    for (const error of refused) {
      const message = `This channel is already the project “${held?.name}”. Use /project to change it.`;
      expect(error).toMatchObject({ code: 'project_exists', message });
    }
  });

  it('lists the projects of channels by name and leaves out channels without one', async () => {
    const { projects } = opened().stores;
    const teamId = newTeam();
    for (const [channelId, name] of [
      ['C1', 'Zebra'],
      ['C2', 'apple'],
      ['C3', 'Mango'],
      ['C4', 'Kiwi'],
    ] as const) {
      await projects.create(project(teamId, { channelId, name }));
    }
    const names = (await projects.listByChannels(teamId, ['C1', 'C2', 'C3', 'C9'])).map((one) => one.name);
    expect(names).toEqual(['apple', 'Mango', 'Zebra']);
    expect(await projects.listByChannels(teamId, [])).toEqual([]);
  });

  it('finds several by their ids and leaves out those that are not there', async () => {
    const { projects } = opened().stores;
    const teamId = newTeam();
    const one = await projects.create(project(teamId));
    const two = await projects.create(project(teamId, { channelId: 'C2' }));
    const other = await projects.create(project(newTeam()));
    const found = await projects.findMany(teamId, [two.id, UNKNOWN, one.id, 'none', other.id, one.id]);
    expect(found.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual([one, two]);
    expect(await projects.findMany(teamId, [])).toEqual([]);
  });

  it('changes only what is given', async () => {
    const { projects } = opened().stores;
    const teamId = newTeam();
    const made = await projects.create(project(teamId));
    expect(await projects.change(made, { name: 'Keynote', cardTs: '1.0' })).toEqual({
      ...made,
      name: 'Keynote',
      cardTs: '1.0',
    });
    expect(await projects.change(made, {})).toMatchObject({ name: 'Keynote' });
    expect(await projects.change({ teamId, id: UNKNOWN }, { name: 'None' })).toBeNull();
  });

  it('archives the project of a channel with the reason, and brings it back', async () => {
    const { projects } = opened().stores;
    const teamId = newTeam();
    await projects.create(project(teamId));
    const archived = { state: 'archived', archiveReason: 'bot_removed' };
    expect(await projects.setArchived(teamId, 'C1', 'bot_removed')).toMatchObject(archived);
    expect(await projects.findByChannel(teamId, 'C1')).toMatchObject(archived);
    expect(await projects.setArchived(teamId, 'C1', null)).toMatchObject({
      state: 'active',
      archiveReason: null,
    });
    expect(await projects.setArchived(teamId, 'C9', null)).toBeNull();
  });
});

describeStores('projects that are taken out of use', (opened) => {
  it('are archived as removed until someone brings them back, whatever happens to their channel', async () => {
    const { projects } = opened().stores;
    const teamId = newTeam();
    const made = await projects.create(project(teamId));
    const removed = { ...made, state: 'archived', archiveReason: 'removed' };
    expect(await projects.setRemoved(made, true)).toEqual(removed);
    expect(await projects.setArchived(teamId, 'C1', 'bot_removed')).toEqual(removed);
    expect(await projects.setArchived(teamId, 'C1', null)).toEqual(removed);
    expect(await projects.setRemoved(made, true)).toEqual(removed);
    expect(await projects.setRemoved(made, false)).toEqual(made);
    expect(await projects.findById(made)).toEqual(made);
    expect(await projects.setRemoved({ teamId, id: UNKNOWN }, true)).toBeNull();
  });

  it('are listed with the others, newest first, page by page', async () => {
    const { projects } = opened().stores;
    const teamId = newTeam();
    const made: Project[] = [];
    for (let n = 0; n < 5; n += 1)
      made.unshift(await projects.create(project(teamId, { channelId: `C${n}` })));
    const [newest] = made;
    if (newest === undefined) throw new Error('No project was made.');
    await projects.setRemoved(newest, true);
    const first = await projects.list(teamId, null, 2);
    expect(first).toEqual([{ ...newest, state: 'archived', archiveReason: 'removed' }, made[1]]);
    expect(await projects.list(teamId, first[1]?.id ?? '', 2)).toEqual(made.slice(2, 4));
    expect(await projects.list(teamId, made[3]?.id ?? '', 2)).toEqual(made.slice(4));
    expect(await projects.list(teamId, made[4]?.id ?? '', 2)).toEqual([]);
    expect(await projects.list(newTeam(), null, 9)).toEqual([]);
  });
});

describeStores('milestones', (opened) => {
  it('of one origin are one, also when ten calls come at once', async () => {
    const teamId = newTeam();
    const made = await atOnce(opened(), 10, ({ milestones }) =>
      milestones.create([milestone(teamId, { origin: 'api:1' })]),
    );
    expect(new Set(made.flat().map((one) => one.id)).size).toBe(1);
    const { milestones } = opened().stores;
    await milestones.create([milestone(teamId, { origin: 'api:2' })]);
    expect(await milestones.listByProject(teamId, UNKNOWN)).toHaveLength(2);
    expect(await milestones.listByProject(teamId, UNKNOWN)).toContainEqual(made[0]?.[0]);
  });

  it('adds milestones at the end, in the order given', async () => {
    const { milestones } = opened().stores;
    const teamId = newTeam();
    const [first] = await milestones.create(
      ['Outline', 'Slides'].map((title) => milestone(teamId, { title })),
    );
    const [dated] = await milestones.create([milestone(teamId, { title: 'Rehearsal', dueOn: '2027-03-01' })]);
    expect(dated).toMatchObject({ order: 3, dueOn: '2027-03-01' });
    expect((await milestones.listByProject(teamId, UNKNOWN)).map((one) => one.title)).toEqual([
      'Outline',
      'Slides',
      'Rehearsal',
    ]);
    expect(first).toEqual({
      ...milestone(teamId),
      id: expect.stringMatching(/^[0-9a-f]{24}$/u),
      cardTs: null,
      order: 1,
      dueOn: null,
      state: 'open',
      createdAt: expect.any(Date),
    });
  });

  it('keeps every milestone when several people add some at once, and lists them the same way every time', async () => {
    const { milestones } = opened().stores;
    const teamId = newTeam();
    await atOnce(opened(), 20, (stores, n) =>
      stores.milestones.create([milestone(teamId, { title: `Part ${n}` })]),
    );
    const listed = await milestones.listByProject(teamId, UNKNOWN);
    expect(new Set(listed.map((one) => one.title)).size).toBe(20);
    expect(listed).toEqual([...listed].sort((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1)));
  });

  it('binds a thread to one milestone when twenty adopt it at once', async () => {
    const teamId = newTeam();
    const outcomes = await atOnce(opened(), 20, ({ milestones }, n) =>
      milestones
        .create([milestone(teamId, { threadTs: '5.0', title: `Part ${n}` })])
        .catch((error: unknown) => error),
    );
    const held = await opened().stores.milestones.findByThread(teamId, 'C1', '5.0');
    const refused = outcomes.filter((one) => one instanceof Error);
    expect(refused).toHaveLength(19);
    for (const error of refused) {
      const message = `This thread is already the milestone “${held?.title}”. Use the buttons on its card to change it.`;
      expect(error).toMatchObject({ code: 'thread_is_milestone', message });
    }
    expect(await opened().stores.milestones.listByProject(teamId, UNKNOWN)).toEqual([held]);
  });

  it('adds all of several milestones or none', async () => {
    const { milestones } = opened().stores;
    const teamId = newTeam();
    await milestones.create([milestone(teamId, { threadTs: '5.0' })]);
    const news = [milestone(teamId), milestone(teamId, { threadTs: '5.0' }), milestone(teamId)];
    expect(await refusal(milestones.create(news))).toMatchObject({ code: 'thread_is_milestone' });
    expect(await milestones.listByProject(teamId, UNKNOWN)).toHaveLength(1);
    expect(await milestones.create([])).toEqual([]);
  });

  it('holds any number of milestones without a thread, and the same thread ts in two channels', async () => {
    const { milestones } = opened().stores;
    const teamId = newTeam();
    await milestones.create([milestone(teamId), milestone(teamId), milestone(teamId, { threadTs: '5.0' })]);
    const [other] = await milestones.create([milestone(teamId, { threadTs: '5.0', channelId: 'C2' })]);
    expect(await milestones.findByThread(teamId, 'C2', '5.0')).toEqual(other);
    expect(await milestones.findByThread(teamId, 'C1', '6.0')).toBeNull();
  });

  it('changes a milestone, but not to a thread that is another one', async () => {
    const { milestones } = opened().stores;
    const teamId = newTeam();
    const [one, two] = await milestones.create([
      milestone(teamId),
      milestone(teamId, { threadTs: '5.0', title: 'Slides' }),
    ]);
    const ref = { teamId, id: one?.id ?? '' };
    const change = { threadTs: '4.0', cardTs: '4.0', dueOn: '2026-05-01', state: 'done', order: 9 } as const;
    expect(await milestones.change(ref, change)).toEqual({ ...one, ...change });
    expect(await milestones.change(ref, { threadTs: '4.0' })).toMatchObject({ threadTs: '4.0' });
    expect(await refusal(milestones.change(ref, { threadTs: '5.0' }))).toMatchObject({
      code: 'thread_is_milestone',
      message: 'This thread is already the milestone “Slides”. Use the buttons on its card to change it.',
    });
    expect(await milestones.listByProject(teamId, UNKNOWN)).toEqual([two, { ...one, ...change }]);
  });

  it('finds several by their ids and leaves out those that are not there', async () => {
    const { milestones } = opened().stores;
    const teamId = newTeam();
    const made = await milestones.create([milestone(teamId), milestone(teamId)]);
    const [other] = await milestones.create([milestone(newTeam())]);
    const ids = [UNKNOWN, 'none', other?.id ?? '', ...made.map((one) => one.id)];
    const found = await milestones.findMany(teamId, [...ids, ...ids]);
    expect(found.sort((a, b) => (a.id < b.id ? -1 : 1))).toEqual(made);
    expect(await milestones.findMany(teamId, [])).toEqual([]);
  });

  it('removes a milestone, also twice', async () => {
    const { milestones } = opened().stores;
    const teamId = newTeam();
    const [made] = await milestones.create([milestone(teamId, { threadTs: '5.0' })]);
    const ref = { teamId, id: made?.id ?? '' };
    await milestones.remove(ref);
    await milestones.remove(ref);
    expect(await milestones.findById(ref)).toBeNull();
    expect(await milestones.findByThread(teamId, 'C1', '5.0')).toBeNull();
  });
});
