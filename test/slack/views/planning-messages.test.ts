import { describe, expect, it } from 'vitest';
import { bot, CLOCK, PLANNER, person } from '../../../src/domain/actor.ts';
import type { Outgoing } from '../../../src/ports/slack.ts';
import { ACTION } from '../../../src/slack/ids.ts';
import { render } from '../../../src/slack/render.ts';
import { attachmentsModal } from '../../../src/slack/views/attachments.ts';
import { milestoneDeleted } from '../../../src/slack/views/cards.ts';
import { who, whoSigned } from '../../../src/slack/views/labels.ts';
import { PLAN_HELP, taskListText } from '../../../src/slack/views/task-list.ts';
import { attachment, milestone, project } from '../../domain/builders.ts';
import { live, markup, messageProblems, NASTY, offers, place, task, unguarded } from './sheet.ts';

const URL = 'https://acme.slack.com/archives/C1/p1700000000000100';
type Plan = Extract<Outgoing, { kind: 'plan' }>;
const offered = (over: Partial<Plan>): Plan => ({
  kind: 'plan',
  task: task(),
  version: 2,
  by: PLANNER,
  excerpt: 'Read the *sources*.',
  whole: true,
  ...over,
});
const texts = (message: Outgoing) => offers(render(message).blocks).map(({ text }) => text);

describe('A plan in its thread', () => {
  it('is bound to its version, and leads to all of it', () => {
    const { blocks } = render(offered({}));
    expect(markup(blocks)).toContain('*Plan v2* for *Write chapter three* by Milepost');
    expect(markup(blocks)).not.toContain('shows all of it');
    expect(offers(blocks)).toEqual([
      { action: ACTION.planTask, value: `${task().id}:2`, text: 'View plan' },
      { action: ACTION.planChanges, value: `${task().id}:2`, text: 'What changed' },
      { action: ACTION.markReady, value: `${task().id}:2`, text: 'Mark ready' },
    ]);
    expect(texts(offered({ version: 1 }))).toEqual(['View plan', 'Mark ready']);
    expect(texts(offered({ task: task({ status: 'ready' }) }))).toEqual(['View plan', 'What changed']);
  });

  it('says when it goes on, also when it is longer than one message shows', () => {
    expect(markup(render(offered({ whole: false })).blocks)).toContain('*View plan* shows all of it.');
    const long = render(offered({ excerpt: '計'.repeat(30_000) })).blocks;
    expect(messageProblems(long)).toEqual([]);
    expect(markup(long)).toContain('*View plan* shows all of it.');
    const checklist = render(offered({ excerpt: '' })).blocks;
    expect(messageProblems(checklist)).toEqual([]);
    expect(markup(checklist)).toContain('The plan is a checklist.');
  });
});

describe('The messages around a plan', () => {
  it('ask, lead on, and can be tried again', () => {
    const over = task({ status: 'done' });
    expect(offers(render({ kind: 'reopen-question', task: over }).blocks)).toEqual([
      { action: ACTION.reopenTask, value: over.id, text: 'Plan again' },
      { action: ACTION.leaveTask, value: over.id, text: 'Leave it' },
    ]);
    const failed = render({ kind: 'planning-failed', taskId: 'K1', reference: 'r-1', why: 'broken' }).blocks;
    expect(markup(failed)).toMatch(/I could not draft this plan: [\s\S]*Reference: r-1/u);
    expect(offers(failed)).toEqual([{ action: ACTION.planAgain, value: 'K1', text: 'Try again' }]);
    const started = render({ kind: 'planning-started', title: 'Index', url: URL }).blocks;
    expect(markup(started)).toContain(`*<${URL}|Index>*`);
  });

  const nasty = task({ title: NASTY, description: NASTY, status: 'cancelled' });
  const by = bot('K1', NASTY);
  it.each<Outgoing>([
    offered({ task: nasty, by }),
    { kind: 'planning-card', task: nasty, place: place({ project: NASTY }) },
    { kind: 'task-card', task: nasty, place: place({ project: NASTY }) },
    { kind: 'reopen-question', task: nasty },
    { kind: 'planning-started', title: NASTY, url: URL },
    { kind: 'planning-failed', taskId: 'K1', reference: 'r-1', why: 'unavailable' },
    { kind: 'bot-message', author: NASTY, text: 'Done. '.repeat(1_300) },
    { kind: 'thread-opened', author: NASTY, title: NASTY },
  ])('keep Slack’s limits and call nobody: $kind', (message) => {
    const { blocks, text } = render(message);
    expect(messageProblems(blocks)).toEqual([]);
    expect(unguarded(blocks)).toEqual([]);
    expect(live(blocks).filter((construct) => !construct.startsWith(`<${URL}|`))).toEqual([]);
    expect(text).not.toMatch(/<[@!#h]/u);
  });
});

describe('Who did something', () => {
  it('is named as Slack names people, bots by their name and the app by its own', () => {
    expect([person('U1'), bot('K1', 'build *er*'), PLANNER, CLOCK].map(who)).toEqual([
      '<@U1>',
      '*build ∗er∗*',
      'Milepost',
      'Milepost',
    ]);
    expect(whoSigned('U1')).toBe('<@U1>');
  });

  it('is named wherever a bot did what only people could', () => {
    const byBot = attachment({ addedBy: 'bot:importer <@U1>' });
    const list = attachmentsModal({ project: project(), milestones: [milestone()], attachments: [byBot] });
    expect(markup(list)).toContain('*importer &lt;@U1&gt;*, 2026-03-01');
    expect(markup(milestoneDeleted('Outline', 'bot:importer'))).toContain('was deleted by *importer*');
  });
});

describe('A milestone card', () => {
  const memory = { entries: [], total: 0 };
  const card = (tasks: { open: number; ready: number; done: number }) =>
    markup(
      render({ kind: 'milestone-card', milestone: milestone(), attachments: 2, mode: 'auto', tasks, memory })
        .blocks,
    );

  it('tells how its tasks stand, and nothing when it has none', () => {
    expect(card({ open: 2, ready: 1, done: 4 })).toContain('2 attachments · 2 open · 1 ready · 4 done tasks');
    expect(card({ open: 0, ready: 0, done: 1 })).toContain('2 attachments · 1 done task ·');
    expect(card({ open: 0, ready: 0, done: 0 })).not.toContain('task');
  });
});

describe('The list of tasks', () => {
  it('is by status, what is worked on first, with links and a count of the rest', () => {
    const tasks = [
      { task: task({ title: 'Old', status: 'done' }), url: null },
      { task: task({ title: 'Next', status: 'ready' }), url: URL },
      { task: task({ title: 'Now', status: 'in_progress' }), url: null },
    ];
    const text = taskListText('Book', tasks);
    expect(text).toMatch(/\*Book\*[\s\S]*In progress[\s\S]*Now[\s\S]*Ready[\s\S]*Next[\s\S]*Done[\s\S]*Old/u);
    expect(text).toContain(`• *<${URL}|Next>*`);
    const many = Array.from({ length: 43 }, () => ({ task: task({ title: NASTY }), url: URL }));
    const long = taskListText(NASTY, many);
    expect(long).toContain('…and 3 more');
    expect(long.length).toBeLessThan(40_000);
    expect(long.match(/<[^<>]*>/gu)?.every((construct) => construct.startsWith(`<${URL}|`))).toBe(true);
    expect(taskListText('Book', [])).toContain('has no tasks yet');
    expect(PLAN_HELP).toContain('/plan list');
  });
});
