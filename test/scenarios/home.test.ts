import { describe, expect, it } from 'vitest';
import { FIRST_PAGES } from '../../src/ports/homes.ts';
import { textOf } from '../support/fake-slack/index.ts';
import { fieldsOf, listOf } from '../support/fake-slack/json.ts';
import type { World } from '../support/world.ts';
import { hastyClock, inFreshWorld } from './acting.ts';
import { homeShows, homeText, openHome, planTask, readied, stored, taskWhen } from './planning-acts.ts';

let world: World;
const enter = (fresh: World): void => {
  world = fresh;
};
const options = { env: { PLANNER: 'external' }, overrides: { now: hastyClock() } };

/** A ready task of the channel's project, made without its way through Slack. */
async function addReady(title: string, channel = world.channel, status: 'ready' | 'planning' = 'ready') {
  const { stores, teamId } = world.milepost;
  const project = await stores.projects.findByChannel(teamId, channel);
  const { task } = await stores.tasks.create({
    teamId,
    projectId: project?.id ?? '',
    channelId: channel,
    milestoneId: null,
    title,
    description: '',
    createdBy: { kind: 'person', id: world.anna, name: '' },
    askedIn: null,
    origin: null,
  });
  if (status === 'planning') return task;
  const by = { kind: 'person', id: world.anna, name: '' } as const;
  return stores.tasks.change(task, { status }, { by, what: 'moved', version: null });
}

/** Three projects: Book (anna, ben), Film (anna, ben) and the private Vault (ben). */
async function threeProjects(): Promise<{ film: string; vault: string }> {
  const { slack, anna, ben } = world;
  const film = slack.addChannel({ name: 'film', members: [anna, ben] });
  const vault = slack.addChannel({ name: 'vault', members: [ben], isPrivate: true });
  await world.setUp({ milestones: ['Outline'] });
  await world.setUp({ channel: film, name: 'Film', milestones: ['Script'] });
  await world.setUp({ channel: vault, user: ben, name: 'Vault', milestones: ['Gold'] });
  await addReady('Write chapter');
  await addReady('Draft scene', film, 'planning');
  await addReady('Count the bars', vault);
  return { film, vault };
}

const inOrder = (text: string, words: string[]) =>
  expect(words.map((word) => text.indexOf(word))).toEqual(
    words.map((word) => text.indexOf(word)).toSorted((a, b) => a - b),
  );

const choose = async (user: string, name: string) => {
  const { slack } = world;
  const hash = slack.home(user)?.hash;
  await slack.click({ user, view: 'home', actionId: 'home_filter', optionValue: name });
  await slack.until(() => slack.home(user)?.hash !== hash, 'the Home is drawn anew');
};

describe('The Home', () => {
  inFreshWorld(options, enter);

  it('shows what is ready, then what is planned, then the projects, of the person’s own channels alone', async () => {
    await threeProjects();
    const { anna, ben } = world;
    const text = await openHome(world, anna);
    for (const word of ['Write chapter', 'Draft scene', 'Outline', 'Script']) expect(text).toContain(word);
    inOrder(text, [
      'Ready to be worked on',
      'Write chapter',
      'In planning',
      'Draft scene',
      'Projects',
      'Outline',
    ]);
    expect(text).toContain('ready for');
    for (const word of ['Vault', 'Count the bars', 'Gold'])
      expect(JSON.stringify(world.slack.home(anna))).not.toContain(word);
    expect(await openHome(world, ben)).toContain('Count the bars');
  });

  it('shows nothing of a private channel after its person has left it, and obeys none of its old buttons', async () => {
    const { vault } = await threeProjects();
    const { slack, ben } = world;
    await openHome(world, ben);
    const task = await taskWhen(world, 'Count the bars', 'there', () => true);
    await slack.kick(vault, ben);
    const element = { user: ben, view: 'home', actionId: 'task_start', value: task.id } as const;
    await slack.click(element);
    expect(textOf(slack.modal(ben))).toMatch(/member|channel/u);
    expect((await stored(world, task)).status).toBe('ready');
    const text = await openHome(world, ben);
    for (const word of ['Vault', 'Count the bars', 'Gold']) expect(text).not.toContain(word);
    expect(JSON.stringify(slack.home(ben))).not.toContain(task.projectId);
  });

  it('is narrowed to one project by one person and not by another', async () => {
    await threeProjects();
    const { anna, ben } = world;
    await openHome(world, anna);
    await openHome(world, ben);
    await choose(anna, 'Film');
    expect(homeText(world, anna)).not.toContain('Write chapter');
    expect(homeText(world, anna)).toContain('Draft scene');
    expect(await openHome(world, ben)).toContain('Write chapter');
    expect(await openHome(world, anna)).not.toContain('Write chapter');
    await choose(anna, 'All projects');
    expect(homeText(world, anna)).toContain('Write chapter');
  });

  it('cannot be narrowed to a project of others, whatever its client sends', async () => {
    const { vault } = await threeProjects();
    const { slack, anna, milepost } = world;
    await openHome(world, anna);
    const hidden = await milepost.stores.projects.findByChannel(milepost.teamId, vault);
    const select = (slack.home(anna)?.blocks ?? [])
      .flatMap((block) => listOf(block.elements))
      .find((element) => element.action_id === 'home_filter');
    fieldsOf(listOf(select?.options)[1]).value = hidden?.id;
    await choose(anna, hidden?.id ?? '');
    expect(homeText(world, anna)).toContain('Write chapter');
    expect(homeText(world, anna)).not.toContain('Count the bars');
  });

  it('pages through what is ready, and an emptied last page gives way to the one before', async () => {
    const { slack, anna, milepost } = world;
    await world.setUp({ milestones: ['Outline'] });
    for (let n = 1; n <= 25; n += 1) await addReady(`Task ${String(n).padStart(2, '0')}.`);
    expect(await openHome(world, anna)).toContain('1–8 of 25');
    const next = async () => {
      const hash = slack.home(anna)?.hash;
      await slack.click({ user: anna, view: 'home', actionId: 'home_page:ready:next' });
      await slack.until(() => slack.home(anna)?.hash !== hash, 'the page is turned');
      return homeText(world, anna);
    };
    const second = await next();
    for (const word of ['9–16 of 25', 'Task 09.', 'Task 16.']) expect(second).toContain(word);
    expect(await next()).toContain('Task 17.');
    const last = await next();
    expect(last).toContain('25–25 of 25');
    expect(last).toContain('Task 25.');
    const tasks = await milepost.stores.tasks.list({ teamId: milepost.teamId, status: 'ready', limit: 100 });
    for (const task of tasks.slice(16)) {
      const by = { kind: 'person', id: anna, name: '' } as const;
      await milepost.stores.tasks.change(task, { status: 'backlog' }, { by, what: 'moved', version: null });
    }
    const text = await openHome(world, anna);
    expect(text).toContain('9–16 of 16');
    expect(text).toContain('Task 16.');
    expect(text).not.toContain('Task 17.');
  });

  it('starts and sends back tasks, follows at once, and for others who look at theirs', async () => {
    const { slack, anna, ben } = world;
    await world.setUp({ milestones: ['Outline'] });
    const first = await addReady('First.');
    const second = await addReady('Second.');
    await openHome(world, anna);
    await openHome(world, ben);
    await slack.click({ user: anna, view: 'home', actionId: 'task_start', value: first?.id });
    await homeShows(world, anna, 'First.', false);
    await homeShows(world, ben, 'First.', false);
    await slack.click({ user: ben, view: 'home', actionId: 'task_backlog', value: second?.id });
    await homeShows(world, ben, 'Second.', false);
    await homeShows(world, anna, 'Second.', false);
    expect((await taskWhen(world, 'First.', 'there', () => true)).lease?.holder.id).toBe(anna);
    expect((await taskWhen(world, 'Second.', 'there', () => true)).status).toBe('backlog');
  });

  it('refuses with a window what a guest, or an old Home, presses', async () => {
    const { slack, anna, channel } = world;
    await world.setUp({ milestones: ['Outline'] });
    const task = await addReady('First.');
    const guest = slack.addUser({ name: 'gil', isGuest: true });
    await slack.invite(channel, guest);
    expect(await openHome(world, guest)).toContain('First.');
    await slack.click({ user: guest, view: 'home', actionId: 'task_start', value: task?.id });
    expect(textOf(slack.modal(guest))).toContain('Guests');
    await openHome(world, anna);
    const old = structuredClone(slack.home(anna)?.blocks ?? []);
    await slack.click({ user: anna, view: 'home', actionId: 'task_backlog', value: task?.id });
    await homeShows(world, anna, 'First.', false);
    const home = slack.home(anna);
    if (home !== undefined) home.blocks = old;
    await slack.click({ user: anna, view: 'home', actionId: 'task_start', value: task?.id });
    expect(textOf(slack.modal(anna))).toContain('in the backlog, so it cannot become in progress');
  });

  it('is published in spite of a view it does not know of, and later when Slack is down', async () => {
    const { slack, anna } = world;
    await world.setUp({ milestones: ['Outline'] });
    await openHome(world, anna);
    await addReady('First.');
    slack.failNext('views.publish', { kind: 'error', error: 'hash_conflict' });
    expect(await openHome(world, anna)).toContain('First.');
    await addReady('Second.');
    for (const applied of [false, true]) slack.failNext('views.publish', { kind: 'http500', applied });
    expect(await openHome(world, anna)).toContain('Second.');
  });

  it('opened twice at once shows the newest', async () => {
    const { slack, anna } = world;
    await world.setUp({ milestones: ['Outline'] });
    await addReady('First.');
    await Promise.all([slack.openHome(anna), slack.openHome(anna)]);
    await homeShows(world, anna, 'First.');
  });

  it('tells a person without projects how to begin, and leaves archived projects out', async () => {
    const { slack, anna, channel } = world;
    const nora = slack.addUser({ name: 'nora' });
    await world.setUp({ milestones: ['Outline'] });
    await addReady('First.');
    expect(await openHome(world, nora)).toContain('A channel is a project');
    expect(await openHome(world, anna)).toContain('First.');
    await slack.archiveChannel(channel);
    expect(await openHome(world, anna)).not.toContain('First.');
    const { stores, teamId } = world.milepost;
    expect((await stores.homes.find(teamId, anna))?.state).toEqual({ projectId: null, pages: FIRST_PAGES });
  });
});

describe('The Home of a task that is planned in Slack', () => {
  inFreshWorld({ overrides: { now: hastyClock() } }, enter);

  it('shows the first line of its plan', async () => {
    world.provider.plans([{ plan: '# Rivers first\n\nThen the rest.', checklist: [] }]);
    await world.setUp({ milestones: ['Outline'] });
    await readied(world, 'Maps');
    expect(await openHome(world, world.anna)).toContain('Rivers first');
    await planTask(world, { title: 'Another' });
    await homeShows(world, world.anna, 'Another', false);
  });
});
