import { describe, expect, it } from 'vitest';
import type { HomeContent, HomePage, HomeProject, HomeTask } from '../../../src/domain/home.ts';
import { ACTION } from '../../../src/slack/ids.ts';
import { homeView } from '../../../src/slack/views/home.ts';
import { milestone, project } from '../../domain/builders.ts';
import { fieldsOf, listOf, stringOf } from '../../support/fake-slack/json.ts';
import {
  elements,
  items,
  live,
  markup,
  NASTY,
  NOW,
  offers,
  plan,
  problemsOf,
  task,
  unguarded,
} from './sheet.ts';

const URL = 'https://acme.slack.com/archives/C0123456789/p1700000000000100';
const page = <T>(list: T[], over: Partial<HomePage<T>> = {}): HomePage<T> => ({
  items: list,
  page: 0,
  pages: 1,
  total: list.length,
  ...over,
});
const home = (over: Partial<HomeContent> = {}): HomeContent => ({
  ready: page<HomeTask>([]),
  planning: page<HomeTask>([]),
  projects: page([ofProject()]),
  filter: null,
  choices: [{ id: 'P1', name: 'Book' }],
  at: NOW,
  ...over,
});

function ofProject(over: Partial<HomeProject> = {}): HomeProject {
  return { project: project(), milestones: [], tasks: { open: 0, ready: 0, done: 0 }, url: URL, ...over };
}

function listed(over: Parameters<typeof task>[0], url: string | null = URL): HomeTask {
  return { task: task(over), project: 'Book', milestone: 'Outline', url };
}

const ready = listed({
  status: 'ready',
  plan: plan(),
  statusSince: new Date('2026-03-07T08:00:00Z'),
});
const times = <T>(count: number, one: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => one(n));
const texts = (view: ReturnType<typeof homeView>) => offers(view.blocks).map(({ text }) => text);

describe('The Home', () => {
  it('shows what is ready before what is planned before the projects', () => {
    const planning = listed({ title: 'Plan the index', plan: plan({ version: 2 }) });
    const tasks = { open: 2, ready: 1, done: 4 };
    const projects = page([ofProject({ tasks, milestones: [{ milestone: milestone(), tasks, url: URL }] })]);
    const view = homeView(home({ ready: page([ready]), planning: page([planning]), projects }));
    expect(problemsOf(view)).toEqual([]);
    const text = markup(view);
    expect(text).toMatch(/Write chapter three[\s\S]*Plan the index[\s\S]*Projects[\s\S]*Outline/u);
    expect(text).toContain('Book › Outline · ready for 3 days · Read the sources');
    expect(text).toContain(`<${URL}|Outline>: 2 open · 1 ready · 4 done`);
    expect(texts(view)).toEqual([
      'Start',
      'Open',
      'Back to backlog',
      'Open',
      'View plan',
      'Mark ready',
      'New project',
    ]);
  });

  it('offers to mark a task ready only with a plan, bound to it', () => {
    const values = (one: HomeTask) =>
      offers(homeView(home({ planning: page([one]) })).blocks)
        .filter(({ action }) => action === ACTION.markReady)
        .map(({ value }) => value);
    expect(values(listed({}))).toEqual([]);
    expect(values(listed({ plan: plan({ version: 3 }) }))).toEqual([`${task().id}:3`]);
  });

  it('opens nothing where no thread is open yet', () => {
    const view = homeView(home({ ready: page([listed({ status: 'ready' }, null)]) }));
    expect(texts(view)).toEqual(['Start', 'Back to backlog', 'New project']);
  });

  it('of a person in no project says how to begin', () => {
    const view = homeView(home({ projects: page<HomeProject>([]), choices: [] }));
    expect(markup(view)).toContain('A channel is a project, a thread is a milestone.');
    expect(texts(view)).toEqual(['New project']);
    expect(problemsOf(view)).toEqual([]);
  });

  it.each([
    [0, 10, '1–10 of 312', [['Next ›', 'ready:1', 'home_page:ready:next']]],
    [
      1,
      10,
      '11–20 of 312',
      [
        ['‹ Previous', 'ready:0', 'home_page:ready:prev'],
        ['Next ›', 'ready:2', 'home_page:ready:next'],
      ],
    ],
    [31, 2, '311–312 of 312', [['‹ Previous', 'ready:30', 'home_page:ready:prev']]],
  ])('turns page %d of a long list', (at, count, range, buttons) => {
    const list = page(
      times(count, () => ready),
      { page: at, pages: 32, total: 312 },
    );
    const view = homeView(home({ ready: list }));
    expect(markup(view)).toContain(`*Ready to be worked on* · ${range}`);
    const pager = offers(view.blocks).filter(({ action }) => action.startsWith(ACTION.homePage));
    expect(pager.map(({ text, value, action }) => [text, value, action])).toEqual(buttons);
    expect(problemsOf(view)).toEqual([]);
  });

  it('narrows to one project where there are several', () => {
    const choices = [
      { id: 'P1', name: 'Book' },
      { id: 'P2', name: 'Film' },
    ];
    const select = (filter: string | null) =>
      elements(homeView(home({ choices, filter })).blocks).find(
        ({ action_id: id }) => id === ACTION.homeFilter,
      );
    expect(listOf(select(null)?.options).map(({ value }) => value)).toEqual(['all', 'P1', 'P2']);
    expect(fieldsOf(select(null)?.initial_option).value).toBe('all');
    expect(fieldsOf(select('P2')?.initial_option).value).toBe('P2');
    const one = homeView(home());
    expect(elements(one.blocks).some(({ action_id: id }) => id === ACTION.homeFilter)).toBe(false);
  });
});

describe('The fullest Home', () => {
  const full = (name: string, count: number): HomeContent => {
    const nasty = { title: name, plan: plan({ version: 9, firstLine: name }), checklist: items(200, String) };
    const one = (status: 'ready' | 'planning'): HomeTask => ({
      task: task({ ...nasty, status }),
      project: name,
      milestone: name,
      url: URL,
    });
    const tasks = { open: 12_345, ready: 12_345, done: 12_345 };
    const milestones = times(40, () => ({ milestone: milestone({ title: name }), tasks, url: URL }));
    const turning = { page: 3, pages: 900 };
    return {
      ready: page(
        times(10, () => one('ready')),
        { ...turning, total: 9_000 },
      ),
      planning: page(
        times(10, () => one('planning')),
        { ...turning, total: 9_000 },
      ),
      projects: page(
        times(5, () => ofProject({ project: project({ name }), milestones, tasks })),
        { ...turning, total: 4_500 },
      ),
      filter: `P${count - 1}`.padEnd(24, 'f'),
      choices: times(count, (n) => ({ id: `P${n}`.padEnd(24, 'f'), name: `${n} ${name}` })),
      at: NOW,
    };
  };

  it.each([
    ['markup', NASTY.slice(0, 120)],
    ['Chinese', '計'.repeat(120)],
    ['emoji', '🦜'.repeat(120)],
    ['signs that are escaped', '&'.repeat(120)],
  ])('of 500 projects named in %s keeps Slack’s limits and calls nobody', (_what, name) => {
    const view = homeView(full(name, 500));
    expect(problemsOf(view)).toEqual([]);
    expect(unguarded(view)).toEqual([]);
    expect(live(view).filter((construct) => !construct.startsWith(`<${URL}|`))).toEqual([]);
    const select = elements(view.blocks).find(({ action_id: id }) => id === ACTION.homeFilter);
    const values = listOf(select?.option_groups).flatMap(({ options }) =>
      listOf(options).map((one) => one.value),
    );
    expect(values).toHaveLength(501);
    expect(new Set(values).size).toBe(501);
    expect(markup(view)).toContain('…and 10 more');
  });

  it('of more projects than can be chosen from says so, and names the chosen one', () => {
    const view = homeView(full('計'.repeat(120), 9_000));
    expect(problemsOf(view)).toEqual([]);
    const select = elements(view.blocks).find(({ action_id: id }) => id === ACTION.homeFilter);
    expect(stringOf(fieldsOf(select?.initial_option).value)).toBe('P8999'.padEnd(24, 'f'));
    expect(markup(view)).toMatch(/names [\d,]+ of 9,000 projects/u);
  });
});
