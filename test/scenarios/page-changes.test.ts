import { beforeAll, describe, expect, it } from 'vitest';
import type { Task } from '../../src/domain/task.ts';
import { article } from '../support/web.ts';
import { type World, warmReader } from '../support/world.ts';
import { applyToList, inFreshWorld, openList } from './acting.ts';
import { atRest, planned, press, taskWhen, threadOf, threadSays, threadText } from './planning-acts.ts';
import { allRead, sayLink } from './reading-acts.ts';

beforeAll(warmReader);

const CHANGED = 'says something else now than when I read it before';

describe('A page that changed after a plan was made ready', () => {
  let world: World;
  let Outline = '';
  let project = '';
  inFreshWorld({}, (fresh) => {
    world = fresh;
  });

  const put = (text: string) => world.web.put('/survey', article('Nesting survey', text));

  async function begin(place: 'Outline' | 'Cover' | 'project' = 'Outline'): Promise<void> {
    put('The dipper nests under the second weir.');
    const threads = await world.setUp();
    ({ Outline = '', project = '' } = threads);
    if (place === 'project') await world.paste(project, world.web.url('/survey'));
    else await sayLink(world, threads[place] ?? '', world.web.url('/survey'));
    await allRead(world);
  }

  /** A task of Outline that is ready. @returns the thread in which people work on it. */
  async function ready(title: string, place = 'Outline'): Promise<string> {
    const { plan } = await planned(world, title, { place });
    await press(world, world.anna, plan, 'task_ready');
    const task = await taskWhen(world, title, 'ready', (one) => one.status === 'ready');
    return threadOf(world, task, 'task');
  }

  async function readAgain(): Promise<void> {
    await openList(world, project);
    await applyToList(world, 'Nesting survey', 'Read again (retry)');
    await atRest(world, 'read-attachment', 'tell-page-changed');
  }

  const toldIn = (thread: string): number =>
    threadText(world, thread).filter((text) => text.includes(CHANGED)).length;

  it('is told of in the thread of the task, once for each plan', async () => {
    await begin();
    const card = await ready('Count the nests');
    put('The dipper nests under the railway bridge.');
    await readAgain();
    expect(await threadSays(world, card, CHANGED)).toContain(`<${world.web.url('/survey')}|Nesting survey>`);
    put('The dipper nests in the mill.');
    await readAgain();
    expect(toldIn(card)).toBe(1);
  });

  it('is told of while the task is in progress', async () => {
    await begin();
    const card = await ready('Count the nests');
    await press(world, world.anna, card, 'task_start');
    await taskWhen(world, 'Count the nests', 'in progress', (one: Task) => one.status === 'in_progress');
    put('The dipper nests under the railway bridge.');
    await readAgain();
    await threadSays(world, card, CHANGED);
  });

  it('is told of in every milestone when it is shared by the whole project', async () => {
    await begin('project');
    const card = await ready('Count the nests');
    const other = await ready('Draw the cover', 'Cover');
    put('The dipper nests under the railway bridge.');
    await readAgain();
    await threadSays(world, card, CHANGED);
    await threadSays(world, other, CHANGED);
  });

  it('is told of nowhere else: not in other milestones, not where the task is still planned', async () => {
    await begin();
    const card = await ready('Count the nests');
    const other = await ready('Draw the cover', 'Cover');
    const backlog = await planned(world, 'Not ready yet', { place: 'Outline' });
    put('The dipper nests under the railway bridge.');
    await readAgain();
    await threadSays(world, card, CHANGED);
    expect([other, backlog.planning, Outline].map(toldIn)).toEqual([0, 0, 0]);
  });

  it('is not told of when it says the same as before', async () => {
    await begin();
    const card = await ready('Count the nests');
    await readAgain();
    world.web.put(
      '/survey',
      `${article('Nesting survey', 'The dipper nests under the second weir.')}<!-- again -->`,
    );
    await readAgain();
    expect(world.web.requests('/survey')).toHaveLength(3);
    expect(toldIn(card)).toBe(0);
  });
});
