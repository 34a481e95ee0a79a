import { describe, expect, it } from 'vitest';
import { bot, person } from '../../../src/domain/actor.ts';
import { mayMove, TASK_STATUSES, type Task, type TaskStatus } from '../../../src/domain/task.ts';
import { ACTION } from '../../../src/slack/ids.ts';
import { planningCard, taskCard } from '../../../src/slack/views/task-cards.ts';
import {
  items,
  live,
  markup,
  messageProblems,
  NASTY,
  offers,
  place,
  plan,
  task,
  unguarded,
} from './sheet.ts';

const LEADS_TO: Record<string, TaskStatus> = {
  [ACTION.markReady]: 'ready',
  [ACTION.startTask]: 'in_progress',
  [ACTION.completeTask]: 'done',
  [ACTION.toBacklog]: 'backlog',
  [ACTION.toPlanning]: 'planning',
  [ACTION.cancelTask]: 'cancelled',
};
const MENU: Record<string, TaskStatus> = { planning: 'planning', cancel: 'cancelled' };

/** The statuses to which a card lets people move the task. */
function moves(blocks: unknown): TaskStatus[] {
  return offers(blocks).flatMap(({ action, value }) => {
    const to = action === ACTION.taskMenu ? MENU[value.split(':')[0] ?? ''] : LEADS_TO[action];
    return to === undefined ? [] : [to];
  });
}

const texts = (blocks: unknown): string[] => offers(blocks).map(({ text }) => text);
const planned = (over: Partial<Task> = {}) => task({ plan: plan({ version: 2 }), ...over });

describe('The planning card', () => {
  it.each(TASK_STATUSES)('of a task that is %s offers only moves that are allowed', (status) => {
    for (const one of [task({ status }), planned({ status })]) {
      for (const card of [planningCard(one, place()), taskCard(one, place())]) {
        expect(moves(card).filter((to) => !mayMove(status, to))).toEqual([]);
        expect(messageProblems(card)).toEqual([]);
      }
    }
  });

  it.each<[TaskStatus, string[]]>([
    ['planning', ['View plan', 'What changed', 'Mark ready', 'To backlog', 'Cancel']],
    ['backlog', ['View plan', 'What changed', 'Mark ready', 'Plan again', 'Cancel']],
    ['ready', ['View plan', 'What changed', 'Start', 'Back to backlog', 'Plan again', 'Cancel']],
    ['in_progress', ['View plan', 'What changed', 'Done', 'Plan again', 'Cancel']],
    ['done', ['View plan', 'What changed', 'Back to backlog', 'Plan again']],
    ['cancelled', ['View plan', 'What changed', 'Back to backlog', 'Plan again']],
  ])('of a task that is %s and has a plan offers what fits', (status, offered) => {
    expect(texts(planningCard(planned({ status }), place()))).toEqual(offered);
  });

  it('offers no plan to look at while there is none', () => {
    expect(texts(planningCard(task(), place()))).toEqual(['Mark ready', 'To backlog', 'Cancel']);
    expect(markup(planningCard(task(), place()))).toContain('No plan yet');
  });

  it('binds Mark ready to the plan that is seen', () => {
    const value = (one: Task) =>
      offers(planningCard(one, place())).find(({ action }) => action === ACTION.markReady)?.value;
    expect(value(planned())).toBe(`${planned().id}:2`);
    expect(value(task())).toBe(`${task().id}:0`);
  });

  it('tells how far the plan is and where its task belongs', () => {
    const checklist = [...items(3, String, true), ...items(4, (n) => `open ${n}`)];
    const text = markup(
      planningCard(
        planned({ checklist }),
        place({ milestone: 'Outline', taskUrl: 'https://acme.slack.com/t' }),
      ),
    );
    expect(text).toContain('Book › Outline');
    expect(text).toContain('Plan v2 · 3 of 7 ticked · Read the sources');
    expect(text).toContain('<https://acme.slack.com/t|Task thread>');
    expect(text).toContain('Write in this thread what the plan should take up');
  });

  it('names who works on the task, and leaves it to a bot to finish its own work', () => {
    const until = new Date('2026-03-10T10:00:00Z');
    const ofBot = planned({
      status: 'in_progress',
      lease: { holder: bot('K1', 'builder <@U9>'), worker: '', until },
    });
    expect(markup(planningCard(ofBot, place()))).toContain(
      '*builder &lt;@U9&gt;* works on it until 2026-03-10 10:00 UTC',
    );
    expect(texts(planningCard(ofBot, place()))).not.toContain('Done');
    const ofPerson = planned({
      status: 'in_progress',
      lease: { holder: person('U2'), worker: '', until: null },
    });
    expect(markup(planningCard(ofPerson, place()))).toContain('<@U2> works on it');
    expect(texts(taskCard(ofPerson, place()))).toContain('Done');
  });
});

describe('The cards of a task full of markup', () => {
  const nasty = planned({
    title: NASTY,
    description: NASTY.repeat(60),
    plan: plan({ version: 12, firstLine: NASTY }),
    checklist: items(200, () => NASTY),
  });

  it.each([
    ['planning card', planningCard],
    ['task card', taskCard],
  ])('keep Slack’s limits and call nobody: %s', (_name, card) => {
    const blocks = card(nasty, place({ project: NASTY, milestone: NASTY }));
    expect(messageProblems(blocks)).toEqual([]);
    expect(live(blocks)).toEqual([]);
    expect(unguarded(blocks)).toEqual([]);
    expect(markup(blocks)).toContain('&lt;@U1&gt; &lt;!channel&gt;');
  });
});
