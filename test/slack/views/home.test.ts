import { describe, expect, it } from 'vitest';
import type {
  HomeCoaching,
  HomeContent,
  HomePage,
  HomeProject,
  HomeProposal,
  HomeTask,
} from '../../../src/domain/home.ts';
import type { UserFact } from '../../../src/domain/user-fact.ts';
import { ACTION } from '../../../src/slack/ids.ts';
import { homeView } from '../../../src/slack/views/home.ts';
import { milestone, project } from '../../domain/builders.ts';
import { fieldsOf, listOf, stringOf } from '../../support/fake-slack/json.ts';
import {
  dispatch,
  elements,
  fact,
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

const URL = `https://${'a'.repeat(40)}.enterprise.slack.com/archives/C0123456789/p1700000000000100`;
const page = <T>(list: T[], over: Partial<HomePage<T>> = {}): HomePage<T> => ({
  items: list,
  page: 0,
  pages: 1,
  total: list.length,
  ...over,
});
const DIRECT = 'https://slack.com/app_redirect?team=T1&channel=UBOT';
const coaching = (over: Partial<HomeCoaching> = {}): HomeCoaching => ({
  mode: 'coaching',
  resets: 2,
  begun: false,
  url: DIRECT,
  ...over,
});
const waits = (
  over: Parameters<typeof dispatch>[0] = {},
  more: Partial<HomeProposal> = {},
): HomeProposal => ({
  dispatch: dispatch(over),
  specialist: 'Researcher',
  project: 'Book',
  url: URL,
  ...more,
});
const home = (over: Partial<HomeContent> = {}): HomeContent => ({
  ready: page<HomeTask>([]),
  planning: page<HomeTask>([]),
  projects: page([ofProject()]),
  waiting: page<HomeProposal>([]),
  coaching: coaching(),
  facts: page<UserFact>([]),
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
      'Open',
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
    expect(texts(view)).toEqual(['Start', 'Back to backlog', 'Open', 'New project']);
  });

  it('of a person in no project says how to begin', () => {
    const view = homeView(home({ projects: page<HomeProject>([]), choices: [] }));
    expect(markup(view)).toContain('A channel is a project, a thread is a milestone.');
    expect(texts(view)).toEqual(['New project', 'Open']);
    expect(markup(view)).toMatch(/\*Coaching\*[\s\S]*Nothing yet\. Tell me in a direct message/u);
    expect(problemsOf(view)).toEqual([]);
    const asked = homeView(
      home({ projects: page<HomeProject>([]), choices: [], waiting: page([waits({}, { project: null })]) }),
    );
    expect(markup(asked)).toContain('your direct messages · proposed 2 days ago');
  });

  it('shows what waits for a decision between what is ready and what is planned', () => {
    const view = homeView(home({ ready: page([ready]), waiting: page([waits()]) }));
    expect(problemsOf(view)).toEqual([]);
    expect(markup(view)).toMatch(/Ready to be[\s\S]*Waiting for your decision[\s\S]*In planning/u);
    expect(markup(view)).toContain('*Researcher*: Look for sources about owls\nBook · proposed 2 days ago');
    const { id } = dispatch();
    expect(offers(view.blocks).filter(({ action }) => action.startsWith('dispatch_'))).toEqual([
      { action: ACTION.approve, value: id, text: 'Approve' },
      { action: ACTION.decline, value: id, text: 'Decline' },
      { action: ACTION.openDispatch, value: '', text: 'Open' },
    ]);
    expect(markup(homeView(home()))).not.toContain('Waiting for your decision');
  });

  it('asks in a dialog before it approves what cannot be undone, and opens only a card that stands', () => {
    const view = homeView(home({ waiting: page([waits({ destructive: true }, { url: null })]) }));
    expect(markup(view)).toContain(':warning: cannot be undone');
    const approve = elements(view.blocks).find(({ action_id: id }) => id === ACTION.approve);
    expect(stringOf(fieldsOf(fieldsOf(approve?.confirm).text).text)).toBe(
      'Researcher is going to: Search the attachments; Write a list',
    );
    expect(offers(view.blocks).some(({ action }) => action === ACTION.openDispatch)).toBe(false);
  });

  it('leads to the person’s own conversation, with its mode, and to a reset once it has begun', () => {
    const coachingOf = (over: Partial<HomeCoaching>, facts = page<UserFact>([])) =>
      elements(homeView(home({ coaching: coaching(over), facts })).blocks).filter(({ action_id: id }) =>
        stringOf(id).startsWith('coaching_'),
      );
    expect(coachingOf({}).map(({ action_id: id }) => id)).toEqual([ACTION.openCoaching]);
    const [open, select, ...rest] = coachingOf({ mode: 'task', begun: true });
    expect(open).toMatchObject({ action_id: ACTION.openCoaching, url: DIRECT });
    expect(listOf(select?.options).map(({ value }) => value)).toEqual(['coaching', 'auto', 'task']);
    expect(fieldsOf(select?.initial_option).value).toBe('task');
    expect(rest.map(({ action_id: id }) => id)).toEqual([ACTION.resetCoaching]);
    const reset = coachingOf({ begun: true }, page([fact()])).at(-1);
    expect(reset).toMatchObject({ action_id: ACTION.resetCoaching, value: '2', style: 'danger' });
    expect(stringOf(fieldsOf(fieldsOf(reset?.confirm).text).text)).toContain(
      'What I remember about you stays: 1 fact.',
    );
  });

  it('lists what is remembered about the person, each with Forget', () => {
    const facts = page([fact(), fact({ id: 'b'.repeat(24), key: 'team', value: { size: 3 } })], {
      pages: 3,
      total: 20,
    });
    const view = homeView(home({ facts }));
    expect(problemsOf(view)).toEqual([]);
    expect(markup(view)).toContain('*city*: Bergen\n*team*: {"size":3}');
    const forget = offers(view.blocks).filter(({ action }) => action === ACTION.forgetFact);
    expect(forget.map(({ value, text }) => [value, text])).toEqual([
      [`${'a'.repeat(24)}:${NOW.getTime()}`, 'Forget'],
      [`${'b'.repeat(24)}:${NOW.getTime()}`, 'Forget'],
    ]);
    expect(offers(view.blocks)).toContainEqual({
      action: 'home_page:facts:next',
      value: 'facts:1',
      text: 'Next ›',
    });
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
        times(8, () => one('ready')),
        { ...turning, total: 9_000 },
      ),
      planning: page(
        times(8, () => one('planning')),
        { ...turning, total: 9_000 },
      ),
      projects: page(
        times(5, () => ofProject({ project: project({ name }), milestones, tasks })),
        { ...turning, total: 4_500 },
      ),
      waiting: page(
        times(6, () => {
          const said = { task: name.repeat(9), summary: name.repeat(9), actions: times(10, () => name) };
          return waits({ ...said, destructive: true }, { specialist: name, project: name });
        }),
        { ...turning, total: 5_400 },
      ),
      coaching: coaching({ begun: true }),
      facts: page(
        times(8, () => fact({ key: name.repeat(2), value: name.repeat(30) })),
        { ...turning, total: 7_200 },
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
    expect(markup(view)).toMatch(/…and [12]\d more/u);
    expect(view.blocks.length).toBeLessThanOrEqual(95);
  });

  it('of more projects than can be chosen from says so, and names the chosen one', () => {
    const view = homeView(full('計'.repeat(120), 9_000));
    expect(problemsOf(view)).toEqual([]);
    const select = elements(view.blocks).find(({ action_id: id }) => id === ACTION.homeFilter);
    expect(stringOf(fieldsOf(select?.initial_option).value)).toBe('P8999'.padEnd(24, 'f'));
    expect(markup(view)).toMatch(/names [\d,]+ of 9,000 projects/u);
  });
});
